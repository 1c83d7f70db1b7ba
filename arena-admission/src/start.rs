//! Slow start: the requests of a handler that has no figures yet.
//!
//! Until the first of them has ended, it is unknown what they need. If each reserved a little, many
//! would be admitted at once, and could need more than there is. So each reserves a large share of
//! the room, and few run at once. All requests of one start weigh the same. When the handler's
//! weight is known, or the guess shrinks, that counts at once for all that run and all that wait:
//! the weight is here, and not in the permits. `src/unseen.rs` decides the weights.
//!
//! The parts are plain data, which the central part guards by its lock. Only requests of handlers
//! without figures come here.
//!
//! **Invariant:** the central part's `reserved` has `weight` for each of the `running`.

/// The number of a slow start.
pub(crate) type StartId = u32;

/// All slow starts of a gate.
#[derive(Debug, Default)]
pub(crate) struct Starts(Vec<Start>);

#[derive(Clone, Copy, Debug)]
struct Start {
    /// What each of its requests weighs, in bytes.
    weight: u64,
    /// Its requests that are admitted, or granted and not fetched yet.
    running: u64,
}

impl Starts {
    pub(crate) fn add(&mut self, weight: u64) -> StartId {
        self.0.push(Start { weight, running: 0 });
        StartId::try_from(self.0.len() - 1).expect("a program has fewer handlers")
    }

    pub(crate) fn weight(&self, start: StartId) -> u64 {
        self.0[start as usize].weight
    }

    pub(crate) fn running(&self, start: StartId) -> u64 {
        self.0[start as usize].running
    }

    pub(crate) fn begin(&mut self, start: StartId) {
        self.0[start as usize].running += 1;
    }

    /// Ends a request. Returns the weight that it gives back.
    pub(crate) fn end(&mut self, start: StartId) -> u64 {
        let start = &mut self.0[start as usize];
        start.running -= 1;
        start.weight
    }

    /// Changes the weight. Returns what all running requests weighed before, and weigh now.
    pub(crate) fn reweigh(&mut self, start: StartId, weight: u64) -> (u64, u64) {
        let start = &mut self.0[start as usize];
        let before = start.running * core::mem::replace(&mut start.weight, weight);
        (before, start.running * weight)
    }
}
