//! Functions with one mistake each. `//# name` begins one, `@` is where the attribute goes,
//! `~` where a trait's method has the plain twin's arena.

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

//# never_ends
@fn f(arena: Arena<'_>, n: u8) -> ! {
    drop(n);
}

//# parameter_is_not_mutable
@fn f(arena: Arena<'_>, list: Vec<u8>) -> Vec<u8> {
    list.push(1);
    list
}

//# parameter_is_not_mutable_reference
@fn f(arena: Arena<'_>, list: &Vec<u8>) {
    list.push(1);
}

//# parameter_is_assigned
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    n = 2;
    n
}

//# field_of_a_parameter_is_assigned
struct Guard { done: bool }
@fn f(arena: Arena<'_>, guard: Guard) -> bool {
    guard.done = true;
    guard.done
}

//# field_behind_a_reference_is_assigned
struct Guard { done: bool }
@fn f(arena: Arena<'_>, guard: &Guard) {
    guard.done = true;
}

//# variable_is_assigned_twice
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    let m = n;
    m = 3;
    m
}

//# pattern_is_not_mutable
@fn f(arena: Arena<'_>, (list, n): (Vec<u8>, u8)) -> Vec<u8> {
    list.push(n);
    list
}

//# captured_is_not_mutable
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    let mut add = || n += 1;
    add();
    n
}

//# parameter_is_moved_twice
@fn f(arena: Arena<'_>, text: String) -> usize {
    drop(text);
    text.len()
}

//# parameter_is_moved_in_a_loop
@fn f(arena: Arena<'_>, text: String) {
    for _ in 0..2 {
        drop(text);
    }
}

//# parameter_is_moved_partially
struct Pair { a: String, b: String }
@fn f(arena: Arena<'_>, pair: Pair) -> Pair {
    drop(pair.a);
    pair
}

//# parameter_is_moved_into_a_closure
@fn f(arena: Arena<'_>, text: String) -> usize {
    let run = move || drop(text);
    run();
    text.len()
}

//# borrowed_mutably_twice
@fn f(arena: Arena<'_>, mut list: Vec<u8>) -> u8 {
    let a = &mut list;
    let b = &mut list;
    a.push(1);
    b[0]
}

//# borrowed_both_ways
@fn f(arena: Arena<'_>, mut list: Vec<u8>) -> u8 {
    let a = &list[0];
    list.push(1);
    *a
}

//# moved_while_borrowed
@fn f(arena: Arena<'_>, list: Vec<u8>) -> u8 {
    let a = &list[0];
    drop(list);
    *a
}

//# assigned_while_borrowed
@fn f(arena: Arena<'_>, mut n: u8) -> u8 {
    let a = &n;
    n = 2;
    *a
}

//# moved_out_of_a_reference
@fn f(arena: Arena<'_>, text: &String) -> String {
    *text
}

//# moved_out_of_a_field
struct Pair { a: String, b: String }
@fn f(arena: Arena<'_>, pair: &Pair) -> String {
    pair.a
}

//# moved_out_of_an_index
@fn f(arena: Arena<'_>, list: Vec<String>) -> String {
    list[0]
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

//# pattern_of_another_type
@fn f(arena: Arena<'_>, (a, b): (u8, u8, u8)) -> u8 {
    a + b
}

//# not_initialised
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    let m: u8;
    if n > 2 {
        m = n;
    }
    m
}

//# break_outside_a_loop
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    break;
    n
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

//# self_is_not_mutable method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) {
        self.n = n;
    }
}

//# self_is_pushed_to method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) {
        self.list.push(n);
    }
}

//# owned_self_is_not_mutable method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(self, arena: Arena<'_>, n: u8) -> Self {
        self.list.push(n);
        self
    }
}

//# self_is_moved_twice method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(self, arena: Arena<'_>, n: u8) -> u8 {
        drop(self);
        self.n + n
    }
}

//# self_is_moved_partially method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(self, arena: Arena<'_>, n: u8) -> Self {
        drop(self.text);
        self
    }
}

//# moved_out_of_self method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) -> String {
        self.text
    }
}

//# moved_out_of_mutable_self method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&mut self, arena: Arena<'_>, n: u8) -> String {
        self.text
    }
}

//# self_is_borrowed_both_ways method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&mut self, arena: Arena<'_>, n: u8) -> u8 {
        let a = &self.list;
        self.list.push(n);
        a[0]
    }
    fn set(&mut self) {}
}

//# self_is_borrowed_whole method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&mut self, arena: Arena<'_>, n: u8) -> u8 {
        let a = &self.list;
        self.set();
        a[0]
    }
    fn set(&mut self) {}
}

//# argument_is_returned_as_selfs method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, text: &str) -> &str {
        if text.is_empty() { &self.text } else { text }
    }
}

//# argument_is_kept_in_self method
struct S<'s> { text: &'s str }
impl<'s> S<'s> {
    @fn f(&mut self, arena: Arena<'_>, text: &str) {
        self.text = text;
    }
}

//# reference_to_owned_self_is_returned method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f<'a>(self, arena: Arena<'_>, n: u8) -> &'a str {
        &self.text
    }
}

//# self_is_returned_as_static method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) -> Box<dyn std::fmt::Display> {
        Box::new(&self.text)
    }
}

//# methods_body_has_another_type method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) -> String {
        self.n
    }
}

//# method_of_self_is_unknown method
struct S { n: u8, text: String, list: Vec<u8> }
impl S {
    @fn f(&self, arena: Arena<'_>, n: u8) -> u8 {
        self.g(n)
    }
}

//# trait_method_assigns_self method
struct S { n: u8, text: String, list: Vec<u8> }
trait T { fn f(&self, ~ n: u8); }
impl T for S {
    @fn f(&self, arena: Arena<'_>, n: u8) {
        self.n = n;
    }
}

//# trait_method_returns_an_argument method
struct S { n: u8, text: String, list: Vec<u8> }
trait T { fn f(&self, ~ text: &str) -> &str; }
impl T for S {
    @fn f(&self, arena: Arena<'_>, text: &str) -> &str {
        text
    }
}

//# trait_method_moves_twice method
struct S { n: u8, text: String, list: Vec<u8> }
trait T { fn f(self, ~ text: String) -> usize; }
impl T for S {
    @fn f(self, arena: Arena<'_>, text: String) -> usize {
        drop(self);
        drop(text);
        self.n as usize + text.len()
    }
}

//# trait_method_has_another_signature method
struct S { n: u8, text: String, list: Vec<u8> }
trait T { fn f(&self, ~ text: &str) -> u8; }
impl T for S {
    @fn f(&self, arena: Arena<'_>, text: &str) -> u16 {
        2
    }
}
