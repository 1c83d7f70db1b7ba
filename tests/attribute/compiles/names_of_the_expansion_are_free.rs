//! What a user may have beside an annotated function: an arena of another crate, macros that declare lifetimes, attributes on the parameter.
#![deny(warnings)]

use request_arena::{Arena, request_arena};

mod other {
    pub struct Arena<T>(pub T);
}

macro_rules! item {
    ($($tokens:tt)*) => { $($tokens)* };
}

#[request_arena]
fn another_crates_arena(tree: &other::Arena<u8>, #[allow(unused_variables)] arena: Arena<'_>) -> u8 {
    tree.0
}

#[request_arena]
fn marked(arena_of_the_caller: &Arena<'_>, #[arena] arena: Arena<'_>) -> usize {
    arena_of_the_caller.alloc_str("a").len() + arena.alloc_str("bc").len()
}

#[request_arena]
fn declared_in_a_macro<'a>(arena: Arena<'a>) -> usize {
    item! {
        fn same<'a>(text: &'a str, _: &str) -> &'a str {
            text
        }
    }
    let text: &'a str = arena.alloc_str("abc");
    same(text, "").len()
}

fn main() {
    assert_eq!(another_crates_arena(&other::Arena(7)), 7);
    static SITE: request_arena::Site = request_arena::Site::new("main", module_path!(), file!(), line!());
    assert_eq!(request_arena::scope(&SITE, |arena| marked(&arena)), 3);
    assert_eq!(declared_in_a_macro(), 3);
}
