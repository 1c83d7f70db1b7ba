//! The permit of an admitted request, and the future that waits for one.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;
use request_arena_core::Site;

use crate::gate::{Asking, Begun, Gate, Wait};
use crate::order::Priority;
use crate::queue::Found;
use crate::refused::Refused;
use crate::thread::{self, Inside};
use crate::unseen::ESTIMATE;

/// The reservation of an admitted request. Dropping it gives the reservation back, also when a
/// panic unwinds or the request's future is cancelled.
///
/// It is `Send` and `'static`. A handler that streams its answer moves it into the stream. If it is
/// forgotten (`mem::forget`), its reservation stays for ever.
#[derive(Debug)]
#[must_use = "dropping a permit gives its reservation back"]
pub struct Permit {
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    gate: &'static Gate,
    site: &'static Site,
    word: u64,
}

impl Permit {
    #[inline(always)]
    pub(crate) fn new(gate: &'static Gate, site: &'static Site, word: u64) -> Self {
        Self { held: Some(Held { gate, site, word }) }
    }

    /// A permit that reserves nothing.
    pub(crate) const fn empty() -> Self {
        Self { held: None }
    }

    /// The reserved bytes. 0 with [`Mode::Off`](crate::Mode::Off). They change while the handler
    /// has no figures, see [`Options::unseen_bytes`](crate::Options::unseen_bytes).
    #[must_use]
    pub fn weight_bytes(&self) -> u64 {
        self.held.as_ref().map_or(0, |held| held.gate.weight(held.word))
    }

    /// Runs the request's future, and holds the permit until it is ready or dropped.
    ///
    /// If the future asks for admission itself, it is admitted without a wait. It would otherwise
    /// wait for room that it holds. [Layers](crate::AdmissionLayer) do the same. Tasks that it
    /// spawns are not inside.
    ///
    /// ```
    /// use request_arena_admission::{Admission, Options};
    /// use request_arena_core::Site;
    ///
    /// static OUTER: Site = Site::new("outer", module_path!(), file!(), line!());
    /// static INNER: Site = Site::new("inner", module_path!(), file!(), line!());
    ///
    /// # async fn example(admission: Admission) -> Result<(), request_arena_admission::Refused> {
    /// let permit = admission.admit(&OUTER).await?;
    /// permit.around(async { admission.admit(&INNER).await.map(drop) }).await
    /// # }
    /// ```
    pub fn around<F: Future>(self, future: F) -> Admitted<F> {
        Admitted { future, permit: Some(self) }
    }

    /// As [`around`](Self::around), with a function that makes the future. It runs inside, too.
    #[cfg(feature = "tower")]
    #[inline(always)]
    pub(crate) fn around_call<F: Future>(self, call: impl FnOnce() -> F) -> Admitted<F> {
        let inside = Inside::enter();
        let future = call();
        drop(inside);
        Admitted { future, permit: Some(self) }
    }
}

impl Drop for Permit {
    #[inline(always)]
    fn drop(&mut self) {
        let Some(Held { gate, site, word }) = self.held else { return };
        if word & ESTIMATE != 0 {
            gate.end_guessed(site, word);
        } else {
            gate.reservations.give(thread::number(), word, || gate.now());
        }
    }
}

pin_project! {
    /// The future of an admitted request, made by [`Permit::around`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Admitted<F> {
        // Dropped before the permit: its memory is free when the permit is.
        #[pin]
        future: F,
        permit: Option<Permit>,
    }
}

impl<F: Future> Future for Admitted<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let inside = Inside::enter();
        let poll = this.future.poll(context);
        drop(inside);
        if poll.is_ready() {
            // Given back now, before the caller gets the result.
            *this.permit = None;
        }
        poll
    }
}

/// The future of [`Admission::admit`](crate::Admission::admit). Dropping it while it waits leaves
/// the queue.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Admit {
    gate: &'static Gate,
    asking: Asking,
    wait: Option<Wait>,
}

impl Admit {
    #[inline(always)]
    pub(crate) fn new(gate: &'static Gate, site: &'static Site) -> Self {
        let asking = Asking { site, priority: Priority::Normal, deadline: None };
        Self { gate, asking, wait: None }
    }

    /// A request that waits already.
    #[cfg(feature = "tower")]
    pub(crate) fn waiting(gate: &'static Gate, asking: Asking, wait: Wait) -> Self {
        Self { gate, asking, wait: Some(wait) }
    }

    /// Sets the class of the request. It counts if the request waits.
    pub fn with_priority(mut self, priority: Priority) -> Self {
        self.asking.priority = priority;
        self
    }

    /// Sets how long the request waits at most. 0 refuses it at once.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.asking.deadline = Some(deadline);
        self
    }
}

impl Future for Admit {
    type Output = Result<Permit, Refused>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.wait.is_none() {
            if let Some(permit) = self.gate.begin_fast(self.asking.site) {
                return Poll::Ready(Ok(permit));
            }
        }
        self.poll_slowly(context)
    }
}

impl Admit {
    #[cold]
    #[inline(never)]
    fn poll_slowly(&mut self, context: &mut Context<'_>) -> Poll<Result<Permit, Refused>> {
        let gate = self.gate;
        let wait = match self.wait.take() {
            Some(wait) => wait,
            None => match gate.begin_slowly(&self.asking, || false) {
                Begun::Admitted(permit) => return Poll::Ready(Ok(permit)),
                Begun::Refused(refused) => return Poll::Ready(Err(refused)),
                Begun::Waiting(wait) => wait,
            },
        };
        let Wait { ticket, site, word, .. } = wait;
        let decided = match gate.reservations.look(ticket, context.waker()) {
            Found::Waiting => {
                self.wait = Some(wait);
                return Poll::Pending;
            }
            Found::Refused(reason) => Err(gate.refused(reason, site, word)),
            Found::Granted(runner) => Ok(gate.permit(site, word, runner)),
        };
        wait.end();
        Poll::Ready(decided)
    }
}
