//! The picture of a run: what the service's RSS was made of until it was examined.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

use crate::protocol::Examined;
use crate::run::Job;

/// What it is called among those of other runs.
pub(crate) fn file_name(job: &Job) -> String {
    format!("{}-{}.svg", job.row.name, job.worker.allocator.name())
}

/// Whether there is a folder that it can be written into.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    ensure!(
        folder.is_dir(),
        "the picture cannot be written to {}: there is no folder {}",
        file.display(),
        folder.display()
    );
    Ok(())
}

/// Writes it, an SVG that stands alone.
pub(crate) fn write(file: &Path, job: &Job, examined: &Examined) -> anyhow::Result<()> {
    let svg = examined.timeline.to_svg(&title(job, examined));
    fs::write(file, svg)
        .with_context(|| format!("the picture cannot be written to {}", file.display()))
}

/// The service, the allocator, and what the doctor said first: the mode alone, as a title is one
/// line.
fn title(job: &Job, examined: &Examined) -> String {
    let first = examined.report.findings.first();
    let said = first.map_or_else(
        || "healthy".to_owned(),
        |first| format!("{} ({})", first.mode, first.confidence),
    );
    format!("{} on {}: {said}", job.row.name, job.worker.allocator.name())
}
