//! The budget of the service: the most bytes of chunks that all arenas and response buffers hold
//! together, those in the pool included.
//!
//! Every chunk is reserved here before it is allocated. So a request that needs no new chunk pays
//! nothing for the budget. Chunks are reserved without a budget, too. Therefore a budget that is
//! set later counts the arenas that exist.
//!
//! Memory in the pool must not make a request fail. So before a refusal, the pool [gives
//! up](reclaim_by) its idle arenas, on all threads.

use self::account::{Account, UNLIMITED};
use crate::sync::{AtomicI64, Mutex, lock};

mod account;
pub(crate) mod charge;

static ACCOUNT: Account =
    Account { free: AtomicI64::new(UNLIMITED), budget: Mutex::new(UNLIMITED) };

/// Frees the idle arenas of the pool if they hold at least so many bytes. Returns whether it did.
type Reclaim = fn(usize) -> bool;

static RECLAIM: Mutex<Option<Reclaim>> = Mutex::new(None);

/// How often a refused request has the pool freed. An arena that a thread gives back at the same
/// moment escapes the first time.
const ATTEMPTS: usize = 8;

/// Registers the function that frees the idle arenas of the pool, which is a layer above.
pub(crate) fn reclaim_by(reclaim: Reclaim) {
    *lock(&RECLAIM) = Some(reclaim);
}

/// Changes the budget, `None` for no budget.
pub(crate) fn set(bytes: Option<usize>) {
    ACCOUNT.set(bytes);
}

/// Whether there is a budget.
pub(crate) fn is_set() -> bool {
    ACCOUNT.is_limited()
}

/// Whether more is taken than the budget has, because it was lowered.
pub(crate) fn is_overdrawn() -> bool {
    ACCOUNT.is_overdrawn()
}

/// The bytes that are free, or a number beyond all memory without a budget.
pub(crate) fn free() -> usize {
    ACCOUNT.free()
}

/// The budget, and the bytes of chunks that are taken.
pub(crate) fn read() -> (Option<usize>, usize) {
    ACCOUNT.read()
}

pub(crate) fn reserve(bytes: usize) -> bool {
    ACCOUNT.reserve(bytes)
}

pub(crate) fn release(bytes: usize) {
    ACCOUNT.release(bytes);
}

pub(crate) fn overdraw(bytes: usize) {
    ACCOUNT.overdraw(bytes);
}

/// As [`reserve`]. If the budget does not have the bytes, the pool gives its idle arenas up first.
pub(crate) fn reserve_or_reclaim(bytes: usize) -> bool {
    ACCOUNT.reserve(bytes) || (Account::is_possible(bytes) && reclaim_and_reserve(bytes))
}

/// Has the pool freed.
#[cold]
#[inline(never)]
pub(crate) fn reclaim() {
    let reclaim = *lock(&RECLAIM);
    if let Some(reclaim) = reclaim {
        reclaim(1);
    }
}

#[cold]
#[inline(never)]
fn reclaim_and_reserve(bytes: usize) -> bool {
    static TURN: Mutex<()> = Mutex::new(());
    let reclaim = *lock(&RECLAIM);
    let Some(reclaim) = reclaim else { return false };
    // In turns, because the memory that one thread makes free would go to the others.
    let _turn = lock(&TURN);
    for attempt in 0..ATTEMPTS {
        if attempt > 1 {
            std::thread::yield_now();
        }
        let missing = ACCOUNT.missing(bytes);
        if ACCOUNT.reserve(bytes) {
            return true;
        }
        if !reclaim(missing) {
            break;
        }
    }
    ACCOUNT.reserve(bytes)
}
