//! Mistakes with names, patterns, calls and control flow.
//!
//! `//# name` begins a case. The attribute replaces `@`. In the plain twin, `~` becomes the arena
//! parameter of a trait's method.

//# never_ends
@fn f(arena: Arena<'_>, n: u8) -> ! {
    drop(n);
}

//# method_is_unknown
@fn f(arena: Arena<'_>, text: &str) -> usize {
    text.length()
}

//# field_is_unknown
struct Pair { a: String, b: String }
@fn f(arena: Arena<'_>, pair: Pair) -> String {
    pair.c
}

//# name_is_unknown
@fn f(arena: Arena<'_>, text: &str) -> usize {
    txet.len()
}

//# path_is_unknown
@fn f(arena: Arena<'_>, text: &str) -> usize {
    HashMap::<&str, u8>::new().len() + text.len()
}

//# type_in_the_signature_is_unknown
@fn f(arena: Arena<'_>, text: Txet) -> usize {
    2
}

//# result_is_unknown
@fn f(arena: Arena<'_>, text: &str) -> Resut<u8, String> {
    Ok(2)
}

//# too_many_arguments
fn one(_: u8) {}
@fn f(arena: Arena<'_>, n: u8) {
    one(n, n);
}

//# match_leaves_out_a_value
@fn f(arena: Arena<'_>, n: Option<u8>) -> u8 {
    match n {
        Some(n) => n,
    }
}

//# pattern_may_not_match
@fn f(arena: Arena<'_>, Some(n): Option<u8>) -> u8 {
    n
}

//# break_outside_a_loop
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    break;
    n
}

//# same_name_twice
@fn f(arena: Arena<'_>, n: u8, n: u8) -> u8 {
    n
}

//# result_is_unused
#![deny(unused_must_use)]
@fn f(arena: Arena<'_>, n: &str) {
    n.parse::<u8>();
}

//# parameter_is_unused
#![deny(unused_variables)]
@fn f(arena: Arena<'_>, n: &str, mut m: u8) {
    m = 2;
}

//# awaits_what_is_no_future
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    n.await
}

//# awaits_outside_async
async fn g() {}
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    let g = || g().await;
    n
}
