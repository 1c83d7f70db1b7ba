//! The checks that every framework has to pass.
//!
//! The handlers have the same names and routes in each framework:
//!
//! * `holds`, `borrows`, `texts`, `fails`, `refuses` and `passes`, each at `/NAME/{words}`,
//! * `panics` at `/panics` and `waits` at `/waits`,
//! * `runs_on` at `/runs_on`, in frameworks that do not cancel a handler when its client is gone.
//!
//! The separator of words is `-`.

use std::net::SocketAddr;
use std::sync::LazyLock;

use request_arena::{Arena, Outcome};
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinSet;

use crate::{Answer, Dropped, HangUp, content_type, ends_as, get, live, until};

/// Defines the tests of a framework, each as a check of this module: `name: check(serve().await);`.
#[macro_export]
macro_rules! framework_tests {
    ($($name:ident: $check:ident($($argument:expr),+ $(,)?);)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            $crate::suite::$check($($argument),+).await;
        }
    )+};
}

/// The number of requests that are open at once in [`holds`].
pub const GUESTS: usize = 4;

static MEETING: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(GUESTS));

/// Opened by the check [`runs_on`], and awaited by the handler.
static GATE: Semaphore = Semaphore::const_new(0);

/// The values in the arena of `waits`, which waits for ever.
pub static OWNED: Dropped = Dropped::new();

/// The deferred values of `panics`.
pub static LEFT: Dropped = Dropped::new();

/// Waits until [`GUESTS`] handlers have arrived.
pub async fn meet() {
    MEETING.wait().await;
}

/// Waits until [`runs_on`] opens the gate.
pub async fn pass_the_gate() {
    if let Ok(permit) = GATE.acquire().await {
        permit.forget();
    }
}

/// The words of a text, in the arena.
pub fn words<'a>(arena: &Arena<'a>, text: &str) -> &'a mut [&'a str] {
    let text = &*arena.alloc_str(text);
    arena.alloc_from_iter(text.split('-'))
}

/// The words of a text, or a message if one is empty. Both are in the arena.
///
/// # Errors
///
/// The message.
pub fn checked_words<'a>(arena: &Arena<'a>, text: &str) -> Result<&'a [&'a str], &'a str> {
    let words = words(arena, text);
    if words.contains(&"") {
        Err(request_arena::format!(in *arena, "an empty word in {text:?}"))
    } else {
        Ok(words)
    }
}

/// The words of a text with spaces between them, in the arena.
pub fn spaced<'a>(arena: &Arena<'a>, text: &str) -> &'a mut str {
    arena.alloc_fmt(format_args!("{}", Spaced(text)))
}

struct Spaced<'t>(&'t str);

impl core::fmt::Display for Spaced<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (index, word) in self.0.split('-').enumerate() {
            write!(f, "{}{word}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// Several handlers hold their words in their arenas at the same time, across an await. Each
/// returns its own words in reverse.
///
/// # Panics
///
/// If the check fails.
pub async fn holds(address: SocketAddr) {
    let mut requests = JoinSet::new();
    for guest in 0..GUESTS {
        requests.spawn(async move {
            let answer = get(address, &format!("/holds/guest-{guest}-here")).await;
            assert_eq!(answer, Some(Answer { status: 200, body: format!("here {guest} guest") }));
        });
    }
    requests.join_all().await;
    ends_as("holds", &[(Outcome::Returned, GUESTS as u64)]).await;
}

/// A response made from arena memory: the handler returns a value that borrows from its arena.
///
/// # Panics
///
/// If the response is wrong.
pub async fn borrows(address: SocketAddr) {
    let answer = get(address, "/borrows/to-be-or").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from(r#"["to","be","or"]"#) }));
    ends_as("borrows", &[(Outcome::Returned, 1)]).await;
}

/// A text with a status: the handler returns a `str` that borrows from its arena.
///
/// # Panics
///
/// If the response is wrong.
pub async fn texts(address: SocketAddr) {
    let answer = get(address, "/texts/to-be-or").await;
    assert_eq!(answer, Some(Answer { status: 201, body: String::from("to be or") }));
    let content_type = content_type(address, "/texts/to-be-or").await;
    assert!(content_type.starts_with("text/plain"), "the text has the type {content_type:?}");
    ends_as("texts", &[(Outcome::Returned, 2)]).await;
}

/// A `Result` with two sides that borrow from the arena: JSON, or a text with the status 400.
///
/// # Panics
///
/// If a response is wrong.
pub async fn fails(address: SocketAddr) {
    let answer = get(address, "/fails/to-be").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from(r#"["to","be"]"#) }));
    let answer = get(address, "/fails/-x").await;
    assert_eq!(
        answer,
        Some(Answer { status: 400, body: String::from(r#"an empty word in "-x""#) })
    );
    ends_as("fails", &[(Outcome::Returned, 1), (Outcome::Error, 1)]).await;
}

/// Handlers with an error of the framework, here the status 404, and a value that borrows. The
/// value is a text in `refuses`, and JSON in `passes`, which returns a `Result` to its framework.
///
/// # Panics
///
/// If a response is wrong.
pub async fn refuses(address: SocketAddr) {
    for (name, body) in [("refuses", "to be"), ("passes", r#"["to","be"]"#)] {
        let answer = get(address, &format!("/{name}/to-be")).await;
        assert_eq!(answer, Some(Answer { status: 200, body: body.to_owned() }));
        let refused = get(address, &format!("/{name}/-x")).await.map(|answer| answer.status);
        assert_eq!(refused, Some(404));
        ends_as(name, &[(Outcome::Returned, 1), (Outcome::Error, 1)]).await;
    }
}

/// The response to a handler that panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnPanic {
    /// The connection ends without a response.
    Closed,
    /// A response with the status 500.
    Answered,
}

/// A handler that panics: the client gets the response of this framework. The arena returns to the
/// pool after its deferred work has run. The next request works.
///
/// # Panics
///
/// If the check fails.
pub async fn panics(address: SocketAddr, expected: OnPanic) {
    let before = LEFT.count();
    for times in 1..=2 {
        let status = get(address, "/panics").await.map(|answer| answer.status);
        assert_eq!(status, (expected == OnPanic::Answered).then_some(500));
        ends_as("panics", &[(Outcome::Panicked, times)]).await;
    }
    assert_eq!(LEFT.count() - before, 2, "deferred values");
}

/// A client hangs up while its handler waits for ever: the handler is dropped, and its arena
/// returns to the pool.
///
/// # Panics
///
/// If the check fails.
pub async fn hangs_up(address: SocketAddr) {
    let before = OWNED.count();
    for times in 1..=2 {
        let client = HangUp::get(address, "/waits").await;
        until("the handler waits", || live("waits") == 1).await;
        drop(client);
        ends_as("waits", &[(Outcome::Cancelled, times)]).await;
    }
    assert_eq!(OWNED.count() - before, 2, "values of the handlers");
}

/// A client hangs up while its handler waits, in a framework that does not cancel the handler. The
/// handler and its arena go on to the end.
///
/// # Panics
///
/// If the check fails.
pub async fn runs_on(address: SocketAddr) {
    let client = HangUp::get(address, "/runs_on").await;
    until("the handler waits", || live("runs_on") == 1).await;
    drop(client);
    // The server answers a later request, so it has noticed the hang-up.
    for _ in 0..5 {
        assert_eq!(get(address, "/nowhere").await.map(|answer| answer.status), Some(404));
    }
    assert_eq!(live("runs_on"), 1, "it waits on");
    GATE.add_permits(1);
    ends_as("runs_on", &[(Outcome::Returned, 1)]).await;
}
