//! The same orders by instructions, which callgrind counts: exact, also on a busy machine.
//!
//! The worker starts itself again below valgrind, once for a number of orders and once for twice as
//! many.

use std::env;
use std::hint::black_box;
use std::process::Command;

use anyhow::{Context, bail};
use worker_harness::Installed;

use super::documents::{self, SIZES};
use super::{candidate_named, candidates, check};
use crate::protocol::{Effort, Figure, Unit};
use crate::workloads::Workload;

#[path = "../../../../common/callgrind.rs"]
mod callgrind;

/// The first argument of the worker that callgrind runs.
pub(crate) const ANSWER: &str = "answer-orders";

/// The workload `orders-instructions`.
pub(crate) struct Instructions;

impl Workload for Instructions {
    fn name(&self) -> &'static str {
        "orders-instructions"
    }

    fn about(&self) -> &'static str {
        "The workload `orders` in instructions, counted by callgrind. The counts are exact, also \
         on a busy machine."
    }

    fn bases(&self) -> &'static [&'static str] {
        &[candidates::BASE]
    }

    fn rounds(&self, _: Effort) -> usize {
        1
    }

    fn candidates(&self, _: &Installed) -> Result<Vec<&'static str>, String> {
        let found = Command::new("valgrind").arg("--version").output();
        match found {
            Ok(output) if output.status.success() => Ok(candidates::NAMES.to_vec()),
            _ => Err(callgrind::Error::Missing.to_string()),
        }
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        _: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        let program = env::current_exe().context("the path of this program is unknown")?;
        // A check is not optimised, and valgrind makes it slow.
        let sizes = effort.choose(&SIZES[..1], &SIZES, &SIZES);
        let figures = sizes.iter().map(|size| {
            check(&mut *candidate_named(candidate)?, size)?;
            let times = effort.choose(1, size.counted, size.counted);
            let counted = callgrind::per_iteration(times, |times| {
                let mut command = Command::new(&program);
                command.args([ANSWER, candidate, size.name]).arg(times.to_string());
                command
            })?;
            Ok(Figure::new(size.name, Unit::Instructions, counted))
        });
        figures.collect()
    }
}

/// Answers orders: `CANDIDATE SIZE TIMES`.
pub(crate) fn answer(arguments: &[String]) -> anyhow::Result<()> {
    let [candidate, size, times] = arguments else {
        bail!("`{ANSWER}` needs a candidate, a size and a number of orders")
    };
    let mut candidate = candidate_named(candidate)?;
    let size = documents::named(size).with_context(|| format!("there are no orders of {size}"))?;
    let times = times.parse().with_context(|| format!("{times:?} is not a number of orders"))?;
    for document in size.first_documents(times).iter().cycle().take(times) {
        candidate.answer(document, &mut |answer| {
            black_box(answer);
        });
    }
    Ok(())
}
