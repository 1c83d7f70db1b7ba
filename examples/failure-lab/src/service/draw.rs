//! The draw: a service's sizes, rates and counts from a seed, within the ranges in its file.

use std::ops::RangeInclusive;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::protocol::Drawn;

/// Draws the figures of one run. The same program and seed give the same figures.
#[derive(Debug)]
pub(crate) struct Draw {
    random: ChaCha8Rng,
    drawn: Vec<Drawn>,
}

impl Draw {
    /// The draw of a program for a seed. It depends on no other program.
    pub(crate) fn new(program: &str, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let name = program
            .bytes()
            .fold(0, |name: u64, byte| name.wrapping_mul(257).wrapping_add(byte.into()));
        random.set_stream(name);
        Self { random, drawn: Vec::new() }
    }

    /// A number.
    pub(crate) fn between(&mut self, name: &str, range: RangeInclusive<u64>) -> u64 {
        let value = self.random.random_range(range);
        self.drawn.push(Drawn { name: name.to_owned(), value });
        value
    }

    /// A number of threads, elements or the like.
    pub(crate) fn count(&mut self, name: &str, range: RangeInclusive<u64>) -> usize {
        usize::try_from(self.between(name, range)).expect("a count fits an address")
    }

    /// A size in MiB, in bytes.
    pub(crate) fn mib(&mut self, name: &str, range: RangeInclusive<u64>) -> usize {
        self.count(&format!("{name}, MiB"), range) << 20
    }

    /// Rates for windows of a second. They differ, so that growth by requests differs from growth
    /// by time.
    pub(crate) fn rates(&mut self) -> Vec<u64> {
        let windows = self.between("windows", 3..=5);
        (0..windows)
            .map(|window| self.between(&format!("requests per second, {window}"), 150..=900))
            .collect()
    }

    /// A random generator, for figures that need no name.
    pub(crate) fn random(&mut self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.random.random())
    }

    /// The figures drawn so far.
    pub(crate) fn drawn(&self) -> &[Drawn] {
        &self.drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(program: &str, seed: u64) -> Vec<Drawn> {
        let mut draw = Draw::new(program, seed);
        draw.mib("cache", 10..=200);
        draw.count("threads", 2..=4);
        draw.between("requests per second", 100..=10_000);
        draw.drawn().to_vec()
    }

    #[test]
    fn a_seed_draws_the_same_each_time_and_another_seed_or_program_another() {
        assert_eq!(draw("cache", 7), draw("cache", 7));
        assert_ne!(draw("cache", 7), draw("cache", 8));
        assert_ne!(draw("cache", 7), draw("batch", 7));
    }

    #[test]
    fn figures_are_in_their_ranges_and_are_listed() {
        for seed in 0..100 {
            let [cache, threads, rate] = &draw("cache", seed)[..] else {
                panic!("three were drawn")
            };
            assert_eq!(cache.name, "cache, MiB");
            assert!(
                (10..=200).contains(&cache.value)
                    && (2..=4).contains(&threads.value)
                    && rate.value >= 100
            );
        }
        let mut draw = Draw::new("index", 0);
        assert_eq!(draw.mib("index", 3..=3), 3 << 20);
    }
}
