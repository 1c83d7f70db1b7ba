//! Slow start: the requests of a handler with no figures yet, or few.
//!
//! Until some of them have ended, it is unknown what they need. If each reserved a little, many
//! would be admitted at once, and could need more than there is. So each reserves a large share of
//! the room, and few run at once. All requests that wait weigh the same. When the weight changes,
//! that counts at once for all that wait, and for those that run: the weight is here, and not in
//! the permits. `src/unseen.rs` decides the weights.
//!
//! Small requests often end first. Their figures say little about the requests that still run. So
//! requests are admitted in rounds of a bounded size. A round is complete when all of its requests
//! have ended, and only complete rounds count as seen. Requests of a closed round that still run
//! weigh more than those of the current one: they may be the large ones.
//!
//! The parts are plain data, which the central part guards by its lock. Only requests of handlers
//! with few figures come here.
//!
//! **Invariant:** the central part's `reserved` has the weight of its round for each of the
//! `running`.

/// The number of a slow start.
pub(crate) type StartId = u32;

/// A request that runs in a slow start: the start, and the place of its round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Runner(u32);

impl Runner {
    const fn new(start: StartId, round: usize) -> Self {
        Self(start << u8::BITS | round as u32)
    }

    const fn place(self) -> (usize, usize) {
        ((self.0 >> u8::BITS) as usize, (self.0 & u8::MAX as u32) as usize)
    }

    /// As a number, for the word of a permit.
    pub(crate) const fn number(self) -> u32 {
        self.0
    }

    pub(crate) const fn of_number(number: u32) -> Self {
        Self(number)
    }
}

/// All slow starts of a gate.
#[derive(Debug, Default)]
pub(crate) struct Starts(Vec<Start>);

#[derive(Clone, Debug)]
struct Start {
    /// What each request of the current round weighs, in bytes.
    weight: u64,
    /// What each request of a closed round weighs.
    closed_weight: u64,
    /// The current round, and closed ones. Those without requests are free.
    rounds: Vec<Round>,
    current: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Round {
    /// Its requests that are admitted, or granted and not fetched yet.
    running: u64,
    /// All of its requests so far.
    begun: u64,
}

impl Start {
    /// What all running requests weigh.
    fn held(&self) -> u64 {
        let held = |(place, round): (usize, &Round)| round.running * self.weight_in(place);
        self.rounds.iter().enumerate().map(held).sum()
    }

    fn weight_in(&self, round: usize) -> u64 {
        if round == self.current { self.weight } else { self.closed_weight }
    }

    /// The place of a further round. `None` if too many have requests that run.
    fn free_place(&mut self) -> Option<usize> {
        let free = self.rounds.iter().position(|round| round.begun == 0);
        free.or_else(|| {
            let place = self.rounds.len();
            (place <= usize::from(u8::MAX)).then(|| {
                self.rounds.push(Round::default());
                place
            })
        })
    }
}

impl Starts {
    pub(crate) fn add(&mut self, weight: u64) -> StartId {
        let rounds = vec![Round::default()];
        self.0.push(Start { weight, closed_weight: weight, rounds, current: 0 });
        StartId::try_from(self.0.len() - 1).expect("a program has fewer handlers")
    }

    /// What the next request weighs.
    pub(crate) fn weight(&self, start: StartId) -> u64 {
        self.0[start as usize].weight
    }

    /// What a running request weighs.
    pub(crate) fn weight_of(&self, runner: Runner) -> u64 {
        let (start, round) = runner.place();
        self.0[start].weight_in(round)
    }

    pub(crate) fn running(&self, start: StartId) -> u64 {
        self.0[start as usize].rounds.iter().map(|round| round.running).sum()
    }

    pub(crate) fn begin(&mut self, start: StartId) -> Runner {
        let Start { rounds, current, .. } = &mut self.0[start as usize];
        let round = &mut rounds[*current];
        (round.running, round.begun) = (round.running + 1, round.begun + 1);
        Runner::new(start, *current)
    }

    /// Ends a request. Returns the weight that it gives back.
    pub(crate) fn end(&mut self, runner: Runner) -> u64 {
        let (start, round) = runner.place();
        let start = &mut self.0[start];
        start.rounds[round].running -= 1;
        start.weight_in(round)
    }

    /// Closes the current round once it has had `most` requests. Returns the requests of rounds
    /// that are complete now. The change is in force after the next [`reweigh`](Self::reweigh).
    pub(crate) fn next_round(&mut self, start: StartId, most: u64) -> (u64, Change) {
        let start = &mut self.0[start as usize];
        let before = start.held();
        let complete = start.rounds.iter_mut().filter(|round| round.running == 0);
        let ended = complete.map(|round| core::mem::take(&mut round.begun)).sum();
        if start.rounds[start.current].begun >= most {
            if let Some(place) = start.free_place() {
                start.current = place;
            }
        }
        (ended, Change { before, after: start.held() })
    }

    /// Changes what requests of the current round weigh, and those of closed ones.
    pub(crate) fn reweigh(&mut self, start: StartId, weight: u64, closed_weight: u64) -> Change {
        let start = &mut self.0[start as usize];
        let before = start.held();
        (start.weight, start.closed_weight) = (weight, closed_weight);
        Change { before, after: start.held() }
    }
}

/// What all running requests of a start weighed before, and weigh now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    before: u64,
    after: u64,
}

impl Change {
    pub(crate) fn apply(self, reserved: &mut u64) {
        *reserved = *reserved - self.before + self.after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(starts: &Starts) -> u64 {
        starts.0.iter().map(Start::held).sum()
    }

    #[test]
    fn requests_of_a_closed_round_weigh_more_until_all_of_them_have_ended() {
        let mut starts = Starts::default();
        starts.add(1);
        let start = starts.add(100);
        let _ = starts.reweigh(start, 10, 100);
        assert_eq!(starts.next_round(start, 2).0, 0, "it has not begun");
        let first = [starts.begin(start), starts.begin(start)];
        assert_eq!(starts.next_round(start, 3).0, 0);
        assert_eq!((held(&starts), starts.end(first[0])), (20, 10));
        assert_eq!(starts.next_round(start, 2), (0, Change { before: 10, after: 100 }));
        let second = starts.begin(start);
        assert_eq!((starts.weight_of(first[1]), starts.weight_of(second)), (100, 10));
        assert_eq!((starts.end(second), starts.next_round(start, 2).0), (10, 1));
        let third = starts.begin(start);
        assert_eq!(starts.next_round(start, 1).1.after, 200, "two rounds are closed");
        assert_eq!((starts.end(first[1]), starts.next_round(start, 9).0), (100, 2));
        assert_eq!((starts.end(third), starts.next_round(start, 9).0), (100, 1));
        assert_eq!((starts.running(start), starts.next_round(start, 9).0), (0, 0));
        assert_eq!(starts.0[1].rounds.len(), 3, "places are used again");
    }

    #[test]
    fn rounds_are_as_many_as_have_places() {
        let mut starts = Starts::default();
        let start = starts.add(3);
        let runners: Vec<_> = (0..1000)
            .map(|_| {
                let runner = starts.begin(start);
                let _ = starts.next_round(start, 1);
                runner
            })
            .collect();
        assert_eq!((held(&starts), starts.running(start)), (3000, 1000));
        let ended: u64 = runners.into_iter().map(|runner| starts.end(runner)).sum();
        assert_eq!((ended, held(&starts), starts.next_round(start, 1).0), (3000, 0, 1000));
    }
}
