//! Functions with options that have no plain twin.

use request_arena::extract::Rejection;
use request_arena::{request_arena, Arena};

/// A.
#[request_arena(into = String)]
pub fn a<'q>(arena: Arena<'q>, text: &str) -> &'q str { arena.alloc_str(text) }
/// B.
#[request_arena(into = String)]
pub async fn b<'q>(arena: Arena<'q>, text: String) -> &'q str {
    std::future::ready(()).await;
    arena.alloc_str(&text)
}
/// C.
#[request_arena(into = Result<String, String>)]
pub fn c<'q>(arena: Arena<'q>, text: &str) -> Result<&'q str, &'q str> {
    if text.is_empty() { return Err(arena.alloc_str("e")); }
    Ok(arena.alloc_str(text))
}
/// D.
#[request_arena(limit = "1 MiB", on_limit = 0)]
pub fn d(arena: Arena<'_>, text: &str) -> usize { arena.alloc_str(text).len() }
/// E.
#[request_arena(limit = "1 MiB", on_limit = |error| error.to_string().len())]
pub async fn e(arena: Arena<'_>, text: String) -> usize {
    std::future::ready(()).await;
    arena.alloc_str(&text).len()
}
/// F.
#[request_arena(limit = "1 MiB", on_limit = Err(String::new()), soft_limit = 100, initial = 1024)]
pub fn f(arena: Arena<'_>, text: &str) -> Result<usize, String> { Ok(arena.alloc_str(text).len()) }
/// G.
#[request_arena(limit = "1 MiB", on_limit = ())]
pub fn g(arena: Arena<'_>, text: &str) { drop(arena.alloc_str(text).to_owned()); }
/// H.
#[request_arena(limit = "1 MiB", on_limit = (), into = ())]
pub async fn h(arena: Arena<'_>, text: String) {
    std::future::ready(()).await;
    drop(arena.alloc_str(&text).to_owned());
}
/// K.
#[request_arena(limit = "1 MiB", on_limit = panic!("k"))]
pub fn k(arena: Arena<'_>) -> u8 { *arena.alloc(1) }
/// L.
#[request_arena(send = true, limit = "1 MiB", on_limit = 0)]
pub async fn l(arena: Arena<'_>, text: String) -> usize {
    std::future::ready(()).await;
    arena.alloc_str(&text).len()
}
/// M.
#[request_arena(into = String)]
pub fn m<'q>(arena: Arena<'q>, text: &str) -> request_arena::collections::owned::String<'q> {
    let mut owned = request_arena::collections::owned::String::new_in(arena.fork());
    owned.push_str(text);
    owned
}
/// N.
#[request_arena]
pub fn n(arena: Arena<'_>, #[json] text: &str) -> Result<usize, Rejection> {
    Ok(arena.alloc_str(text).len())
}
/// O.
#[request_arena(into = String, on_reject = |rejection| rejection.to_string())]
pub async fn o<'q>(arena: Arena<'q>, #[json] texts: &'q [&'q str], name: &str) -> &'q str {
    std::future::ready(()).await;
    arena.alloc_join(texts, name)
}
/// P.
#[request_arena(on_reject = |_| 0, limit = "1 MiB", on_limit = 0)]
pub async fn p(arena: Arena<'_>, #[query] (a, mut b): (&str, u32), #[form] c: [u8; 2]) -> u32 {
    std::future::ready(()).await;
    b += u32::from(c[0]);
    b + u32::try_from(arena.alloc_str(a).len()).unwrap_or(0)
}
/// Q.
#[request_arena(on_reject = status)]
pub fn q(arena: Arena<'_>, #[json] _unused: u8) -> u16 { *arena.alloc(1) }
fn status(rejection: Rejection) -> u16 { rejection.status() }
