// Locations: of panics, of callers, and in functions that macros create.

#[allow(unused_imports, reason = "the prelude has it from the edition 2024 on")]
use std::future::Future;
use std::panic::Location;

fn log_place(what: &str, place: &Location<'_>) {
    log(format!("{what} {}:{}", place.line(), place.column()));
}

/// A function from a macro: its names are the macro's, and its body is the user's.
macro_rules! make {
    ($name:ident($arena:ident, $a:ident) $body:block) => {
        #[request_arena]
        fn $name($arena: Arena<'_>, $a: D, hidden: D) -> u8 {
            let result = hidden.get();
            result + $body
        }
    };
}

make!(made(arena, a) { let result = D("result"); a.get() + arena.spend(1) as u8 });

macro_rules! make_later {
    ($name:ident, $value:expr, $ty:ty, |$a:ident| $body:expr) => {
        #[request_arena]
        async fn $name(arena: Arena<'_>, $a: $ty) -> $ty {
            let hidden = $value;
            pause().await;
            $body
        }
    };
}

make_later!(made_later, D("value"), D, |a| { let hidden = D("mine"); a });

#[request_arena]
#[track_caller]
fn tracked(arena: Arena<'_>, a: D) -> u8 {
    log_place("caller", Location::caller());
    a.get()
}

#[request_arena]
#[track_caller]
fn tracked_unwrap(arena: Arena<'_>, a: Option<u8>, b: D) -> u8 {
    a.unwrap()
}

#[request_arena]
#[track_caller]
fn tracked_panic(arena: Arena<'_>, b: D) -> u8 {
    panic!("own")
}

#[request_arena]
#[track_caller]
fn tracked_deeper(arena: Arena<'_>, b: D) -> u8 {
    here() + tracked(D("deeper"))
}

#[request_arena]
fn untracked(arena: Arena<'_>, a: D) -> u8 {
    here() + here()
}

#[request_arena]
async fn untracked_later(arena: Arena<'_>, a: D) -> u8 {
    let first = here();
    pause().await;
    first + here()
}

struct Tracked;

impl Tracked {
    #[request_arena]
    #[track_caller]
    fn method(&self, arena: Arena<'_>, a: D) -> u8 {
        here()
    }
}

#[request_arena]
#[track_caller]
fn tracked_block(arena: Arena<'_>, a: D) -> impl Future<Output = u8> {
    let place = here();
    async move { pause().await; place + a.get() }
}

#[request_arena]
fn lines(arena: Arena<'_>) -> (u32, u32, &'static str) {
    (line!(), column!(), module_path!().rsplit("::").nth(1).unwrap_or_default())
}

#[request_arena]
fn in_a_macro(arena: Arena<'_>, a: D) -> u8 {
    let list = vec![here(), 1];
    assert!(list.len() == 3, "own {}", a.get());
    1
}

#[request_arena]
fn sub_overflow(arena: Arena<'_>, a: usize) -> usize {
    let b = a
        - 1;
    b
}

#[request_arena]
fn expects(arena: Arena<'_>, a: Result<u8, D>) -> u8 {
    a
        .expect("own")
}

#[request_arena]
fn from_a_closure(arena: Arena<'_>, a: D) -> u8 {
    let f = || here();
    f() + [1_u8].iter().map(|n| n + here()).sum::<u8>()
}

#[request_arena]
fn temporaries_of_a_chain(arena: Arena<'_>, a: D) -> u8 {
    std::cell::RefCell::new(1).try_borrow_mut().map(|n| *n + here()).unwrap_or(0)
}

#[request_arena]
#[must_use]
unsafe fn raw(arena: Arena<'_>, a: *const u8, b: D) -> u8 {
    // SAFETY: the caller passes a pointer to a live value.
    unsafe { *a + b.get() }
}

#[request_arena]
extern "C" fn foreign(arena: Arena<'_>, mut a: Count, b: u8) -> u8 {
    a.number = b;
    a.number + 1
}

#[request_arena]
fn diverging(arena: Arena<'_>, a: D, b: D) -> u8 {
    let local = D("local");
    loop {
        if a.get() == 1 {
            return b.get();
        }
    }
}

#[request_arena]
fn recursive(arena: Arena<'_>, n: u8, a: D) -> u8 {
    let local = D("local");
    if n == 0 { a.get() } else { recursive(n - 1, D("deeper")) + *D("tmp").lend() }
}

pub fn cases(cases: &mut Cases) {
    cases.call("made by a macro", || made(D("a"), D("hidden")));
    cases.future("made by a macro async", || made_later(D("a")));
    cases.call("track_caller", || tracked(D("a")));
    cases.call("track_caller, None", || tracked_unwrap(None, D("b")));
    cases.call("track_caller, panic", || tracked_panic(D("b")));
    cases.call("track_caller, deeper", || tracked_deeper(D("b")));
    cases.call("track_caller, method", || Tracked.method(D("b")));
    cases.future("track_caller, block", || tracked_block(D("b")));
    cases.call("track_caller, as a pointer", || { let f: fn(D) -> u8 = tracked; f(D("a")) });
    cases.call("a caller that is not tracked", || untracked(D("a")));
    cases.future("a caller that is not tracked async", || untracked_later(D("a")));
    cases.call("line and column", || lines());
    cases.call("in a macro", || in_a_macro(D("a")));
    cases.call("overflow over two lines", || sub_overflow(0));
    cases.call("expect over two lines", || expects(Err(D("a"))));
    cases.call("caller of a closure", || from_a_closure(D("a")));
    cases.call("temporaries of a chain", || temporaries_of_a_chain(D("a")));
    // SAFETY: the reference points to a live value.
    cases.call("unsafe", || unsafe { raw(&1, D("b")) });
    cases.call("extern", || foreign(Count::new("a"), 3));
    cases.call("a loop that returns", || diverging(D("a"), D("b")));
    cases.call("recursive", || recursive(2, D("a")));
}
