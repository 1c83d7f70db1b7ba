//! The picture of a run: what the service's RSS was made of until it was examined.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::protocol::Examined;
use crate::run::Job;

/// What it is called among those of other runs.
pub(crate) fn file_name(job: &Job) -> String {
    format!("{}-{}.svg", job.row.name, job.worker.on.name())
}

/// Writes it, an SVG that stands alone.
pub(crate) fn write(file: &Path, job: &Job, examined: &Examined) -> anyhow::Result<()> {
    let svg = examined.timeline.to_svg(&title(job, examined));
    fs::write(file, svg).with_context(|| format!("the picture cannot be written to {}", file.display()))
}

/// The service, the allocator, and what the doctor said first; as long as fits.
fn title(job: &Job, examined: &Examined) -> String {
    let first = examined.report.findings.first();
    let said = first.map_or_else(|| "healthy".to_owned(), |first| format!("{} ({})", first.mode, first.confidence));
    format!("{} on {}: {said}", job.row.name, job.worker.on.name())
}
