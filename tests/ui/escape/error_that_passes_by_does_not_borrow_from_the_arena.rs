use request_arena::{Arena, request_arena};
use std::fmt::Debug;

#[derive(Debug)]
struct Unknown<'n>(&'n str);

// The shape of `anyhow::Error`.
struct AnyError(Box<dyn Debug + Send>);

impl<E: Debug + Send + 'static> From<E> for AnyError {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

fn find(name: &str) -> Result<u32, Unknown<'_>> {
    Err(Unknown(name))
}

#[request_arena]
async fn lookup(arena: Arena<'_>, name: String) -> Result<u32, AnyError> {
    let name = arena.alloc_str(&name);
    Ok(find(name)?)
}

fn main() {
    drop(lookup(String::new()));
}
