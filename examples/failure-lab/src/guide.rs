//! The guide: writes the reports, pictures and matrix of a run into marked places of a document.
//!
//! A place begins with a line `<!-- failure-lab: matrix -->`,
//! `<!-- failure-lab: report retention jemalloc -->` or
//! `<!-- failure-lab: picture batch-job glibc -->`, and ends with `<!-- failure-lab: end -->`. With
//! `flamegraph` in place of `picture` it is the live heap by call stack. The lines between them are
//! replaced. Pictures are in the folder `pictures` beside the document.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use worker_harness::{Allocator, places};

use crate::matrix::Matrix;
use crate::output::DRAWN;
use crate::picture;
use crate::protocol::Examined;
use crate::run::{Job, Ran};
use crate::table::{self, Row};

/// What belongs into a place.
enum Place {
    Matrix,
    /// The report and the picture of a service on an allocator.
    Report(&'static Row, Allocator),
    Picture(&'static Row, Allocator),
    Flamegraph(&'static Row, Allocator),
}

impl Place {
    fn of(words: &str) -> anyhow::Result<Self> {
        match words.split(' ').collect::<Vec<_>>()[..] {
            ["matrix"] => Ok(Self::Matrix),
            ["report", service, on] => {
                service_on(service, on).map(|(row, on)| Self::Report(row, on))
            }
            ["picture", service, on] => {
                service_on(service, on).map(|(row, on)| Self::Picture(row, on))
            }
            ["flamegraph", service, on] => {
                service_on(service, on).map(|(row, on)| Self::Flamegraph(row, on))
            }
            _ => bail!("it has a place for `{words}`, and the lab writes no such thing"),
        }
    }
}

fn service_on(service: &str, on: &str) -> anyhow::Result<(&'static Row, Allocator)> {
    let (_, row) =
        table::find(service).with_context(|| format!("there is no service `{service}`"))?;
    let on = Allocator::from_name(on).filter(|on| row.on.contains(on));
    Ok((row, on.with_context(|| format!("`{service}` does not run on that allocator"))?))
}

/// Checks that the document exists and that a run can fill each of its places.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let filled = fs::read_to_string(file)
        .map_err(Into::into)
        .and_then(|document| fill(&document, |_| Ok(String::new())));
    filled.map(drop).with_context(|| format!("the guide {} cannot be written", file.display()))
}

/// Writes the results of the runs into the places of the document.
pub(crate) fn write(file: &Path, ran: &[Ran], matrix: &Matrix) -> anyhow::Result<()> {
    let failed = || format!("the guide {} cannot be written", file.display());
    let document = fs::read_to_string(file).with_context(failed)?;
    let pictures = file.parent().unwrap_or(Path::new("")).join("pictures");
    fs::create_dir_all(&pictures).with_context(failed)?;
    let filled = fill(&document, |place| match place {
        Place::Matrix => Ok(format!("{}\n\n{}", counted(ran, matrix), matrix.markdown())),
        Place::Report(row, on) => {
            let (job, examined) = find(ran, row, on)?;
            Ok(format!("```text\n{}```\n\n{}", examined.report, drawn(&pictures, job, examined)?))
        }
        Place::Picture(row, on) => {
            find(ran, row, on).and_then(|(job, examined)| drawn(&pictures, job, examined))
        }
        Place::Flamegraph(row, on) => find(ran, row, on)
            .and_then(|(job, examined)| flames(&pictures, job, examined.flamegraph.as_deref())),
    });
    fs::write(file, filled.with_context(failed)?).with_context(failed)
}

/// How many runs and seeds the matrix counts.
fn counted(ran: &[Ran], matrix: &Matrix) -> String {
    let seeds = ran.iter().map(|ran| ran.job.seed).max().unwrap_or(0);
    let (runs, right) = matrix.counts();
    format!("Seeds 1 to {seeds}: {right} of {runs} runs are as they should be.")
}

/// The document, with new content in its places.
fn fill(
    document: &str,
    mut content: impl FnMut(Place) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    places::fill("failure-lab", document, |words| content(Place::of(words)?))
}

/// The run of the seed that is drawn.
fn find<'a>(ran: &'a [Ran], row: &Row, on: Allocator) -> anyhow::Result<(&'a Job, &'a Examined)> {
    let is_it = |ran: &&Ran| {
        ran.job.row.name == row.name && ran.job.worker.allocator == on && ran.job.seed == DRAWN
    };
    let ran = ran
        .iter()
        .find(is_it)
        .with_context(|| format!("`{}` was not run on {}", row.name, on.name()))?;
    match &ran.examined {
        Ok(examined) => Ok((&ran.job, examined)),
        Err(reason) => bail!("`{}` on {} was not examined: {reason}", row.name, on.name()),
    }
}

/// Draws the run into its file, and gives the link to it.
fn drawn(pictures: &Path, job: &Job, examined: &Examined) -> anyhow::Result<String> {
    let name = picture::file_name(job);
    picture::write(&pictures.join(&name), job, examined)?;
    let (service, on) = (job.row.name, job.worker.allocator.name());
    Ok(format!("![What the memory of `{service}` on {on} was made of, over time](pictures/{name})"))
}

/// Writes the flame graph into its file, and gives the link to it.
fn flames(pictures: &Path, job: &Job, flamegraph: Option<&str>) -> anyhow::Result<String> {
    let (service, on) = (job.row.name, job.worker.allocator.name());
    let flamegraph =
        flamegraph.with_context(|| format!("`{service}` on {on} has no profile of the heap"))?;
    let name = format!("flamegraph-{service}-{on}.svg");
    fs::write(pictures.join(&name), flamegraph).with_context(|| format!("{name} of the guide"))?;
    Ok(format!("![The live heap of `{service}` on {on} by call stack](pictures/{name})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::TABLE;

    const MARK: &str = "<!-- failure-lab: ";
    const END: &str = "<!-- failure-lab: end -->";

    /// Other services show the same, on another allocator or without a profile.
    const TWINS: [&str; 3] = ["remote-frees", "profiled-cache", "sampled-cache"];

    const GUIDE: &str = include_str!("../../../docs/book/src/why-is-my-memory-growing.md");

    #[test]
    fn places_are_filled_and_the_rest_stays() {
        let document = format!(
            "a\n{MARK}report retention glibc -->\nold\n{END}\nb\n{MARK}matrix -->\n{END}\nc\n"
        );
        let new = |place| {
            Ok(match place {
                Place::Matrix => "new matrix\n".to_owned(),
                Place::Report(row, on) => format!("new {} {}\n", row.name, on.name()),
                Place::Picture(..) | Place::Flamegraph(..) => unreachable!(),
            })
        };
        let filled = fill(&document, new).unwrap();
        let expected = format!(
            "a\n{MARK}report retention glibc -->\nnew retention glibc\n{END}\nb\n\
                 {MARK}matrix -->\nnew matrix\n{END}\nc\n"
        );
        assert_eq!(filled, expected);
        assert_eq!(fill(&filled, new).unwrap(), filled);
    }

    #[test]
    fn a_place_without_an_end_or_a_content_is_an_error() {
        let error = |words: &str, end: &str| {
            fill(&format!("{MARK}{words} -->\n{end}\n"), |_| Ok(String::new()))
                .unwrap_err()
                .to_string()
        };
        assert!(error("matrix", "").contains("`matrix` does not end"));
        assert!(error("index", END).contains("a place for `index`"));
        assert!(error("report leak glibc", END).contains("no service `leak`"));
        assert!(
            error("picture second-allocator glibc", END)
                .contains("`second-allocator` does not run on that allocator")
        );
    }

    #[test]
    fn the_guide_shows_every_trouble_and_every_healthy_service() {
        let mut shown = Vec::new();
        let filled = fill(GUIDE, |place| {
            if let Place::Report(row, _) | Place::Picture(row, _) = place {
                shown.push(row.name);
            }
            Ok("here".to_owned())
        });
        assert!(filled.unwrap().contains("matrix -->\nhere\n"));
        let names = TABLE.iter().map(|row| row.name);
        let missing: Vec<_> =
            names.filter(|name| !TWINS.contains(name) && !shown.contains(name)).collect();
        assert_eq!(missing, [""; 0], "services that the guide does not show");
    }
}
