//! Credit: bytes that are already reserved centrally, and that lie ready on stripes. A request
//! takes its weight from the stripe of its thread, and returns it to the stripe of the thread on
//! which it ends. Both are one atomic operation on a cache line that other threads rarely touch.
//!
//! A stripe is one word: its bytes, and the bit [`CLOSED`]. The central part closes all stripes
//! when a request does not fit, and takes their bytes in the same operation. So a request that
//! returns bytes learns by the old value of the word whether it must pass them on.
//!
//! **Invariant:** bytes change their owner by one read-modify-write operation on one word. The
//! owners are the central part, a stripe, and a permit. Modelled with `loom` in `tests/loom.rs`.

use crate::sync::AtomicU64;
use core::sync::atomic::Ordering::Relaxed;

/// The bit of a stripe from which no request may take.
const CLOSED: u64 = 1 << 63;

/// A cache line for each stripe, and a further one, which the processor prefetches.
#[repr(align(128))]
#[derive(Debug)]
struct Stripe {
    word: AtomicU64,
    /// Requests that took their weight here.
    taken: AtomicU64,
    /// Requests that needed no admission.
    exempt: AtomicU64,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Credit {
    stripes: Box<[Stripe]>,
}

/// What happens to returned bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Returned {
    /// They lie ready for the next request.
    Ready,
    /// The stripe has more than it may keep: the central part must [skim](Credit::skim) it.
    TooMuch,
    /// The stripe is closed: the central part must [collect](Credit::collect) them.
    Closed,
}

impl Credit {
    /// Closed stripes without bytes. `stripes` is a power of two.
    pub(crate) fn new(stripes: usize) -> Self {
        let stripe = || Stripe {
            word: AtomicU64::new(CLOSED),
            taken: AtomicU64::new(0),
            exempt: AtomicU64::new(0),
        };
        Self { stripes: (0..stripes.next_power_of_two()).map(|_| stripe()).collect() }
    }

    pub(crate) fn stripes(&self) -> u64 {
        self.stripes.len() as u64
    }

    #[inline(always)]
    fn stripe(&self, thread: usize) -> &Stripe {
        &self.stripes[thread & (self.stripes.len() - 1)]
    }

    /// Takes bytes from the thread's stripe. `false` if it has too few, or is closed. `bytes` is
    /// below [`CLOSED`].
    #[inline(always)]
    pub(crate) fn take(&self, thread: usize, bytes: u64) -> bool {
        let stripe = self.stripe(thread);
        let mut word = stripe.word.load(Relaxed);
        loop {
            // One comparison for both reasons: a closed stripe is a negative number.
            if (word as i64) < (bytes as i64) {
                return false;
            }
            match stripe.word.compare_exchange_weak(word, word - bytes, Relaxed, Relaxed) {
                Ok(_) => break,
                Err(now) => word = now,
            }
        }
        stripe.taken.fetch_add(1, Relaxed);
        true
    }

    /// Returns bytes to the thread's stripe. `most` is how many it may keep.
    #[inline(always)]
    pub(crate) fn give(&self, thread: usize, bytes: u64, most: u64) -> Returned {
        let now = self.stripe(thread).word.fetch_add(bytes, Relaxed) + bytes;
        // One comparison for both: a closed stripe has more than any other.
        if now <= most {
            Returned::Ready
        } else if now & CLOSED == 0 {
            Returned::TooMuch
        } else {
            Returned::Closed
        }
    }

    /// Takes all bytes of the thread's stripe but `rest`, for the central part.
    pub(crate) fn skim(&self, thread: usize, rest: u64) -> u64 {
        let word = &self.stripe(thread).word;
        let mut before = word.load(Relaxed);
        loop {
            let bytes = before & !CLOSED;
            let more = bytes.saturating_sub(rest);
            match word.compare_exchange_weak(before, before - more, Relaxed, Relaxed) {
                Ok(_) => return more,
                Err(now) => before = now,
            }
        }
    }

    /// Closes all stripes, and takes their bytes for the central part.
    pub(crate) fn close(&self) -> u64 {
        self.stripes.iter().map(|stripe| stripe.word.swap(CLOSED, Relaxed) & !CLOSED).sum()
    }

    /// Takes the bytes of the thread's closed stripe for the central part, which has closed it and
    /// holds its lock.
    pub(crate) fn collect(&self, thread: usize) -> u64 {
        self.stripe(thread).word.swap(CLOSED, Relaxed) & !CLOSED
    }

    /// Opens all stripes. Bytes that were returned meanwhile stay where they are.
    pub(crate) fn open(&self) {
        for stripe in &self.stripes {
            stripe.word.fetch_and(!CLOSED, Relaxed);
        }
    }

    /// The bytes on all stripes. They may be from different moments.
    pub(crate) fn bytes(&self) -> u64 {
        self.stripes.iter().map(|stripe| stripe.word.load(Relaxed) & !CLOSED).sum()
    }

    /// Counts a request that needs no admission.
    pub(crate) fn count_exempt(&self, thread: usize) {
        self.stripe(thread).exempt.fetch_add(1, Relaxed);
    }

    /// Requests that needed no admission.
    pub(crate) fn exempt(&self) -> u64 {
        self.stripes.iter().map(|stripe| stripe.exempt.load(Relaxed)).sum()
    }

    /// Requests that took their weight from a stripe.
    pub(crate) fn taken(&self) -> u64 {
        self.stripes.iter().map(|stripe| stripe.taken.load(Relaxed)).sum()
    }
}
