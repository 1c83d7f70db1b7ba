//! Functions of every shape with many warnings. The plain twins have the same.

use std::future::ready;

use request_arena::{request_arena, Arena};

#[request_arena]
pub fn adds(_arena: Arena<'_>, mut x: u8) { x += 1; }
#[request_arena]
pub fn assigns(_arena: Arena<'_>, mut x: u8) -> u8 { let y = x; x = 5; y }
#[request_arena]
pub async fn assigns_later(_arena: Arena<'_>, mut x: u8) -> u8 {
    let y = x;
    ready(()).await;
    x += 5;
    y
}
#[request_arena]
pub fn overwrites(_arena: Arena<'_>, mut x: u8) -> u8 { x = 5; x }
#[request_arena]
pub async fn overwrites_later(_arena: Arena<'_>, mut x: u8) -> u8 { x = 5; x }
#[request_arena]
pub fn takes_apart(_arena: Arena<'_>, (mut p, q): (u8, u8)) -> u8 { p += q; q }
#[request_arena]
pub fn replaces(_arena: Arena<'_>, mut v: Vec<u8>) { v = Vec::new(); }
#[request_arena]
pub fn counts(_arena: Arena<'_>, mut n: usize) -> usize {
    let mut t = 0;
    while n > 0 { t += n; n -= 1; }
    t
}
#[request_arena]
pub fn ends_early(_arena: Arena<'_>, mut n: usize, b: bool) -> usize {
    if b { n += 1; return 3; }
    n
}
#[request_arena]
pub fn forks(mut arena: Arena<'_>) { arena = arena.fork(); }

pub struct S(u8);
impl S {
    #[request_arena]
    pub fn sets_own(mut self, _arena: Arena<'_>) { self.0 = 5; }
    #[request_arena]
    pub fn sets(&mut self, _arena: Arena<'_>) { self.0 = 5; }
    #[request_arena]
    pub fn replaces_own(mut self, _arena: Arena<'_>) -> u8 { self = Self(3); self.0 }
    #[request_arena]
    pub fn boxed(self: Box<Self>, _arena: Arena<'_>) -> u8 { self.0 }
    #[request_arena]
    pub fn reads(&self, arena: Arena<'_>, text: &str) -> usize {
        return arena.alloc_str(text).len() + usize::from(self.0);
    }
    #[request_arena]
    pub async fn reads_later(&self, arena: Arena<'_>, text: String) -> usize {
        ready(()).await;
        arena.alloc_str(&text).len() + self.0 as usize
    }
    #[request_arena]
    pub async fn ends(self, _arena: Arena<'_>) -> u8 { ready(()).await; self.0 }
}

pub struct Buffer { len: usize, bytes: Vec<u8> }
impl Buffer {
    #[request_arena]
    pub fn into_bytes(mut self, _arena: Arena<'_>) -> Vec<u8> { self.len = 0; self.bytes }
    #[request_arena]
    pub fn finish(mut self, _arena: Arena<'_>) { self.len = 0; }
    #[request_arena]
    pub fn swap(mut self, _arena: Arena<'_>, other: Self) -> usize { self = other; self.len }
}

pub struct Guard<'a> { state: &'a mut u8, pub armed: bool }
impl Drop for Guard<'_> { fn drop(&mut self) { if self.armed { *self.state = 0; } } }
#[request_arena]
pub fn disarm(_arena: Arena<'_>, mut guard: Guard<'_>) { guard.armed = false; }
#[request_arena]
pub async fn disarm_later(_arena: Arena<'_>, mut guard: Guard<'_>) {
    ready(()).await;
    guard.armed = false;
}
#[request_arena]
pub fn elided(_arena: Arena<'_>, guard: Guard) -> bool { guard.armed }

pub trait Answers {
    #[request_arena]
    fn answer(&self, arena: Arena<'_>, by: u8) -> u8 { *arena.alloc(by) }
    #[request_arena]
    fn provided(&self, arena: Arena<'_>, by: u8) -> u8 { *arena.alloc(by) }
}
impl Answers for S {
    #[request_arena]
    fn answer(&self, arena: Arena<'_>, by: u8) -> u8 { *arena.alloc(by) + self.0 }
}

#[request_arena]
pub fn generic<'x, T: Clone>(arena: Arena<'_>, value: &'x T) -> T {
    drop(arena.alloc(1u8));
    value.clone()
}
#[request_arena]
pub fn unused(_arena: Arena<'_>, a: u8, _: String, _b: u8) -> u8 { _b }
#[request_arena]
pub fn shadows(arena: Arena<'_>, text: &str) -> usize {
    let text = text.trim();
    let arena = arena.alloc_str(text);
    arena.len()
}
#[request_arena]
pub async fn shadows_later(arena: Arena<'_>, text: String) -> usize {
    let text = text.trim();
    ready(()).await;
    let arena = arena.alloc_str(text);
    arena.len()
}
#[request_arena]
pub fn redundant(_arena: Arena<'_>, x: u8) -> u8 { let x = x; x }
#[request_arena]
pub fn unit(arena: Arena<'_>, text: &str) -> () { let done = drop(arena.alloc_str(text)); done }
#[request_arena]
pub fn never(_arena: Arena<'_>, x: u8) -> ! { panic!("{x}") }
#[request_arena]
pub fn fails(arena: Arena<'_>, text: &str) -> Result<u8, [u8; 200]> {
    let n: u8 = text.parse().map_err(|_| [0; 200])?;
    return Ok(*arena.alloc(n));
}
#[request_arena]
pub async fn fails_later(arena: Arena<'_>, text: String) -> Result<u8, [u8; 200]> {
    ready(()).await;
    let n: u8 = text.parse().map_err(|_| [0; 200])?;
    return Ok(*arena.alloc(n));
}
#[request_arena]
pub async fn no_await(_arena: Arena<'_>, text: String) -> usize { text.len() }
#[request_arena]
pub async fn not_send(arena: Arena<'_>, x: std::rc::Rc<u8>) -> u8 {
    ready(()).await;
    *arena.alloc(*x)
}
#[request_arena]
pub fn by_value(_arena: Arena<'_>, text: String) -> usize { text.len() }
#[request_arena]
pub fn by_value_arena(arena: Arena<'_>) -> u8 { *arena.alloc(1) }
#[request_arena]
pub fn results(arena: Arena<'_>, v: &mut std::collections::HashSet<u8>) {
    v.insert(*arena.alloc(1));
    let _ = v.drain();
}
#[request_arena]
pub fn lock_at_end(_arena: Arena<'_>, lock: &std::sync::Mutex<Vec<u8>>) -> usize {
    lock.lock().unwrap().len()
}
#[request_arena]
pub async fn large(_arena: Arena<'_>, block: [u8; 20_000]) -> u8 { ready(()).await; block[0] }
#[request_arena]
pub fn many(
    _arena: Arena<'_>,
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: bool,
    h: bool,
    i: bool,
    j: bool,
) -> bool {
    a + b + c + d + e + f == 0 && g && h && i && j
}
#[request_arena]
pub fn adds_one(_arena: Arena<'_>, a: i32) -> i32 {
    let mut sum = 0;
    for i in 0..a { sum += i; }
    sum
}
#[request_arena]
fn private(_arena: Arena<'_>) {}

/// A lint that is expected on a function.
#[request_arena]
#[expect(unused_variables, reason = "the sweep")]
pub fn expects(_arena: Arena<'_>, x: u8) {}
#[request_arena]
#[expect(clippy::needless_return, reason = "the sweep")]
pub fn expects_return(_arena: Arena<'_>, x: u8) -> u8 { return x; }
#[request_arena]
pub fn expects_of_one(_arena: Arena<'_>, #[expect(unused_variables, reason = "the sweep")] x: u8) {}
#[request_arena]
#[expect(unused_assignments, reason = "the sweep")]
pub fn expects_assignment(_arena: Arena<'_>, mut x: u8) -> u8 { x = 5; x }
#[request_arena]
#[expect(unused_variables, reason = "the sweep")]
pub async fn expects_later(_arena: Arena<'_>, x: u8) {}

/// A type with the name of an axum extractor.
pub struct Path<T>(pub T);
/// The expansion checks whether it is a handler of axum.
#[request_arena]
pub async fn asked(arena: Arena<'_>, Path(text): Path<String>) -> usize {
    std::future::ready(()).await;
    return text.len()
}
/// Has to be `Send`.
#[request_arena(send = true)]
pub async fn sent(arena: Arena<'_>, text: String) -> usize {
    std::future::ready(()).await;
    let unused = 1;
    text.len()
}
/// Has to be `Send`, with an `async` block.
#[request_arena(send = true)]
#[must_use]
pub fn sent_later(
    arena: Arena<'_>,
    Path(text): Path<String>,
) -> std::pin::Pin<Box<dyn std::future::Future<Output = usize>>> {
    Box::pin(async move { std::future::ready(()).await; text.len() })
}

#[request_arena(into = usize)]
pub fn turns(arena: Arena<'_>, text: &str) -> usize { arena.alloc_str(text).len() }
#[request_arena(into = usize)]
pub async fn turns_later(arena: Arena<'_>, text: String) -> usize {
    ready(()).await;
    arena.alloc_str(&text).len()
}
#[request_arena(into = usize, limit = "1 MiB", on_limit = 0)]
pub async fn turns_parts(
    mut arena: Arena<'_>,
    (mut p, q): (usize, usize),
    mut text: String,
) -> usize {
    ready(()).await;
    text = arena.fork().alloc_str(&text).to_owned();
    p += q;
    return text.len();
}
#[request_arena(into = usize)]
pub fn turns_parts_now(
    mut arena: Arena<'_>,
    (mut p, q): (usize, usize),
    mut text: String,
) -> usize {
    arena = arena.fork();
    if q > 1 { return q; }
    text = arena.alloc_str(&text).to_owned();
    text.len()
}
#[request_arena(into = usize)]
pub fn turns_and_shadows(arena: Arena<'_>, text: &str) -> usize {
    let text = text.trim();
    let arena = arena.alloc_str(text);
    arena.len()
}
#[request_arena(into = usize)]
pub async fn turns_and_shadows_later(arena: Arena<'_>, text: String) -> usize {
    let text = text.trim();
    ready(()).await;
    let arena = arena.alloc_str(text);
    arena.len()
}
#[request_arena(into = usize)]
pub fn turns_and_expects(
    #[expect(unused_variables)] arena: Arena<'_>,
    #[allow(unused_variables)] text: &str,
) -> usize {
    1
}
#[request_arena(into = usize)]
pub async fn turns_and_expects_later(
    #[expect(unused_variables)] arena: Arena<'_>,
    #[allow(unused_variables)] text: &str,
) -> usize {
    ready(()).await;
    1
}
#[request_arena(into = usize)]
pub fn turns_unused(arena: Arena<'_>, text: &str) -> usize { 1 }
#[request_arena(into = usize)]
pub async fn turns_unused_later(arena: Arena<'_>, text: &str) -> usize { ready(()).await; 1 }

impl S {
    #[request_arena(into = usize)]
    pub fn turns(&self, arena: Arena<'_>, text: &str) -> usize {
        arena.alloc_str(text).len() + usize::from(self.0)
    }
    #[request_arena(into = usize)]
    pub async fn turns_later(&mut self, arena: Arena<'_>, text: &str) -> usize {
        ready(()).await;
        self.0 += 1;
        arena.alloc_str(text).len() + usize::from(self.0)
    }
    #[request_arena(into = usize)]
    pub async fn turns_itself(mut self, arena: Arena<'_>, text: &str) -> usize {
        ready(()).await;
        self.0 = 2;
        arena.alloc_str(text).len()
    }
}
