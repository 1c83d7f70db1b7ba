//! The picture of a run: what the service's RSS was made of until it was examined.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::protocol::Examined;
use crate::run::Job;

/// Writes it, an SVG that stands alone.
pub(crate) fn write(file: &Path, job: &Job, examined: &Examined) -> anyhow::Result<()> {
    let svg = examined.timeline.to_svg(&title(job, examined));
    fs::write(file, svg).with_context(|| format!("the picture cannot be written to {}", file.display()))
}

/// The service, the allocator, and what the doctor said first.
fn title(job: &Job, examined: &Examined) -> String {
    let first = examined.report.findings.first().map(ToString::to_string);
    let said = first.as_deref().and_then(|first| first.lines().next()).unwrap_or("healthy");
    format!("{} on {}: {said}", job.row.name, job.worker.on.name())
}
