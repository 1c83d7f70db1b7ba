//! The state of each thread: its counters for each site, its part of the pool, and its parked
//! arena, which waits for a run to end. Because of this state, a scope takes no lock.
//!
//! A scope reads one thread local. A thread that ends moves its state to where other threads find
//! it.

pub(crate) mod arenas;
pub(crate) mod counting;
mod elsewhere;
mod local;
pub(crate) mod parking;
pub(crate) mod request_heap;
mod thread_slot;
