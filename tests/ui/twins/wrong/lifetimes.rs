//! Mistakes with lifetimes.
//!
//! `//# name` begins a case. The attribute replaces `@`. In the plain twin, `~` becomes the arena
//! parameter of a trait's method.

//# argument_needs_the_other_lifetime
@fn f<'a>(arena: Arena<'_>, x: &'a str, y: &str) -> &'a str {
    if x.is_empty() { x } else { y }
}

//# two_named_lifetimes
@fn f<'a, 'b>(arena: Arena<'_>, x: &'a str, y: &'b str) -> &'a str {
    if x.is_empty() { x } else { y }
}

//# boxed_trait_object_of_a_reference
@fn f(arena: Arena<'_>, x: &str) -> Box<dyn std::fmt::Display> {
    Box::new(x)
}

//# boxed_trait_object_of_a_named_reference
@fn f<'a>(arena: Arena<'_>, x: &'a str) -> Box<dyn std::fmt::Display> {
    let text = x;
    Box::new(text)
}

//# struct_with_a_lifetime
struct View<'v> { text: &'v str }
@fn f<'a>(arena: Arena<'_>, view: &'a mut View<'a>, y: &str) {
    view.text = y;
}

//# pushes_a_shorter_reference
@fn f(arena: Arena<'_>, list: &mut Vec<&str>, text: &str) {
    list.push(text);
}

//# static_is_wanted
fn keep(_: &'static str) {}
@fn f(arena: Arena<'_>, text: &str) {
    keep(text);
}

//# static_is_wanted_of_a_named_one
fn keep(_: &'static str) {}
@fn f<'a>(arena: Arena<'_>, text: &'a str) {
    keep(text);
}

//# generic_may_not_live_long_enough
@fn f<T: std::fmt::Display>(arena: Arena<'_>, value: T) -> Box<dyn std::fmt::Display> {
    Box::new(value)
}

//# reference_to_a_parameter_is_returned
@fn f<'a>(arena: Arena<'_>, text: String) -> &'a str {
    &text
}

//# reference_to_a_local_is_returned
@fn f(arena: Arena<'_>, n: &u8) -> &str {
    let text = n.to_string();
    text.as_str()
}

//# reference_to_a_parameter_is_kept
@fn f<'a>(arena: Arena<'_>, list: &mut Vec<&'a str>, text: String) {
    list.push(&text);
}

//# does_not_live_long_enough
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    let r;
    {
        let m = n;
        r = &m;
    }
    *r
}

//# closure_outlives_its_capture
@fn f(arena: Arena<'_>, n: u8) -> Box<dyn Fn() -> u8> {
    Box::new(|| n)
}

//# lifetime_is_missing
@fn f(arena: Arena<'_>, a: &str, b: &str) -> &str {
    a
}

//# lifetime_is_undeclared
@fn f(arena: Arena<'_>, a: &'a str) -> usize {
    a.len()
}

//# lifetime_is_undeclared_in_the_body
@fn f(arena: Arena<'_>, a: &str) -> usize {
    let a: &'q str = a;
    a.len()
}
