//! Mistakes with types and traits.
//!
//! `//# name` begins a case. The attribute replaces `@`. In the plain twin, `~` becomes the arena
//! parameter of a trait's method.

//# tail_of_another_type
@fn f(arena: Arena<'_>, n: u8) -> String {
    n
}

//# return_of_another_type
@fn f(arena: Arena<'_>, n: u8) -> String {
    if n > 2 {
        return n;
    }
    String::new()
}

//# nothing_is_returned
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    drop(n);
}

//# semicolon_takes_the_result
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    n + 1;
}

//# unit_is_wanted
@fn f(arena: Arena<'_>, n: u8) {
    n
}

//# return_without_a_value
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    if n > 2 {
        return;
    }
    n
}

//# branches_of_two_types
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    if n > 2 { n } else { "2" }
}

//# result_without_ok
@fn f(arena: Arena<'_>, text: &str) -> Result<u8, std::num::ParseIntError> {
    let n = text.parse::<u8>()?;
    n
}

//# question_mark_has_no_from
struct Mine;
@fn f(arena: Arena<'_>, text: &str) -> Result<u8, Mine> {
    let n = text.parse::<u8>()?;
    Ok(n)
}

//# question_mark_in_unit
@fn f(arena: Arena<'_>, text: &str) {
    let n = text.parse::<u8>()?;
    drop(n);
}

//# question_mark_on_option
@fn f(arena: Arena<'_>, text: Option<u8>) -> Result<u8, String> {
    let n = text?;
    Ok(n)
}

//# trait_is_missing
struct Mine;
@fn f(arena: Arena<'_>, mine: Mine) -> String {
    format!("{}", mine)
}

//# bound_is_missing
fn shown<T: std::fmt::Display>(_: T) {}
@fn f<T>(arena: Arena<'_>, value: T) {
    shown(value);
}

//# impl_trait_is_not_met
@fn f(arena: Arena<'_>, n: u8) -> impl Iterator<Item = u8> {
    n
}

//# type_is_unknown
@fn f(arena: Arena<'_>, n: u8) -> usize {
    let list = Vec::new();
    list.len() + usize::from(n)
}

//# parse_of_what
@fn f(arena: Arena<'_>, text: &str) -> String {
    let n = text.parse().unwrap();
    String::new()
}

//# sum_of_what
@fn f(arena: Arena<'_>, list: Vec<u8>) -> bool {
    list.iter().sum() > 2
}

//# not_a_reference
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    *n
}

//# operator_is_missing
struct Mine;
@fn f(arena: Arena<'_>, a: Mine, b: Mine) -> bool {
    a == b
}

//# generic_operator_is_missing
@fn f<T>(arena: Arena<'_>, a: T, b: T) -> bool {
    a == b
}

//# pattern_of_another_type
@fn f(arena: Arena<'_>, (a, b): (u8, u8, u8)) -> u8 {
    a + b
}

//# unsized_local
@fn f(arena: Arena<'_>, n: &str) -> usize {
    let m = *n;
    2
}

//# unsized_result
@fn f(arena: Arena<'_>, n: &str) -> str {
    *n
}

//# cast_is_wrong
@fn f(arena: Arena<'_>, n: &str) -> u8 {
    n as u8
}
