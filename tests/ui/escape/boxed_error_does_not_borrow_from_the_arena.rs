use request_arena::{Arena, request_arena};
use std::{error::Error, fmt};

#[derive(Debug)]
struct Unknown<'n>(&'n str);

impl fmt::Display for Unknown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown: {}", self.0)
    }
}

impl Error for Unknown<'_> {}

#[request_arena]
fn lookup(arena: Arena<'_>, name: &str) -> Result<u32, Box<dyn Error>> {
    Err(Box::new(Unknown(arena.alloc_str(name))))
}

fn main() {
    lookup("x").unwrap();
}
