//! A slot: where an arena that was closed leaves its figures, for the visit that counts them a moment later.
//!
//! How a body ended is known when its result is, after its locals, the arena's owner among them, are dropped. The owner must not
//! borrow from the visit outside (every escape error would then be reported twice, the second time about a variable the user has never
//! seen), so both hold a `&'static Slot`. Slots are never freed but used again: there are as many as scopes were ever open at once.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use crate::stats::{Figures, Outcome};

/// Slots that a thread keeps for its next scopes; more go to the shared list.
const THREAD_SLOTS: usize = 64;

/// See the module. All is atomic because a scope can move between threads, and relaxed because it is on one thread at a time;
/// such loads and stores cost what plain ones do.
#[derive(Debug)]
pub(crate) struct Slot {
    /// The outcome if the scope ended now; an index into [`Outcome::ALL`].
    outcome: AtomicU8,
    used: AtomicUsize,
    peak_used: AtomicUsize,
    reserved: AtomicUsize,
    chunks: AtomicUsize,
    refusals: AtomicUsize,
    low: AtomicBool,
    high: AtomicBool,
    unwound: AtomicBool,
}

thread_local! {
    static FREE: RefCell<ThreadSlots> = const { RefCell::new(ThreadSlots(Vec::new())) };
}

static SHARED: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());

/// The free slots of a thread; at its end they go to the shared list.
struct ThreadSlots(Vec<&'static Slot>);

impl Drop for ThreadSlots {
    fn drop(&mut self) {
        shared().append(&mut self.0);
    }
}

fn shared() -> std::sync::MutexGuard<'static, Vec<&'static Slot>> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    /// A free slot for a scope that would end with `outcome` if it ended now.
    #[inline]
    pub(crate) fn take(outcome: Outcome) -> &'static Self {
        let free = FREE.try_with(|free| free.borrow_mut().0.pop()).ok().flatten();
        let slot = free.unwrap_or_else(Self::take_shared);
        slot.outcome.store(outcome as u8, Relaxed);
        slot
    }

    #[cold]
    fn take_shared() -> &'static Self {
        shared().pop().unwrap_or_else(|| {
            Box::leak(Box::new(Self {
                outcome: AtomicU8::new(0),
                used: AtomicUsize::new(0),
                peak_used: AtomicUsize::new(0),
                reserved: AtomicUsize::new(0),
                chunks: AtomicUsize::new(0),
                refusals: AtomicUsize::new(0),
                low: AtomicBool::new(false),
                high: AtomicBool::new(false),
                unwound: AtomicBool::new(false),
            }))
        })
    }

    /// Frees the slot, with nothing in it.
    #[inline]
    pub(crate) fn give_back(&'static self) {
        self.store(&Figures::default());
        let kept = FREE.try_with(|free| {
            let mut free = free.borrow_mut();
            let kept = free.0.len() < THREAD_SLOTS;
            if kept {
                free.0.push(self);
            }
            kept
        });
        if kept != Ok(true) {
            shared().push(self);
        }
    }

    /// Says how the scope would end if it ended now.
    #[inline]
    pub(crate) fn set_outcome(&self, outcome: Outcome) {
        self.outcome.store(outcome as u8, Relaxed);
    }

    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::ALL[usize::from(self.outcome.load(Relaxed))]
    }

    pub(crate) fn store(&self, figures: &Figures) {
        let Figures { used, peak_used, reserved, chunks, refusals, low, high, unwound } = *figures;
        self.used.store(used, Relaxed);
        self.peak_used.store(peak_used, Relaxed);
        self.reserved.store(reserved, Relaxed);
        self.chunks.store(chunks, Relaxed);
        self.refusals.store(refusals, Relaxed);
        self.low.store(low, Relaxed);
        self.high.store(high, Relaxed);
        self.unwound.store(unwound, Relaxed);
    }

    pub(crate) fn figures(&self) -> Figures {
        Figures {
            used: self.used.load(Relaxed),
            peak_used: self.peak_used.load(Relaxed),
            reserved: self.reserved.load(Relaxed),
            chunks: self.chunks.load(Relaxed),
            refusals: self.refusals.load(Relaxed),
            low: self.low.load(Relaxed),
            high: self.high.load(Relaxed),
            unwound: self.unwound.load(Relaxed),
        }
    }
}
