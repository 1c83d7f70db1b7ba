//! The base: the memory that no admitted request holds. From it follows how much all requests
//! together may reserve.
//!
//! # The model
//!
//! A reading has all memory that is kept, `K`. A running request is in it with what it has
//! allocated so far, and it is in the reservations `R` with all that it will need. To subtract both
//! from the limit would count a part twice, and half of the memory would stay unused.
//!
//! ```text
//! budget = limit - reserve - base
//! ```
//!
//! The base is `K` without the used part `U` of the reservations. `U` is not measured, since the
//! heap of a running request is not. It has bounds, `written <= U <= R`. `written` are the bytes of
//! open arenas that are certainly written. So each reading has bounds for the base:
//!
//! ```text
//! K - R <= base <= K - written
//! ```
//!
//! The base stays as it is while it is within these bounds, and otherwise moves to the nearer one.
//! Without a running request both bounds are equal, and the base is exact. The first reading takes
//! the upper bound.
//!
//! * A request that was admitted after the reading has its whole weight in `R`, and nothing in `K`.
//! * A request that ended after the reading has left `R`. Its memory is either free, or kept by the
//!   pool or the allocator for the next request.
//! * A leak, or a cache that grows: the lower bound lifts the base as soon as the requests cannot
//!   explain the memory. Until then, `K` is at most `base + R`, and so below the limit and its
//!   reserve.
//! * The number of reserved bytes is read before and after the container, and the smaller one
//!   counts. So the used part is rather taken as too small.
//!
//! # Arenas in the pool
//!
//! An arena that lies idle in the pool is in `K`, and the next request reuses it. To subtract its
//! memory from the room and to reserve it again for that request would count it twice. So [`spare`]
//! takes it out of `K`. It is an estimate: what requests take from the heap does not come from the
//! pool. Of the next requests' memory, the share `a` is in arenas. With `F` bytes of room and `I`
//! idle bytes, requests of `N` bytes make memory grow by `(1 - a) N + max(0, a N - I)`. That is at
//! most `F` if `N` is at most `F + min(I, F a / (1 - a))`. The last term is what counts as room.
//!
//! `a` is the share of recent requests. So a service without arenas gets no room by its pool, and
//! one that allocates nothing else gets all of it.
//!
//! A budget is valid until the next reading. What others allocate until then is what the reserve is
//! for.

use crate::central::Room;
use crate::options::Reading;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Base {
    bytes: Option<u64>,
}

impl Base {
    /// The room that a reading leaves. `held` are the weights of all permits, and `written` bytes
    /// of them are certainly in the reading.
    pub(crate) fn room(
        &mut self,
        reading: Reading,
        (held, written): (u64, u64),
        (reserve, hysteresis): (f64, f64),
    ) -> Room {
        let Reading { limit_bytes: limit, kept_bytes: kept } = reading;
        let least = kept.saturating_sub(held);
        let most = kept.saturating_sub(written.min(held));
        let base = self.bytes.map_or(most, |base| base.clamp(least, most));
        self.bytes = Some(base);
        let of_limit = |share: f64| (limit as f64 * share) as u64;
        let usable = limit.saturating_sub(of_limit(reserve));
        Room {
            budget: usable.saturating_sub(base),
            alone: limit.saturating_sub(kept).min(usable),
            possible: limit.saturating_sub(base).min(usable),
            whole: usable,
            hysteresis: of_limit(hysteresis),
        }
    }

    pub(crate) fn bytes(&self) -> Option<u64> {
        self.bytes
    }
}

/// The part of `idle` bytes of the pool that counts as room. `arena_share` (0 to 1) is the share of
/// the requests' memory that is in arenas.
pub(crate) fn spare(reading: Reading, reserve: f64, idle: u64, arena_share: f64) -> u64 {
    let usable = reading.limit_bytes as f64 * (1.0 - reserve);
    let room = (usable - reading.kept_bytes as f64).max(0.0);
    let other = (1.0 - arena_share).max(0.0);
    // Nothing else is allocated: the pool serves all of it.
    let most = if other == 0.0 { f64::MAX } else { room * arena_share / other };
    (most as u64).min(idle).min(reading.kept_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_arenas_are_room_as_far_as_requests_use_arenas() {
        let room = |kept_bytes, idle, share| {
            spare(Reading { limit_bytes: 1000, kept_bytes }, 0.1, idle, share)
        };
        assert_eq!(room(600, 500, 1.0), 500, "all memory is in arenas");
        assert_eq!(room(600, 500, 0.0), 0, "none is");
        // 600 bytes of requests: 300 of them in the heap, which is all that is free.
        assert_eq!(room(600, 500, 0.5), 300);
        assert_eq!(room(600, 100, 0.5), 100);
        assert_eq!(room(950, 500, 0.5), 0, "nothing is left for the heap");
        assert_eq!(room(950, 500, 1.0), 500);
        assert_eq!(room(100, 500, 1.0), 100, "not more than there is");
    }

    const NO_RESERVE: (f64, f64) = (0.0, 0.0);

    fn budget(base: &mut Base, kept: u64, held: u64) -> u64 {
        let reading = Reading { limit_bytes: 1000, kept_bytes: kept };
        base.room(reading, (held, 0), NO_RESERVE).budget
    }

    #[test]
    fn memory_of_running_requests_is_not_counted_twice() {
        let mut base = Base::default();
        assert_eq!(budget(&mut base, 200, 0), 800);
        for used in [0, 100, 300, 400] {
            assert_eq!(budget(&mut base, 200 + used, 400), 800, "{used} of 400 are used");
        }
    }

    #[test]
    fn what_requests_cannot_explain_is_base_at_once() {
        let mut base = Base::default();
        assert_eq!(budget(&mut base, 200, 0), 800);
        assert_eq!(budget(&mut base, 700, 400), 700, "100 more than base and requests");
        assert_eq!(budget(&mut base, 500, 0), 500, "nothing runs: all of it is base");
        assert_eq!(budget(&mut base, 150, 0), 850, "and it was given back");
    }

    #[test]
    fn memory_never_exceeds_the_limit_while_a_leak_hides_behind_requests() {
        let mut base = Base::default();
        let _ = budget(&mut base, 200, 0);
        // Requests with reservations of 500 use 100, and a leak grows.
        for leaked in (0..=700).step_by(50) {
            let kept = 200 + 100 + leaked;
            let budget = budget(&mut base, kept, 500);
            // All that may be reserved further has room now.
            assert!(kept + budget.saturating_sub(500) <= 1000, "{leaked}: {budget}");
        }
    }

    #[test]
    fn written_bytes_lower_a_base_that_was_read_under_load() {
        let reading = Reading { limit_bytes: 1000, kept_bytes: 600 };
        let mut base = Base::default();
        assert_eq!(base.room(reading, (400, 0), NO_RESERVE).budget, 400, "the upper bound");
        assert_eq!(base.room(reading, (400, 300), NO_RESERVE).budget, 700);
    }

    #[test]
    fn the_reserve_is_for_nobody_and_one_request_alone_may_reach_into_it() {
        let reading = Reading { limit_bytes: 1000, kept_bytes: 920 };
        let room = Base::default().room(reading, (0, 0), (0.1, 0.02));
        let expected = Room { budget: 0, alone: 80, possible: 80, whole: 900, hysteresis: 20 };
        assert_eq!(room, expected);
    }
}
