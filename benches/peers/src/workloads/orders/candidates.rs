//! The candidates: a parser and a memory, each in a few lines.

use std::sync::LazyLock;

use bumpalo::Bump;
use orders::arena;
use orders::heap::order::Order;
use orders::heap::receipt::Receipt;
use orders::prices::Prices;
use orders::refusal::Refused;
use request_arena::{Arena, ResponseBuffer, request_arena};
use serde::de::DeserializeSeed;

use super::{anywhere, seed};
use crate::workloads::Candidate;
#[cfg(feature = "simd-json")]
use crate::workloads::formats::Simd;
use crate::workloads::formats::{ArenaFormat, Format, SerdeJson, Sonic, SonicInArena, VALID};

/// The base of ratios.
pub(super) const BASE: &str = "heap, serde_json";

/// The list: the names in the order of the table, and how each is made.
macro_rules! candidates {
    ($($(#[$when:meta])* $name:literal => $candidate:expr,)*) => {
        /// The names of the candidates.
        pub(super) const NAMES: &[&str] = &[$($(#[$when])* $name,)*];

        /// Makes the candidate with this name.
        pub(super) fn named(name: &str) -> Option<Box<dyn Candidate>> {
            Some(match name {
                $($(#[$when])* $name => Box::new($candidate),)*
                _ => return None,
            })
        }
    };
}

candidates! {
    "arena, serde_json" => InArena(SerdeJson),
    "arena, sonic-rs" => InArena(SonicInArena::default()),
    "heap, serde_json" => Heap(SerdeJson),
    "heap, sonic-rs" => Heap(Sonic),
    #[cfg(feature = "simd-json")]
    "heap, simd-json" => Heap(Simd),
    "bumpalo, a seed by hand" => InBump(Bump::new()),
    #[cfg(feature = "multitude")]
    "multitude, its own derive" => InMultitude(multitude::Arena::new()),
}

static PRICES: LazyLock<Prices> = LazyLock::new(Prices::built_in);

/// `String` and `Vec`, with a format.
struct Heap<F>(F);

impl<F: Format> Candidate for Heap<F> {
    fn answer(&mut self, order: &[u8], done: &mut dyn FnMut(&[u8])) {
        let order: Order = F::parse(order);
        let answer = match Receipt::new(&order, &PRICES) {
            Ok(receipt) => F::serialise(&receipt),
            Err(complaints) => F::serialise(&Refused::new(&complaints)),
        };
        done(&answer);
    }
}

/// A function under `#[request_arena]`, the handlers' own types, and a buffer of the pool.
struct InArena<F>(F);

#[request_arena(name = "orders")]
fn answer_in_arena<F: ArenaFormat>(
    arena: Arena<'_>,
    order: &[u8],
    format: &mut F,
) -> ResponseBuffer {
    let mut answer = arena.buffer();
    let order = F::parse(&arena, order);
    match arena::receipt::Receipt::new(&arena, &order, &PRICES) {
        Ok(receipt) => format.serialise(&receipt, &mut answer),
        Err(complaints) => format.serialise(&Refused::new(complaints), &mut answer),
    }
    answer
}

impl<F: ArenaFormat> Candidate for InArena<F> {
    fn answer(&mut self, order: &[u8], done: &mut dyn FnMut(&[u8])) {
        done(&answer_in_arena(order, &mut self.0));
    }
}

struct InBump(Bump);

impl Candidate for InBump {
    fn answer(&mut self, order: &[u8], done: &mut dyn FnMut(&[u8])) {
        let mut json = serde_json::Deserializer::from_slice(order);
        let order = seed::Seed::<seed::Order<'_>>::new(&self.0).deserialize(&mut json);
        let order = order.expect(VALID);
        json.end().expect(VALID);
        anywhere::answer(&self.0, &order, &PRICES, done);
        self.0.reset();
    }
}

#[cfg(feature = "multitude")]
struct InMultitude(multitude::Arena);

#[cfg(feature = "multitude")]
impl Candidate for InMultitude {
    fn answer(&mut self, order: &[u8], done: &mut dyn FnMut(&[u8])) {
        let order: super::multitude::Order<'_> = self.0.deserialize_json(order).expect(VALID);
        anywhere::answer(&self.0, &order, &PRICES, done);
        drop(order);
        self.0.reset();
    }
}
