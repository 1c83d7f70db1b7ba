//! Turns: the bodies of all answers together send one chunk each [`PAUSE`].
//!
//! Hundreds of readers of large pages have a worker of the runtime copy gigabytes into sockets. A
//! request of the service then waits behind all of these copies. With turns it waits behind one
//! chunk, which takes some tens of microseconds.
//!
//! Of the bodies that wait, the one that began first has the next turn. So answers end one after
//! another, and not all of them at the end. A body with a slow reader does not ask for turns.
//!
//! Turns need no runtime. If a body has to wait, a thread gives the turns, and ends a second after
//! the last one.

use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Instant;

/// The time between two turns. With chunks of 128 KiB that is 125 MiB/s, so a scrape of 4 MiB takes
/// 32 ms.
const PAUSE: Duration = Duration::from_millis(1);

/// The thread ends after so long without a body that waits.
const LINGERS: Duration = Duration::from_secs(1);

/// The turns of the process.
pub(super) static TURNS: Turns = Turns::new();

#[derive(Debug)]
pub(super) struct Turns {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Debug)]
struct State {
    /// The bodies that wait, by the order of their beginnings.
    waiting: BTreeMap<u64, Weak<Ticket>>,
    /// The number of bodies that have begun.
    begun: u64,
    /// The time of the next turn. `None` before the first.
    next: Option<Instant>,
    /// Whether the thread runs.
    is_served: bool,
}

/// What a body knows of its turns.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// When it began, among all bodies. `None` before its first turn.
    number: Option<u64>,
    /// Present while it waits.
    ticket: Option<Arc<Ticket>>,
}

/// A body that waits.
#[derive(Debug)]
struct Ticket {
    is_due: AtomicBool,
    waker: Mutex<Waker>,
}

impl Turns {
    const fn new() -> Self {
        let waiting = BTreeMap::new();
        let state = State { waiting, begun: 0, next: None, is_served: false };
        Self { state: Mutex::new(state), arrived: Condvar::new() }
    }

    /// Waits for a turn. A body that is dropped loses its place.
    pub(super) fn poll(&'static self, place: &mut Place, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(known) = &place.ticket {
            lock(&known.waker).clone_from(cx.waker());
            // After the waker is set, so that a turn of this moment is not missed.
            if !known.is_due.load(Ordering::Acquire) {
                return Poll::Pending;
            }
            place.ticket = None;
            return Poll::Ready(());
        }
        let now = Instant::now();
        let mut state = lock(&self.state);
        let number = *place.number.get_or_insert(state.begun);
        state.begun = state.begun.max(number + 1);
        let is_free = state.waiting.is_empty() && state.next.is_none_or(|next| now >= next);
        if is_free || !self.is_served(&mut state) {
            state.next = Some(now + PAUSE);
            return Poll::Ready(());
        }
        let waker = Mutex::new(cx.waker().clone());
        let mine = Arc::new(Ticket { is_due: AtomicBool::new(false), waker });
        state.waiting.insert(number, Arc::downgrade(&mine));
        place.ticket = Some(mine);
        drop(state);
        self.arrived.notify_one();
        Poll::Pending
    }

    /// Whether the thread runs. Starts it, if the system allows that.
    fn is_served(&'static self, state: &mut State) -> bool {
        if !state.is_served {
            let thread = thread::Builder::new().name("arena-turns".into());
            state.is_served = thread.spawn(|| self.serve()).is_ok();
        }
        state.is_served
    }

    /// Gives turns until none has waited for a while.
    fn serve(&self) {
        let mut state = lock(&self.state);
        loop {
            let until = state
                .next
                .map_or(Duration::ZERO, |next| next.saturating_duration_since(Instant::now()));
            if !until.is_zero() {
                drop(state);
                thread::sleep(until);
                state = lock(&self.state);
                continue;
            }
            // A body that was dropped needs no turn.
            let next = state.waiting.pop_first().map(|(_, ticket)| ticket.upgrade());
            match next {
                Some(Some(ticket)) => {
                    state.next = Some(Instant::now() + PAUSE);
                    drop(state);
                    ticket.give();
                    state = lock(&self.state);
                }
                Some(None) => {}
                None => {
                    let waited = self.arrived.wait_timeout(state, LINGERS);
                    let (after, waited) = waited.unwrap_or_else(PoisonError::into_inner);
                    state = after;
                    if waited.timed_out() && state.waiting.is_empty() {
                        state.is_served = false;
                        return;
                    }
                }
            }
        }
    }
}

impl Ticket {
    fn give(&self) {
        self.is_due.store(true, Ordering::Release);
        let waker = lock(&self.waker).clone();
        waker.wake();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use core::future::poll_fn;
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use futures_util::future::{FutureExt, join_all};

    use super::*;

    async fn turns(turns: &'static Turns, count: usize) {
        let mut place = Place::default();
        for _ in 0..count {
            poll_fn(|cx| turns.poll(&mut place, cx)).await;
        }
    }

    async fn turn(of: &'static Turns) {
        turns(of, 1).await;
    }

    #[tokio::test]
    async fn one_reader_has_no_wait_and_of_many_each_gets_its_turn_in_order() {
        static OWN: Turns = Turns::new();
        assert!(turn(&OWN).now_or_never().is_some(), "nobody else is there");
        assert!(!lock(&OWN.state).is_served, "so it needs no thread");
        let order = AtomicUsize::new(0);
        let began = Instant::now();
        let places = join_all((0..20).map(|_| async {
            turn(&OWN).await;
            order.fetch_add(1, Ordering::SeqCst)
        }));
        assert!(places.await.is_sorted());
        // Sleeping takes at least as long as it says, on a machine that is busy, too.
        assert!(began.elapsed() >= 19 * PAUSE, "they share one pace");
    }

    #[tokio::test]
    async fn the_first_to_begin_is_the_first_to_end() {
        static OWN: Turns = Turns::new();
        let ended = AtomicUsize::new(0);
        let places = join_all((0..5).map(|_| async {
            turns(&OWN, 5).await;
            ended.fetch_add(1, Ordering::SeqCst)
        }));
        assert!(places.await.is_sorted());
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_stops_no_other() {
        static OWN: Turns = Turns::new();
        turn(&OWN).await;
        let gone: Vec<_> = (0..10).map(|_| turn(&OWN)).collect();
        for mut waits in gone.into_iter().map(Box::pin) {
            let mut cx = Context::from_waker(Waker::noop());
            let _ = waits.as_mut().poll(&mut cx);
        }
        tokio::time::timeout(Duration::from_secs(60), turn(&OWN)).await.unwrap();
    }
}
