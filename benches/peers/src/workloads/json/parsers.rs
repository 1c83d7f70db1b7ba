//! Candidates with a parser of their own. The other arenas share seeds and serde_json.

use request_arena::{Arena, DeserializeIn, ResponseBuffer, request_arena};

use super::arena::{any_city, grouped};
use super::heap::{self, degrees};
use crate::workloads::Candidate;
#[cfg(feature = "simd-json")]
use crate::workloads::formats::Simd;
#[cfg(feature = "multitude")]
use crate::workloads::formats::VALID;
use crate::workloads::formats::{ArenaFormat, Format, SerdeJson, Sonic, SonicInArena};

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
    "request_arena, its own derive" => InArena(SerdeJson),
    "request_arena, its own derive, sonic-rs" => InArena(SonicInArena::default()),
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

struct InArena<F>(F);

#[request_arena(name = "json, derive")]
fn answer_in_arena<F: ArenaFormat>(
    arena: Arena<'_>,
    document: &[u8],
    format: &mut F,
) -> ResponseBuffer {
    let mut answer = arena.buffer();
    let countries = grouped(&arena, F::parse::<&[City<'_>]>(&arena, document));
    format.serialise(&&countries[..], &mut answer);
    answer
}

impl<F: ArenaFormat> Candidate for InArena<F> {
    fn answer(&mut self, document: &[u8], done: &mut dyn FnMut(&[u8])) {
        done(&answer_in_arena(document, &mut self.0));
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
