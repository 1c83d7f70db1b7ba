//! The future of an `async` function: it runs the body in a scope.
//!
//! The scope opens at the first poll. The future is four words larger than the body. An `async`
//! block around the body would be larger, because it reserves separate space for each future that
//! it awaits.
//!
//! The body's first statement takes the arena that the poll has [handed over](hand_over).

use core::cell::Cell;
use core::fmt;
use core::mem::ManuallyDrop;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::open_arena::OpenArena;
use super::prepared::Prepared;
use super::run::ScopeRun;
use crate::error::ArenaError;
use crate::figures::stats::Outcome;
use crate::limit;
use crate::site::Site;
use crate::slot::Slot;

/// Determines the outcome of a body from its result.
pub trait Verdict<T> {
    /// The output of the future.
    type Result;

    /// The future's output before the scope has ended.
    type Judged;

    /// Splits the body's result into the future's output and the outcome.
    fn judge(&self, result: T) -> (Self::Judged, Outcome);

    /// Completes the future's output, after the scope has ended.
    fn complete(judged: Self::Judged) -> Self::Result;
}

/// A verdict by a closure that inspects the result.
#[derive(Clone, Copy)]
pub struct Judge<J>(J);

impl<T, J: Fn(&T) -> Outcome> Verdict<T> for Judge<J> {
    type Result = T;
    type Judged = T;

    #[inline]
    fn judge(&self, result: T) -> (T, Outcome) {
        let outcome = (self.0)(&result);
        (result, outcome)
    }

    #[inline]
    fn complete(judged: T) -> T {
        judged
    }
}

/// A verdict that the expansion has already computed and placed next to the result, which becomes
/// the response after the scope.
#[derive(Clone, Copy, Debug)]
pub struct Beside;

impl<P: Prepared> Verdict<(P, Outcome)> for Beside {
    type Result = P::Response;
    type Judged = P;

    #[inline]
    fn judge(&self, result: (P, Outcome)) -> (P, Outcome) {
        result
    }

    #[inline]
    fn complete(judged: P) -> P::Response {
        judged.respond()
    }
}

impl<J> fmt::Debug for Judge<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Judge")
    }
}

/// The state of a future's scope. `slot` is `None` before the first poll. Both fields are `None`
/// when the scope is over.
#[derive(Debug)]
struct Stage {
    site: Option<&'static Site>,
    slot: Option<&'static Slot>,
}

impl Stage {
    #[inline]
    fn new(site: &'static Site) -> Self {
        Self { site: Some(site), slot: None }
    }

    /// Prepares a poll of the body, and opens the scope before the first one. The whole future has
    /// this many bytes.
    #[inline(always)]
    fn begin_poll(&mut self, bytes: usize) -> Option<PollOf> {
        let site = self.site?;
        let slot = match self.slot {
            Some(slot) => slot,
            None => {
                let (run, token) = ScopeRun::of_future(site, bytes);
                hand_over(token.enter());
                *self.slot.insert(run.into_slot())
            }
        };
        Some(PollOf::begin(site, slot))
    }

    /// Takes the run, which ends when it is dropped or when it gets an outcome.
    #[inline]
    fn take(&mut self) -> Option<ScopeRun> {
        Some(ScopeRun::of_slot(self.site.take()?, self.slot.take()?))
    }

    /// Ends the run of a body that is ready.
    #[inline(always)]
    fn end(&mut self, outcome: Outcome) {
        if let Some(run) = self.take() {
            run.end(outcome);
        }
    }
}

impl Drop for Stage {
    /// Cancels the scope if it is still open.
    #[inline]
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// One poll of a body.
struct PollOf {
    site: &'static Site,
    slot: &'static Slot,
}

impl PollOf {
    #[inline]
    fn begin(site: &'static Site, slot: &'static Slot) -> Self {
        // The outcome if a panic unwinds out of this poll. A normal result replaces it right after
        // the poll.
        slot.set_outcome(Outcome::Panicked);
        if slot.measures().heap() {
            slot.begin_poll();
        }
        Self { site, slot }
    }

    #[inline]
    fn end(self, is_pending: bool) {
        if self.slot.measures().heap() {
            self.slot.end_poll();
        }
        if is_pending {
            self.slot.set_outcome(Outcome::Cancelled);
        }
    }
}

thread_local! {
    // It holds an arena only between the start of a poll and the body's first statement, so it
    // never needs a destructor.
    static HANDED: Cell<Option<ManuallyDrop<OpenArena>>> = const { Cell::new(None) };
}

/// Hands an arena over to the body that is about to be polled.
#[inline(always)]
fn hand_over(open: OpenArena) {
    HANDED.set(Some(ManuallyDrop::new(open)));
}

/// Takes the arena that the current poll has opened. Called by the body's first statement.
///
/// # Panics
///
/// If no scope is being polled.
#[inline]
#[must_use]
pub fn opened() -> OpenArena {
    match HANDED.take() {
        Some(open) => ManuallyDrop::into_inner(open),
        None => panic!("no scope is being polled: `#[request_arena]` opens one around its body"),
    }
}

pin_project! {
    /// An `async` body in its scope.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Scoped<F, V> {
        // Dropped before the stage: the arena must be closed before the run ends.
        #[pin]
        body: F,
        stage: Stage,
        verdict: V,
    }
}

// SAFETY: rule 8 (handle.rs): a `&Scoped` gives no access to the body.
unsafe impl<F, V> Sync for Scoped<F, V> {}

/// Runs `body` in a scope of `site`. `judge` determines the outcome from the result.
#[inline]
pub fn future<F: Future, J: Fn(&F::Output) -> Outcome>(
    site: &'static Site,
    body: F,
    judge: J,
) -> Scoped<F, Judge<J>> {
    Scoped { body, stage: Stage::new(site), verdict: Judge(judge) }
}

/// Runs `body` in a scope of `site`. The result of `body` contains the outcome, and becomes the
/// response after the scope.
#[inline]
pub fn future_into<P: Prepared, F: Future<Output = (P, Outcome)>>(
    site: &'static Site,
    body: F,
) -> Scoped<F, Beside> {
    Scoped { body, stage: Stage::new(site), verdict: Beside }
}

impl<F: Future, V: Verdict<F::Output>> Future for Scoped<F, V> {
    type Output = V::Result;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<V::Result> {
        let this = self.project();
        let poll_of = this.stage.begin_poll(size_of::<Self>());
        let poll = this.body.poll(context);
        if let Some(poll_of) = poll_of {
            poll_of.end(poll.is_pending());
        }
        let Poll::Ready(result) = poll else { return Poll::Pending };
        let (result, outcome) = this.verdict.judge(result);
        this.stage.end(outcome);
        Poll::Ready(V::complete(result))
    }
}

pin_project! {
    /// An `async` body in its scope. It returns an error if the arena's limit ended the body.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ToLimit<F, V> {
        #[pin]
        scoped: Scoped<F, V>,
    }
}

/// Wraps a scope so that it returns an error if the arena's limit ended the body.
#[inline]
pub fn to_limit<F, V>(scoped: Scoped<F, V>) -> ToLimit<F, V> {
    ToLimit { scoped }
}

impl<F: Future, V: Verdict<F::Output>> Future for ToLimit<F, V> {
    type Output = Result<V::Result, ArenaError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_in(context, size_of::<Self>())
    }
}

impl<F: Future, V: Verdict<F::Output>> ToLimit<F, V> {
    /// Polls it as a part of a future of this size.
    #[inline]
    fn poll_in(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: usize,
    ) -> Poll<Result<V::Result, ArenaError>> {
        let this = self.project().scoped.project();
        let Some(poll_of) = this.stage.begin_poll(bytes) else {
            let judge = |result| V::complete(this.verdict.judge(result).0);
            return this.body.poll(context).map(|result| Ok(judge(result)));
        };
        let poll = limit::catch(poll_of.site, poll_of.slot, || this.body.poll(context));
        poll_of.end(matches!(poll, Ok(Poll::Pending)));
        match poll {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(result)) => {
                let (result, outcome) = this.verdict.judge(result);
                this.stage.end(outcome);
                Poll::Ready(Ok(V::complete(result)))
            }
            Err(error) => {
                drop(this.stage.take());
                Poll::Ready(Err(error))
            }
        }
    }
}

pin_project! {
    /// An `async` body in its scope. It calls `answer` if the arena's limit ended the body.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Answered<F, V, A> {
        #[pin]
        scoped: ToLimit<F, V>,
        answer: Option<A>,
    }
}

// SAFETY: rule 8 (handle.rs): a `&Answered` gives no access to the body or the answer.
unsafe impl<F, V, A> Sync for Answered<F, V, A> {}

/// Wraps a scope so that it returns the result of `answer` if the arena's limit ended the body.
#[inline]
pub fn answered<F, V, A, R>(scoped: Scoped<F, V>, answer: A) -> Answered<F, V, A>
where
    F: Future,
    V: Verdict<F::Output, Result = R>,
    A: FnOnce(ArenaError) -> R,
{
    Answered { scoped: to_limit(scoped), answer: Some(answer) }
}

impl<F: Future, V: Verdict<F::Output>, A: FnOnce(ArenaError) -> V::Result> Future
    for Answered<F, V, A>
{
    type Output = V::Result;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<V::Result> {
        let this = self.project();
        let Poll::Ready(result) = this.scoped.poll_in(context, size_of::<Self>()) else {
            return Poll::Pending;
        };
        Poll::Ready(match result {
            Ok(result) => result,
            Err(error) => match this.answer.take() {
                Some(answer) => answer(error),
                None => unreachable!("a body ends once"),
            },
        })
    }
}

impl<F, V> fmt::Debug for Scoped<F, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl<F, V> fmt::Debug for ToLimit<F, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToLimit").field("scoped", &self.scoped).finish()
    }
}

impl<F, V, A> fmt::Debug for Answered<F, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered").field("scoped", &self.scoped).finish_non_exhaustive()
    }
}
