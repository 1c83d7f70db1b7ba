//! JSON as services use it: parse a document, group and sort it, and serialise the answer.
//!
//! [`cities`] has the documents. [`heap`] does the work with std's types and serde's derives, and
//! [`arena`] with any arena. [`parsers`] has candidates that do not parse by serde_json and seeds.
//! A check before each measurement compares all answers byte for byte.

mod arena;
mod cities;
mod heap;
mod parsers;

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, ensure};
use worker_harness::Installed;

use super::formats::SerdeJson;
use super::{Candidate, Workload, time};
use crate::candidates::{self, Peer, Visitor};
use crate::memory::{Body, Space};
use crate::protocol::{Effort, Figure, Unit};

/// The arenas' code on the heap: it separates the cost of memory from the cost of the code.
const SAME_CODE: &str = "heap, the arenas' code";

/// A request with the next of these documents each time.
struct Document<'d> {
    documents: &'d [Vec<u8>],
    next: AtomicUsize,
    /// Whether the heap runs the arenas' code.
    same_code: bool,
    /// Where the answer goes, if it is wanted.
    answer: Option<Mutex<Vec<u8>>>,
}

impl<'d> Document<'d> {
    fn new(documents: &'d [Vec<u8>], same_code: bool) -> Self {
        Self { documents, next: AtomicUsize::new(0), same_code, answer: None }
    }

    fn next(&self) -> &'d [u8] {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        &self.documents[next % self.documents.len()]
    }

    fn done(&self, answer: &[u8]) {
        black_box(answer);
        if let Some(place) = &self.answer {
            place.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(answer);
        }
    }
}

impl Body for Document<'_> {
    #[inline]
    fn in_arena<'a>(&self, space: impl Space<'a>) {
        arena::answer(arena::InArena::new(space), self.next(), |answer| self.done(answer));
    }

    #[inline]
    fn on_heap(&self) {
        if self.same_code {
            arena::answer(arena::OnHeap, self.next(), |answer| self.done(answer));
        } else {
            self.done(&heap::answer::<SerdeJson>(self.next()));
        }
    }

    crate::handlers!("json");
}

/// The workload `json`.
pub(super) struct Json;

impl Workload for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "A document of cities is parsed, with a copy of every text. The cities are grouped by \
         country and sorted, and the answer is serialised."
    }

    fn bases(&self) -> &'static [&'static str] {
        &["bumpalo reset", "heap"]
    }

    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 2, 15)
    }

    fn candidates(&self, _: &Installed) -> Result<Vec<&'static str>, String> {
        let able =
            candidates::NAMES.iter().copied().filter(|name| candidates::has_collections(name));
        Ok(able.chain([SAME_CODE]).chain(parsers::NAMES.iter().copied()).collect())
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        _: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        let documents = cities::documents()?;
        let same_code = candidate == SAME_CODE;
        let peer = if same_code { "heap" } else { candidate };
        let unknown = || format!("there is no candidate `{candidate}`");
        let mut figures = Vec::new();
        for (name, documents) in
            [("1 KB document", &documents.small), ("1 MB document", &documents.large)]
        {
            if let Some(mut own) = parsers::named(candidate) {
                check_own(&mut *own, &documents[..1]).with_context(|| name)?;
                let mut documents = documents.iter().cycle();
                let nanoseconds = time::of_one(effort.time(), || {
                    let document = documents.next().expect("there are documents");
                    own.answer(document, &mut |answer| {
                        black_box(answer);
                    });
                });
                figures.push(Figure::new(name, Unit::Nanoseconds, nanoseconds));
                continue;
            }
            check(peer, same_code, &documents[..1]).with_context(|| name)?;
            let body = Document::new(documents, same_code);
            let nanoseconds =
                candidates::with(peer, Measure { body: &body, effort }).with_context(unknown)?;
            figures.push(Figure::new(name, Unit::Nanoseconds, nanoseconds));
        }
        Ok(figures)
    }
}

struct Measure<'m> {
    body: &'m Document<'m>,
    effort: Effort,
}

impl Visitor for Measure<'_> {
    type Result = f64;

    fn visit<P: Peer>(self) -> f64 {
        let mut peer = P::new();
        time::of_one(self.effort.time(), || peer.request(self.body))
    }
}

struct Once<'m>(&'m Document<'m>);

impl Visitor for Once<'_> {
    type Result = ();

    fn visit<P: Peer>(self) {
        P::new().request(self.0);
    }
}

/// Compares the candidate's answer with the heap's.
fn check(peer: &str, same_code: bool, documents: &[Vec<u8>]) -> anyhow::Result<()> {
    let body = Document { answer: Some(Mutex::default()), ..Document::new(documents, same_code) };
    candidates::with(peer, Once(&body));
    let answer =
        body.answer.unwrap_or_default().into_inner().unwrap_or_else(PoisonError::into_inner);
    ensure!(
        answer == heap::answer::<SerdeJson>(&documents[0]),
        "the answer differs from the heap's"
    );
    Ok(())
}

/// Compares the answer of a candidate with its own parser with the heap's.
fn check_own(candidate: &mut dyn Candidate, documents: &[Vec<u8>]) -> anyhow::Result<()> {
    let mut answer = Vec::new();
    candidate.answer(&documents[0], &mut |bytes| answer.extend_from_slice(bytes));
    ensure!(
        answer == heap::answer::<SerdeJson>(&documents[0]),
        "the answer differs from the heap's"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_candidate_gives_the_same_answer() {
        let allocator = Installed::check().unwrap();
        for candidate in Json.candidates(&allocator).unwrap() {
            let figures = Json.measure(candidate, Effort::Test, &allocator);
            assert_eq!(figures.unwrap_or_else(|error| panic!("{candidate}: {error:#}")).len(), 2);
        }
    }

    #[test]
    fn a_wrong_answer_is_refused() {
        let right = vec![cities::documents().unwrap().small[0].clone()];
        assert!(check("heap", false, &right).is_ok());
        let body = Document::new(&right, false);
        assert_ne!(
            heap::answer::<SerdeJson>(&right[0]),
            heap::answer::<SerdeJson>(&cities::documents().unwrap().small[1])
        );
        assert_eq!(body.next(), right[0]);
    }
}
