//! A request, and the ordinary part of what a service does for it.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use request_arena::Arena;

/// One request.
#[derive(Debug)]
pub(crate) struct Request {
    /// The how manieth of the service's.
    pub(crate) number: u64,
    /// What it asks for.
    pub(crate) random: ChaCha8Rng,
}

impl Request {
    pub(crate) fn new(number: u64) -> Self {
        Self { number, random: ChaCha8Rng::seed_from_u64(number) }
    }

    /// The ordinary part: some hits as text, in the request's arena. Their length in all.
    pub(crate) fn answer(&mut self, arena: &Arena<'_>) -> usize {
        let hits = self.random.random_range(5..40);
        let hits = (0..hits).map(|rank| {
            let id: u32 = self.random.random();
            &*request_arena::format!(in arena, "{{\"rank\":{rank},\"id\":{id},\"name\":\"document {id:x}\"}}")
        });
        arena.alloc_from_iter(hits).iter().map(|hit| hit.len()).sum()
    }

    /// Bytes that do not compress into fewer pages, all written.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        vec![self.random.random::<u8>() | 1; count]
    }
}
