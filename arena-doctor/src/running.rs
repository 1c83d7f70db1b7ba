//! The doctors that run in this process. Pages and exporters find them here.

use std::sync::{Mutex, PoisonError, Weak};

use super::state::DoctorState;

/// The doctors of this process, the newest last. The list keeps none of them alive.
static RUNNING: Mutex<Vec<Weak<DoctorState>>> = Mutex::new(Vec::new());

/// Adds a doctor, which is found until it is dropped.
pub(super) fn register(state: Weak<DoctorState>) {
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.retain(|known| known.strong_count() > 0);
    running.push(state);
}

/// The value of the newest running doctor that has one.
pub(super) fn newest<T>(value: impl Fn(&DoctorState) -> Option<T>) -> Option<T> {
    // Without the lock: `value` may take long, and the last owner of a doctor drops it here.
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).clone();
    running.iter().rev().filter_map(Weak::upgrade).find_map(|state| value(&state))
}
