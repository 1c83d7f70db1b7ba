use request_arena::{Arena, request_arena};

#[derive(Debug)]
struct Unknown {
    name: &'static str,
}

#[request_arena]
fn lookup(arena: Arena<'_>, name: &str) -> Result<u32, Unknown> {
    let name = arena.alloc_str(name);
    name.make_ascii_lowercase();
    if name == "root" { Ok(0) } else { Err(Unknown { name }) }
}

fn main() {
    lookup("Root").unwrap();
}
