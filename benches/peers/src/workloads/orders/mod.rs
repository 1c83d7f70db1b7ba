//! Orders of `examples/orders` in-process: parse a document, check, price, group and sort its
//! items, and serialise the receipt.
//!
//! [`candidates`] has the candidates. [`anywhere`] does the work with the arenas of other crates,
//! [`seed`] and [`multitude`] parse into them. A check before each measurement compares answers.
//! [`count`] is the same by instructions, and [`service`] over sockets.

mod anywhere;
mod candidates;
pub(crate) mod count;
mod documents;
#[cfg(feature = "multitude")]
mod multitude;
mod seed;
pub(crate) mod service;

use std::hint::black_box;

use anyhow::{Context, ensure};
use worker_harness::Installed;

use self::documents::{SIZES, Size};
use super::{Candidate, Workload, time};
use crate::protocol::{Effort, Figure, Unit};

/// The workload `orders`.
pub(super) struct Orders;

impl Workload for Orders {
    fn name(&self) -> &'static str {
        "orders"
    }

    fn about(&self) -> &'static str {
        "An order is parsed. Its items are checked, priced, grouped and sorted, and the receipt is \
         serialised. The heap's candidates have `String` and `Vec`, and serde's derives."
    }

    fn bases(&self) -> &'static [&'static str] {
        &[candidates::BASE]
    }

    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 2, 15)
    }

    fn candidates(&self, _: &Installed) -> Result<Vec<&'static str>, String> {
        Ok(candidates::NAMES.to_vec())
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        _: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        let mut candidate = candidate_named(candidate)?;
        let figures = SIZES.iter().map(|size| {
            check(&mut *candidate, size)?;
            let mut documents = size.documents().iter().cycle();
            let nanoseconds = time::of_one(effort.time(), || {
                let document = documents.next().expect("there are documents");
                candidate.answer(document, &mut |answer| {
                    black_box(answer);
                });
            });
            Ok(Figure::new(size.name, Unit::Nanoseconds, nanoseconds))
        });
        figures.collect()
    }
}

fn candidate_named(name: &str) -> anyhow::Result<Box<dyn Candidate>> {
    candidates::named(name).with_context(|| format!("there is no candidate `{name}`"))
}

/// Compares the candidate's answers with those of the heap.
fn check(candidate: &mut dyn Candidate, size: &Size) -> anyhow::Result<()> {
    let mut heap = candidate_named(candidates::BASE)?;
    for document in size.documents() {
        let [mut answer, mut expected] = [Vec::new(), Vec::new()];
        candidate.answer(document, &mut |bytes| answer.extend_from_slice(bytes));
        heap.answer(document, &mut |bytes| expected.extend_from_slice(bytes));
        ensure!(
            answer == expected,
            "an answer to an order of {} differs from the heap's: {} and not {}",
            size.name,
            String::from_utf8_lossy(&answer),
            String::from_utf8_lossy(&expected)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_candidate_gives_the_same_answers() {
        for name in candidates::NAMES {
            let mut candidate = candidate_named(name).unwrap();
            for size in &SIZES {
                check(&mut *candidate, size).unwrap_or_else(|error| panic!("{name}: {error:#}"));
            }
        }
    }

    #[test]
    fn an_answer_is_a_receipt_with_totals() {
        let mut heap = candidate_named(candidates::BASE).unwrap();
        for size in &SIZES {
            heap.answer(&size.documents()[0], &mut |answer| {
                let receipt: serde_json::Value = serde_json::from_slice(answer).unwrap();
                assert!(receipt["totals"]["total"].as_u64().unwrap() > 0, "{receipt}");
            });
        }
    }

    #[test]
    fn a_wrong_answer_is_refused() {
        struct Wrong;
        impl Candidate for Wrong {
            fn answer(&mut self, _: &[u8], done: &mut dyn FnMut(&[u8])) {
                done(b"{}");
            }
        }
        assert!(check(&mut Wrong, &SIZES[0]).unwrap_err().to_string().contains("differs"));
    }
}
