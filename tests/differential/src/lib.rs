//! Runs the same calls on annotated functions and on their plain twins, and compares the logs.
//!
//! A log holds everything that a caller can observe: drops with their values, results, panics with
//! their locations, and the entries of the body itself.
//!
//! The shapes are in `shapes/`. A test includes each file twice, once with each attribute. So both
//! twins have the same tokens at the same lines and columns.

#![allow(clippy::type_complexity, reason = "a test's own types, each written once")]

mod values;

pub use values::{Answer, Bomb, Count, D, Pair, Wide, log, note};

use std::any::Any;
use std::fmt::Debug;
use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Once;
use std::task::{Context, Poll, Waker};

use request_arena::Arena;

/// The limit of every shape with a limit, in bytes.
pub const LIMIT: usize = 64 << 10;

/// The methods that the bodies call on their arena. The twin's arena has no memory and the same
/// limit.
pub trait Memory {
    /// Allocates `bytes` bytes.
    ///
    /// # Panics
    ///
    /// If `bytes` exceeds the limit.
    #[track_caller]
    fn spend(&self, bytes: usize) -> usize;
}

impl Memory for Arena<'_> {
    #[track_caller]
    fn spend(&self, bytes: usize) -> usize {
        self.alloc_slice_fill_copy(bytes, 0_u8).len()
    }
}

/// The arena of the plain twins: a constant, since the twins have no such parameter.
#[derive(Clone, Copy, Debug)]
pub struct NoArena {
    /// Whether the limit has an answer. A refusal then calls no panic hook.
    pub is_answered: bool,
}

/// The panic payload of a limit that has an answer.
struct Refused;

impl Memory for NoArena {
    #[track_caller]
    fn spend(&self, bytes: usize) -> usize {
        if bytes <= LIMIT {
            return bytes;
        }
        if self.is_answered {
            resume_unwind(Box::new(Refused));
        }
        panic!("the arena of a twin is at its limit");
    }
}

/// Calls a plain twin in the way of `on_limit`: it evaluates the answer after the body has unwound.
///
/// # Panics
///
/// If the call panics for any reason but the limit.
pub fn answered<R>(call: impl FnOnce() -> R, answer: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|payload| {
        if payload.is::<Refused>() { answer() } else { resume_unwind(payload) }
    })
}

/// The same as [`answered`], for each poll of a future.
pub async fn answered_later<F: Future>(future: F, answer: impl FnOnce() -> F::Output) -> F::Output {
    let mut future = std::pin::pin!(future);
    let poll = |context: &mut Context<'_>| {
        let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match poll {
            Ok(poll) => poll.map(Some),
            Err(payload) if payload.is::<Refused>() => Poll::Ready(None),
            Err(payload) => resume_unwind(payload),
        }
    };
    std::future::poll_fn(poll).await.unwrap_or_else(answer)
}

/// Waits once.
pub async fn pause() {
    let mut has_waited = false;
    std::future::poll_fn(move |_| {
        if mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// The location of the call.
#[track_caller]
pub fn here() -> u8 {
    let location = Location::caller();
    log(format!("called from {}:{}", location.line(), location.column()));
    1
}

/// The ways in which a test uses a future.
#[derive(Clone, Copy, Debug)]
enum End {
    Finished,
    Unpolled,
    Cancelled,
    Forgotten,
}

/// The logs of one side, by the names of its shapes.
#[derive(Debug, Default)]
pub struct Cases {
    logs: Vec<(String, Vec<String>)>,
    shapes: usize,
}

impl Cases {
    /// Runs a call and drops its result.
    pub fn call<R: Debug>(&mut self, shape: &str, call: impl FnOnce() -> R) {
        self.shapes += 1;
        self.record(shape.to_owned(), || {
            let result = call();
            log(format!("result {result:?}"));
        });
    }

    /// Creates a future four times. It is polled to its end, never polled, dropped after one poll,
    /// or forgotten after one poll.
    pub fn future<F: Future>(&mut self, shape: &str, make: impl Fn() -> F)
    where
        F::Output: Debug,
    {
        self.shapes += 1;
        for end in [End::Finished, End::Unpolled, End::Cancelled, End::Forgotten] {
            self.record(format!("{shape}, {end:?}"), || run(Box::pin(make()), end));
        }
    }

    fn record(&mut self, name: String, run: impl FnOnce()) {
        hear_panics();
        values::start();
        if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
            log(format!("panicked with {}", text_of(&*payload)));
        }
        self.logs.push((name, values::take()));
    }
}

fn run<F: Future>(mut future: Pin<Box<F>>, end: End)
where
    F::Output: Debug,
{
    log("made");
    let mut context = Context::from_waker(Waker::noop());
    let polls = match end {
        End::Finished => 9,
        End::Unpolled => 0,
        End::Cancelled | End::Forgotten => 1,
    };
    for _ in 0..polls {
        let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context)));
        match poll {
            Ok(Poll::Pending) => log("pending"),
            Ok(Poll::Ready(result)) => {
                log(format!("result {result:?}"));
                drop(result);
                break;
            }
            Err(payload) => {
                log(format!("panicked with {}", text_of(&*payload)));
                break;
            }
        }
    }
    if let End::Forgotten = end {
        mem::forget(future);
    } else {
        log("future dropped");
        drop(future);
    }
}

/// A panic of the limit differs in its message only.
fn text_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().cloned();
    let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    let text = text.unwrap_or_else(|| "a value".to_owned());
    if text.contains("at its limit") { "the limit".to_owned() } else { text }
}

/// Installs a hook that logs the locations of panics, on threads that record.
fn hear_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !values::is_recording() {
                return before(info);
            }
            let (line, column) =
                info.location().map_or((0, 0), |location| (location.line(), location.column()));
            match text_of(info.payload()) {
                // A refused allocation panics in the core, so its location does not depend on the
                // macro.
                text if text == "the limit" => log("panic of the limit"),
                text => log(format!("panic at {line}:{column}: {text}")),
            }
        }));
    });
}

/// The shapes of one file that differ, as text, and the number of shapes.
///
/// # Panics
///
/// If the two sides do not have the same shapes.
#[must_use]
pub fn compare(annotated: &Cases, plain: &Cases) -> (Vec<String>, usize) {
    let names = |cases: &Cases| cases.logs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(annotated), names(plain), "both sides run the same shapes");
    let pairs = annotated.logs.iter().zip(&plain.logs);
    let differs = pairs.filter(|((_, annotated), (_, plain))| annotated != plain);
    let show =
        |((name, annotated), (_, plain)): (&(String, Vec<String>), &(String, Vec<String>))| {
            format!(
                "{name}\n      plain: {}\n  annotated: {}",
                plain.join(" | "),
                annotated.join(" | ")
            )
        };
    (differs.map(show).collect(), plain.shapes)
}
