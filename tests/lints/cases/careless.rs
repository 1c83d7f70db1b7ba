//! Functions with warnings, each about the user's own code.

use request_arena::{request_arena, Arena};

fn unused_result() -> Result<(), ()> {
    Ok(())
}

#[request_arena]
pub fn unused_arena(arena: Arena<'_>) -> usize {
    5
}

#[request_arena]
pub async fn unused_parameter(arena: Arena<'_>, never_read: usize) -> usize {
    std::future::ready(()).await;
    *arena.alloc(5)
}

#[request_arena]
pub fn unused_variables(arena: Arena<'_>) {
    let unused = arena.alloc(1);
    let mut unchanged = arena.alloc(2);
    let mut overwritten = 3;
    overwritten = 4;
    println!("{unchanged}");
}

#[request_arena]
pub fn unused_mut(mut arena: Arena<'_>) -> usize {
    *arena.alloc(5)
}

#[request_arena]
pub async fn unused_values(arena: Arena<'_>) {
    unused_result();
    std::future::ready(5).await;
    arena.alloc_str("text").len();
    async {};
}

#[request_arena]
pub fn unreachable_code(arena: Arena<'_>) -> usize {
    return *arena.alloc(5);
    6
}

#[request_arena(limit = 5000, on_limit = 0)]
pub async fn unreachable_code_later(arena: Arena<'_>) -> usize {
    std::future::ready(()).await;
    panic!();
    *arena.alloc(5)
}

#[request_arena(into = usize)]
/// Documented.
pub fn needless_parentheses(arena: Arena<'_>) -> usize {
    let five = (5);
    if (five == 5) {
        return (*arena.alloc(five));
    }
    five
}

#[request_arena]
#[deprecated]
pub fn deprecated(arena: Arena<'_>) -> usize {
    *arena.alloc(5)
}

pub fn calls_deprecated() -> usize {
    size_of_val(&deprecated)
}

#[request_arena]
pub fn notSnakeCase(arena: Arena<'_>, wrongCase: usize) -> usize {
    let alsoWrong = wrongCase;
    *arena.alloc(alsoWrong)
}

pub struct Methods;

#[request_arena]
impl Methods {
    pub fn unused(&self, arena: Arena<'_>, never_read: usize) {}

    pub async fn unused_later(&self, arena: Arena<'_>, never_read: usize) {
        let unused = 5;
    }

    pub fn future(&self, arena: Arena<'_>) -> impl std::future::Future<Output = usize> {
        let unused = 5;
        async move {
            let unused_within = 5;
            *arena.alloc(5)
        }
    }
}

mod dead {
    use super::*;

    #[request_arena]
    fn never_called(arena: Arena<'_>) -> usize {
        *arena.alloc(5)
    }
}
