use request_arena::arena_handler;

fn main() {
    let mut kept = None;
    let mut keep = arena_handler!(|arena| kept = Some(arena));
    keep();
    drop(kept);
}
