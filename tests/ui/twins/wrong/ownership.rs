//! Mistakes with moves, borrows and mutability.
//!
//! `//# name` begins a case. The attribute replaces `@`. In the plain twin, `~` becomes the arena
//! parameter of a trait's method.

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

//# not_initialised
@fn f(arena: Arena<'_>, n: u8) -> u8 {
    let m: u8;
    if n > 2 {
        m = n;
    }
    m
}
