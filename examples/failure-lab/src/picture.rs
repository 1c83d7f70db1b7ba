//! The picture of a run: the parts of the service's RSS over time, until the examination.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

use crate::protocol::Examined;
use crate::run::Job;

/// The file's name in the folder of all pictures.
pub(crate) fn file_name(job: &Job) -> String {
    format!("{}-{}.svg", job.row.name, job.worker.allocator.name())
}

/// Checks that the file's folder exists.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    ensure!(
        folder.is_dir(),
        "the picture cannot be written to {}: the folder {} does not exist",
        file.display(),
        folder.display()
    );
    Ok(())
}

/// Writes the picture, as an SVG without references.
pub(crate) fn write(file: &Path, job: &Job, examined: &Examined) -> anyhow::Result<()> {
    let svg = examined.timeline.to_svg(&title(job, examined));
    fs::write(file, svg)
        .with_context(|| format!("the picture cannot be written to {}", file.display()))
}

/// The title, of one line: the service, the allocator, and the mode of the first finding.
fn title(job: &Job, examined: &Examined) -> String {
    let first = examined.report.findings.first();
    let said = first.map_or_else(
        || "healthy".to_owned(),
        |first| format!("{} ({})", first.mode, first.confidence),
    );
    format!("{} on {}: {said}", job.row.name, job.worker.allocator.name())
}
