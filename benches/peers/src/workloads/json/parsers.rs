//! Candidates with a parser of their own. The other arenas share seeds and serde_json.

use request_arena::{Arena, DeserializeIn, request_arena};

use super::arena::{any_city, grouped};
use super::heap::{self, degrees};
use crate::workloads::Candidate;
#[cfg(feature = "simd-json")]
use crate::workloads::formats::Simd;
use crate::workloads::formats::{Format, Sonic, VALID};

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
    "request_arena, its own derive" => InArena { parse: parsed, answer: Vec::new() },
    "request_arena, its own derive, sonic-rs" => InArena {
        parse: parsed_by_sonic,
        answer: Vec::new(),
    },
    #[cfg(feature = "multitude")]
    "multitude, its own derive" => InMultitude(multitude::Arena::new()),
    "heap, sonic-rs" => Heap(Sonic),
    #[cfg(feature = "simd-json")]
    "heap, simd-json" => Heap(Simd),
}

/// `String` and `Vec`, with a format.
struct Heap<F>(F);

impl<F: Format> Candidate for Heap<F> {
    fn answer(&mut self, document: &[u8], done: &mut dyn FnMut(&[u8])) {
        done(&heap::answer::<F>(document));
    }
}

#[derive(DeserializeIn)]
struct City<'a> {
    name: &'a str,
    #[serde(deserialize_with = "degrees")]
    lat: f64,
    #[serde(deserialize_with = "degrees")]
    lng: f64,
    country: &'a str,
    admin1: &'a str,
    admin2: &'a str,
}

any_city!(['a] City<'a>);

struct InArena {
    parse: for<'a> fn(&Arena<'a>, &[u8]) -> &'a [City<'a>],
    /// Where answers are written, as the pool keeps buffers.
    answer: Vec<u8>,
}

fn parsed<'a>(arena: &Arena<'a>, document: &[u8]) -> &'a [City<'a>] {
    arena.json(document).expect(VALID)
}

fn parsed_by_sonic<'a>(arena: &Arena<'a>, document: &[u8]) -> &'a [City<'a>] {
    let document = arena.str(std::str::from_utf8(document).expect(VALID));
    let mut json = sonic_rs::Deserializer::from_str(document);
    let parsed = arena.deserialize_within(document, &mut json).expect(VALID);
    json.end().expect(VALID);
    parsed
}

#[request_arena(name = "json, derive")]
fn answer_in_arena(arena: Arena<'_>, document: &[u8], candidate: &mut InArena) {
    let InArena { parse, answer } = candidate;
    answer.clear();
    let countries = grouped(&arena, parse(&arena, document));
    request_arena::serialize::to_writer(answer, &countries[..]).expect("to memory");
}

impl Candidate for InArena {
    fn answer(&mut self, document: &[u8], done: &mut dyn FnMut(&[u8])) {
        answer_in_arena(document, self);
        done(&self.answer);
    }
}

#[cfg(feature = "multitude")]
struct InMultitude(multitude::Arena);

#[cfg(feature = "multitude")]
impl Candidate for InMultitude {
    fn answer(&mut self, document: &[u8], done: &mut dyn FnMut(&[u8])) {
        let cities: multitude::Box<[multitude_city::City<'_>]> =
            self.0.deserialize_json(document).expect(VALID);
        done(&super::arena::written(&self.0, &cities));
        drop(cities);
        self.0.reset();
    }
}

#[cfg(feature = "multitude")]
mod multitude_city {
    use multitude::Cow;
    use multitude::de::DeserializeIn;

    #[derive(DeserializeIn)]
    pub(super) struct City<'d> {
        name: Cow<'d, str>,
        #[serde(deserialize_with = "super::degrees")]
        lat: f64,
        #[serde(deserialize_with = "super::degrees")]
        lng: f64,
        country: Cow<'d, str>,
        admin1: Cow<'d, str>,
        admin2: Cow<'d, str>,
    }

    super::any_city!(['d] City<'d>);
}
