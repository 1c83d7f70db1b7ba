//! The state that each thread keeps for itself, so that a scope takes no lock: its counters of each
//! site, its part of the pool, and the closed arena that waits for its scope's run to end.
//!
//! A scope reads one thread local. When a thread ends, its state goes where other threads find it.

pub(crate) mod arenas;
pub(crate) mod counting;
mod elsewhere;
mod local;
pub(crate) mod parking;
pub(crate) mod request_heap;
mod thread_slot;
