use request_arena::{Arena, request_arena};

#[request_arena]
fn ends(arena: Arena<'_>, by_panic: bool) -> ! {
    if by_panic {
        panic!("{}", arena.alloc_str("it"));
    }
    std::process::exit(0)
}

fn main() {
    assert!(std::panic::catch_unwind(|| ends(true)).is_err());
    ends(false);
}
