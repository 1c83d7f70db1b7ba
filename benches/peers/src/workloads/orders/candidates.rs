//! The candidates: a parser and a memory, each in a few lines.

use std::sync::LazyLock;

use bumpalo::Bump;
use orders::arena;
use orders::heap::order::Order;
use orders::heap::receipt::Receipt;
use orders::prices::Prices;
use orders::refusal::Refused;
use request_arena::{Arena, request_arena};
use serde::Serialize;
use serde::de::DeserializeSeed;

use super::{anywhere, seed};
use crate::workloads::Candidate;
#[cfg(feature = "simd-json")]
use crate::workloads::formats::Simd;
use crate::workloads::formats::{Format, SerdeJson, Sonic, VALID};

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
    "arena, serde_json" => InArena { parse: parsed, serialise: fast, answer: Vec::new() },
    "arena, sonic-rs" => InArena { parse: parsed_by_sonic, serialise: fast, answer: Vec::new() },
    "arena, serde_json and its serialiser" => InArena {
        parse: parsed,
        serialise: usual,
        answer: Vec::new(),
    },
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

/// A function under `#[request_arena]`, and the handlers' own types.
struct InArena {
    parse: for<'a> fn(&Arena<'a>, &[u8]) -> arena::order::Order<'a>,
    serialise: fn(&mut Vec<u8>, &dyn Answer),
    /// Where answers are written, as the pool keeps buffers.
    answer: Vec<u8>,
}

fn parsed<'a>(arena: &Arena<'a>, order: &[u8]) -> arena::order::Order<'a> {
    arena.json(order).expect(VALID)
}

fn parsed_by_sonic<'a>(arena: &Arena<'a>, order: &[u8]) -> arena::order::Order<'a> {
    let order = arena.str(std::str::from_utf8(order).expect(VALID));
    let mut json = sonic_rs::Deserializer::from_str(order);
    let parsed = arena.deserialize_within(order, &mut json).expect(VALID);
    json.end().expect(VALID);
    parsed
}

/// A receipt, or the refusal of an order.
trait Answer {
    fn fast(&self, to: &mut Vec<u8>);
    fn usual(&self, to: &mut Vec<u8>);
}

impl<T: Serialize> Answer for T {
    fn fast(&self, to: &mut Vec<u8>) {
        request_arena::serialize::to_writer(to, self).expect("to memory");
    }

    fn usual(&self, to: &mut Vec<u8>) {
        serde_json::to_writer(to, self).expect("to memory");
    }
}

fn fast(to: &mut Vec<u8>, answer: &dyn Answer) {
    answer.fast(to);
}

fn usual(to: &mut Vec<u8>, answer: &dyn Answer) {
    answer.usual(to);
}

#[request_arena(name = "orders")]
fn answer_in_arena(arena: Arena<'_>, order: &[u8], candidate: &mut InArena) {
    let InArena { parse, serialise, answer } = candidate;
    answer.clear();
    let order = parse(&arena, order);
    match arena::receipt::Receipt::new(&arena, &order, &PRICES) {
        Ok(receipt) => serialise(answer, &receipt),
        Err(complaints) => serialise(answer, &Refused::new(complaints)),
    }
}

impl Candidate for InArena {
    fn answer(&mut self, order: &[u8], done: &mut dyn FnMut(&[u8])) {
        answer_in_arena(order, self);
        done(&self.answer);
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
