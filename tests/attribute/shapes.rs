//! Free functions and methods, patterns, generics and `impl Trait`, synchronous and `async`.

#![allow(unused_qualifications, reason = "paths of every length are the subject of the test")]

use core::fmt::{Debug, Display};

use request_arena::{Arena, Bump, Exactness, format, request_arena};

use crate::counts;
use crate::support::{pause, poll_at_most};

/// The result of a future that needs at most five polls.
fn run<F: Future>(future: F) -> F::Output {
    poll_at_most(future, 5).expect("ready by now")
}

struct Shop {
    name: String,
    sold: usize,
}

impl Shop {
    #[request_arena]
    fn greet(&self, arena: Arena<'_>, who: &str) -> String {
        format!(in arena, "{} greets {who}", self.name).to_owned()
    }

    #[request_arena]
    async fn sell(&mut self, arena: Arena<'_>, count: usize) -> &str {
        let items = arena.alloc_slice_fill_copy(count, 1_usize);
        pause().await;
        self.sold += items.iter().sum::<usize>();
        &self.name
    }

    #[request_arena]
    fn close(self, arena: Arena<'_>) -> Self {
        Self { name: arena.alloc_str("closed").to_owned(), ..self }
    }

    #[request_arena]
    pub(crate) fn new(arena: Arena<'_>, name: &str) -> Self {
        Self { name: arena.alloc_str(name).to_owned(), sold: Self::START }
    }

    const START: usize = 1;

    #[request_arena]
    #[allow(clippy::boxed_local, reason = "a boxed `self` is the subject of the test")]
    fn boxed(self: Box<Self>, arena: Arena<'_>) -> usize {
        arena.alloc(self.sold).wrapping_add(1)
    }
}

#[test]
fn methods_take_self_in_every_way() {
    let mut shop = Shop::new("Corner");
    assert_eq!(shop.greet("you"), "Corner greets you");
    assert_eq!(run(shop.sell(4)), "Corner");
    assert_eq!(shop.sold, 5);
    let shop = shop.close();
    assert_eq!((shop.name.as_str(), shop.sold), ("closed", 5));
    assert_eq!(Box::new(shop).boxed(), 6);
    for name in ["new", "greet", "sell", "close", "boxed"] {
        assert_eq!(counts(name), [1, 0, 0, 0], "{name}");
    }
}

#[request_arena]
fn patterns(
    arena: Arena<'_>,
    (a, mut b): (u32, u32),
    [first, .., last]: [u8; 4],
    Shop { name, .. }: &Shop,
    _: bool,
    &c: &u32,
) -> String {
    b += c;
    format!(in arena, "{a} {b} {first} {last} {name}").to_owned()
}

#[request_arena]
async fn async_patterns((a, b): (u32, u32), arena: Arena<'_>, mut list: Vec<u32>) -> Vec<u32> {
    let sum = arena.alloc(a);
    pause().await;
    *sum += b;
    list.push(*sum);
    list
}

#[test]
fn parameters_may_be_patterns_and_the_arena_may_stand_anywhere() {
    let shop = Shop { name: String::from("s"), sold: 0 };
    assert_eq!(patterns((1, 2), [3, 4, 5, 6], &shop, true, &40), "1 42 3 6 s");
    assert_eq!(run(async_patterns((1, 2), vec![0])), [0, 3]);
}

#[request_arena]
fn generic<T, const N: usize, E>(
    arena: Arena<'_>,
    values: [T; N],
    error: Option<E>,
) -> Result<String, E>
where
    T: Debug + Copy,
    E: Into<String>,
{
    let copy: &[T; N] = arena.alloc(values);
    match error {
        Some(error) => Err(error),
        None => Ok(format!(in arena, "{copy:?} of {N}").to_owned()),
    }
}

#[request_arena]
async fn async_generic<'t, T: Display + ?Sized + 't>(
    text: &'t T,
    arena: Arena<'_>,
    other: &str,
) -> (&'t T, usize) {
    let copy = format!(in arena, "{text}{other}");
    pause().await;
    (text, copy.len())
}

#[test]
fn generics_and_where_clauses_stay() {
    assert_eq!(generic([1, 2], None::<&str>).unwrap(), "[1, 2] of 2");
    assert_eq!(generic::<u8, 0, _>([], Some("no")), Err("no"));
    assert_eq!(run(async_generic("abc", "de")), ("abc", 5));
    assert_eq!((counts("generic"), counts("async_generic")), ([1, 1, 0, 0], [1, 0, 0, 0]));
}

#[request_arena]
fn impl_parameter(arena: Arena<'_>, parts: impl Iterator<Item = impl Display>) -> usize {
    arena.alloc_from_iter(parts.map(|part| format!(in arena, "{part}").len())).iter().sum()
}

#[request_arena]
fn impl_result(arena: Arena<'_>, count: usize) -> impl Iterator<Item = usize> + use<> {
    let list: Vec<usize> = arena.alloc_slice_fill_with(count, |index| index * 2).to_vec();
    list.into_iter()
}

#[request_arena]
fn nested_impl_result(
    arena: Arena<'_>,
    text: &str,
) -> Result<impl Display + use<>, std::num::ParseIntError> {
    let number: u32 = arena.alloc_str(text).parse()?;
    Ok(number + 1)
}

#[request_arena]
async fn async_impl_result(
    arena: Arena<'_>,
    fail: bool,
) -> Result<(impl Display, Vec<impl Debug>), String> {
    let text = arena.alloc_str("text");
    pause().await;
    if fail {
        return Err(text.to_owned());
    }
    Ok((text.len(), vec![1]))
}

#[request_arena]
fn closure_result(arena: Arena<'_>, add: u32) -> impl Fn(u32) -> u32 {
    let base = *arena.alloc(100);
    move |number| number + add + base
}

#[test]
fn impl_trait_may_stand_in_parameters_and_results() {
    assert_eq!(impl_parameter([1, 20, 300].into_iter()), 6);
    assert_eq!(impl_result(3).collect::<Vec<_>>(), [0, 2, 4]);
    assert_eq!(nested_impl_result("41").unwrap().to_string(), "42");
    assert!(nested_impl_result("x").is_err());
    assert_eq!(
        run(async_impl_result(false)).map(|(text, list)| std::format!("{text}{list:?}")).unwrap(),
        "4[1]"
    );
    assert_eq!(run(async_impl_result(true)).map(|_| ()).unwrap_err(), "text");
    assert_eq!(closure_result(2)(1), 103);
    assert_eq!(
        (counts("nested_impl_result"), counts("async_impl_result")),
        ([1, 1, 0, 0], [1, 1, 0, 0])
    );
}

#[request_arena]
fn with_bump(bump: &Bump, number: u32) -> u32 {
    let list = bump.alloc_slice_fill_copy(10, number);
    list.iter().sum()
}

#[request_arena]
fn with_named_bump<'b>(bump: &'b ::request_arena::Bump) -> usize {
    let words: [&'b str; 2] = [bump.alloc_str("a"), bump.alloc_str("bc")];
    words.concat().len()
}

#[request_arena]
async fn with_async_bump(bump: &Bump) -> u32 {
    // `&Bump` is not `Send`, so a task could not hold it across an await. Here one thread polls.
    let number = bump.alloc(1);
    pause().await;
    *number + 1
}

#[test]
fn the_parameter_may_be_a_bump() {
    assert_eq!((with_bump(3), with_named_bump(), run(with_async_bump())), (30, 3, 2));
    let report = request_arena::report();
    assert!(
        ["with_bump", "with_named_bump"].iter().all(|name| report
            .site(name)
            .unwrap()
            .peak_exactness
            == Exactness::AtLeast)
    );
}

type Handle<'a> = Arena<'a>;

#[request_arena]
fn aliased(#[arena] scratch: Handle<'_>) -> usize {
    scratch.alloc_str("alias").len()
}

#[request_arena]
fn unused(_: Arena<'_>, number: u8) -> u8 {
    number
}

#[request_arena]
fn mutable(mut arena: Arena<'_>) -> usize {
    fn consume(arena: Arena<'_>) -> usize {
        arena.alloc_str("gone").len()
    }
    let first = consume(arena.reborrow());
    let other = arena.fork();
    arena = other;
    first + arena.alloc_str("other").len()
}

#[request_arena]
fn qualified(arena: ::request_arena::Arena) -> usize {
    arena.alloc_str("no lifetime").len()
}

#[request_arena]
fn moved(arena: Arena<'_>) -> usize {
    arena.into_bump().alloc_str("moved").len()
}

#[test]
fn the_arena_parameter_may_be_written_in_many_ways() {
    assert_eq!((aliased(), unused(5), mutable(), qualified(), moved()), (5, 5, 9, 11, 5));
    assert_eq!(counts("unused"), [1, 0, 0, 0]);
}

#[request_arena]
fn named<'a>(arena: Arena<'a>, words: &[&str]) -> usize {
    struct Hits<'a> {
        words: &'a [&'a str],
    }
    fn longest<'a>(hits: &Hits<'a>) -> &'a str {
        hits.words.iter().max_by_key(|word| word.len()).copied().unwrap_or_default()
    }
    let copies: &'a [&'a str] =
        arena.alloc_from_iter(words.iter().map(|word| -> &'a str { arena.alloc_str(word) }));
    let hits: Hits<'a> = Hits { words: copies };
    let list: Vec<&'a str> = vec![longest(&hits)];
    assert!(
        matches!(list.as_slice(), [_]),
        "{}",
        list.iter().map(|word: &&'a str| word.len()).sum::<usize>()
    );
    let mut sum = 0;
    'words: for word in &list {
        for character in word.chars() {
            if character == '.' {
                continue 'words;
            }
            sum += 1;
        }
    }
    sum
}

#[request_arena]
async fn async_named<'a, 't>(arena: Arena<'a>, text: &'t str) -> &'t str {
    let copy: &'a mut str = arena.alloc_str(text);
    pause().await;
    assert_eq!(copy, text);
    text
}

#[test]
fn the_arenas_lifetime_may_have_a_name() {
    assert_eq!((named(&["a", "bcd", "ef"]), run(async_named("text"))), (3, "text"));
}

#[request_arena]
fn factorial(arena: Arena<'_>, number: u64) -> u64 {
    let own = arena.alloc(number);
    if number == 0 { 1 } else { factorial(number - 1) * *own }
}

#[request_arena]
async fn async_factorial(arena: Arena<'_>, number: u64) -> u64 {
    let own = arena.alloc(number);
    pause().await;
    if number == 0 { 1 } else { Box::pin(async_factorial(number - 1)).await * *own }
}

#[test]
fn an_annotated_function_may_call_itself() {
    assert_eq!(factorial(10), 3_628_800);
    assert_eq!(poll_at_most(async_factorial(3), 9), Some(6));
    assert_eq!((counts("factorial"), counts("async_factorial")), ([11, 0, 0, 0], [4, 0, 0, 0]));
}

/// Documentation and attributes stay on the function.
#[request_arena]
#[must_use]
#[inline(never)]
#[cfg(not(any()))]
pub(crate) unsafe fn unsafe_function(arena: Arena<'_>, number: *const u8) -> u8 {
    // SAFETY: the caller passes a valid pointer.
    *arena.alloc(unsafe { *number })
}

#[request_arena]
extern "C" fn foreign(arena: Arena<'_>, number: u32) -> u32 {
    *arena.alloc(number + 1)
}

#[test]
fn qualifiers_and_attributes_stay() {
    let function: extern "C" fn(u32) -> u32 = foreign;
    assert_eq!(function(1), 2);
    // SAFETY: a valid pointer.
    assert_eq!(unsafe { unsafe_function(&7) }, 7);
}
