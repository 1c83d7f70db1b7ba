//! The files that `all` writes: the matrix as Markdown, each run with its draw, readings and report
//! as JSON, and a picture of each service on each allocator.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

use crate::matrix::Matrix;
use crate::picture;
use crate::protocol::{Examined, Phase};
use crate::run::{Ran, Verdict};

/// One run in the JSON file.
#[derive(Serialize)]
struct Written<'a> {
    program: &'static str,
    allocator: &'static str,
    seed: u64,
    is: Option<request_arena::doctor::Mode>,
    verdict: Verdict,
    seconds: f64,
    phases: &'a [Phase],
    examined: Option<&'a Examined>,
}

/// The seed of the runs that are drawn.
pub(crate) const DRAWN: u64 = 1;

/// Writes `failure-lab/matrix.md`, `failure-lab/runs.json` and
/// `failure-lab/pictures/<service>-<allocator>.svg` into the workers' target folder. Gives the
/// folder of these files.
pub(crate) fn write(ran: &[Ran], matrix: &Matrix) -> anyhow::Result<PathBuf> {
    let target = ran
        .first()
        .and_then(|ran| ran.job.worker.program.ancestors().nth(2))
        .unwrap_or(Path::new("target"));
    let folder = target.join("failure-lab");
    let failed = || format!("the results cannot be written to {}", folder.display());
    let pictures = folder.join("pictures");
    fs::create_dir_all(&pictures).with_context(failed)?;
    fs::write(folder.join("matrix.md"), matrix.markdown() + "\n").with_context(failed)?;
    let runs: Vec<_> = ran.iter().map(written).collect();
    fs::write(folder.join("runs.json"), serde_json::to_vec_pretty(&runs)?).with_context(failed)?;
    for Ran { job, examined, .. } in ran {
        if let (DRAWN, Ok(examined)) = (job.seed, examined) {
            picture::write(&pictures.join(picture::file_name(job)), job, examined)?;
        }
    }
    Ok(folder)
}

fn written(ran: &Ran) -> Written<'_> {
    Written {
        program: ran.job.row.name,
        allocator: ran.job.worker.allocator.name(),
        seed: ran.job.seed,
        is: ran.job.row.is,
        verdict: Verdict::of(ran),
        seconds: ran.took.as_secs_f64(),
        phases: &ran.phases,
        examined: ran.examined.as_ref().ok(),
    }
}
