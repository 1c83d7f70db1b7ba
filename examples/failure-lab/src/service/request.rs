//! A request, and the ordinary part of a service's work for it.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use request_arena::Arena;

/// One request.
#[derive(Debug)]
pub(crate) struct Request {
    /// Its number within the service, from 0.
    pub(crate) number: u64,
    /// The generator of its content.
    pub(crate) random: ChaCha8Rng,
}

impl Request {
    pub(crate) fn new(number: u64) -> Self {
        Self { number, random: ChaCha8Rng::seed_from_u64(number) }
    }

    /// The ordinary part: writes some hits as text into the request's arena. Gives their length.
    pub(crate) fn answer(&mut self, arena: &Arena<'_>) -> usize {
        let hits = self.random.random_range(5..40);
        let hits = (0..hits).map(|rank| {
            let id: u32 = self.random.random();
            let name = format_args!("document {id:x}");
            &*request_arena::format!(in arena, r#"{{"rank":{rank},"id":{id},"name":"{name}"}}"#)
        });
        arena.alloc_from_iter(hits).iter().map(|hit| hit.len()).sum()
    }

    /// Values of many sizes, up to `largest`, with about so many bytes in all.
    pub(crate) fn events(&mut self, bytes: usize, largest: usize) -> Vec<Vec<u8>> {
        let (mut events, mut left) =
            (Vec::new(), self.random.random_range(bytes / 2..bytes * 3 / 2));
        while left > 0 {
            let event = self.random.random_range(100..largest).min(left);
            events.push(self.bytes(event));
            left -= event;
        }
        events
    }

    /// Random bytes that are not zero, so that each of their pages is resident.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        vec![self.random.random::<u8>() | 1; count]
    }
}
