//! The guide: a document with marked places, into which reports, pictures and the matrix of a run are written.
//!
//! A place begins with a line `<!-- failure-lab: matrix -->`, `<!-- failure-lab: report retention jemalloc -->` or `<!-- failure-lab: picture batch-job glibc -->`, and ends with
//! `<!-- failure-lab: end -->`. What is between them is replaced. Pictures lie in the folder `pictures` beside the document.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::matrix::Matrix;
use crate::output::DRAWN;
use crate::picture;
use crate::run::Ran;
use crate::table::{self, On};

const MARK: &str = "<!-- failure-lab: ";
const END: &str = "<!-- failure-lab: end -->";

/// Whether the document is there, and every place in it is one that can be filled.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let read = || {
        fill(&fs::read_to_string(file)?, |place| match place {
            ["matrix"] => Ok(String::new()),
            ["report" | "picture", service, on] => {
                let (_, row) = table::find(service).with_context(|| format!("there is no service `{service}`"))?;
                let is_there = On::named(on).is_some_and(|on| row.on.contains(&on));
                ensure!(is_there, "`{service}` is not run on `{on}`");
                Ok(String::new())
            }
            other => bail!("it has a place for `{}`, which nothing can fill", other.join(" ")),
        })
    };
    read().map(drop).with_context(|| format!("the guide {} cannot be written", file.display()))
}

/// Writes what was run into the places of the document.
pub(crate) fn write(file: &Path, ran: &[Ran], matrix: &Matrix) -> anyhow::Result<()> {
    let failed = || format!("the guide {} cannot be written", file.display());
    let document = fs::read_to_string(file).with_context(failed)?;
    let pictures = file.parent().unwrap_or(Path::new("")).join("pictures");
    fs::create_dir_all(&pictures).with_context(failed)?;
    let filled = fill(&document, |place| match place {
        ["matrix"] => Ok(format!("{}\n\n{}", counted(ran, matrix), matrix.markdown())),
        ["report", service, on] => {
            let (ran, report) = find(ran, service, on)?;
            Ok(format!("```text\n{report}```\n\n{}", drawn(&pictures, ran)?))
        }
        ["picture", service, on] => drawn(&pictures, find(ran, service, on)?.0),
        other => bail!("it has a place for `{}`, which nothing can fill", other.join(" ")),
    });
    fs::write(file, filled.with_context(failed)?).with_context(failed)
}

/// How many runs and seeds the matrix is of.
fn counted(ran: &[Ran], matrix: &Matrix) -> String {
    let seeds = ran.iter().map(|ran| ran.job.seed).max().unwrap_or(0);
    let (runs, right) = matrix.counts();
    format!("Seeds 1 to {seeds}: {right} of {runs} runs are as they should be.")
}

/// The document with its places filled anew.
fn fill(document: &str, mut content: impl FnMut(&[&str]) -> anyhow::Result<String>) -> anyhow::Result<String> {
    let mut filled = String::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        filled.extend([line, "\n"]);
        let Some(place) = line.strip_prefix(MARK).and_then(|rest| rest.strip_suffix(" -->")) else { continue };
        ensure!(lines.any(|line| line == END), "the place `{place}` does not end with `{END}`");
        let content = content(&place.split(' ').collect::<Vec<_>>())?;
        filled.extend([content.trim_end(), "\n", END, "\n"]);
    }
    Ok(filled)
}

/// The run of the seed that is drawn, and what the doctor said.
fn find<'a>(ran: &'a [Ran], service: &str, on: &str) -> anyhow::Result<(&'a Ran, String)> {
    let on = On::named(on).with_context(|| format!("there is no allocator `{on}`"))?;
    let is_it = |ran: &&Ran| ran.job.row.name == service && ran.job.worker.on == on && ran.job.seed == DRAWN;
    let ran = ran.iter().find(is_it).with_context(|| format!("`{service}` was not run on {}", on.name()))?;
    match &ran.examined {
        Ok(examined) => Ok((ran, examined.report.to_string())),
        Err(reason) => bail!("`{service}` on {} was not examined: {reason}", on.name()),
    }
}

/// Draws the run into its file, and refers to it.
fn drawn(pictures: &Path, ran: &Ran) -> anyhow::Result<String> {
    let (job, Ok(examined)) = (&ran.job, &ran.examined) else { bail!("what was not examined cannot be drawn") };
    let name = picture::file_name(job);
    picture::write(&pictures.join(&name), job, examined)?;
    let (service, on) = (job.row.name, job.worker.on.name());
    Ok(format!("![What the memory of `{service}` on {on} was made of, over time](pictures/{name})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{TABLE, find as row};

    /// What they do is shown by others: on another allocator, and without a profile.
    const TWINS: [&str; 2] = ["remote-frees", "profiled-cache"];

    const GUIDE: &str = include_str!("../../../docs/why-is-my-memory-growing.md");

    #[test]
    fn places_are_filled_and_the_rest_stays() {
        let document = format!("a\n{MARK}report x y -->\nold\n{END}\nb\n{MARK}matrix -->\n{END}\nc\n");
        let filled = fill(&document, |place| Ok(format!("new {}\n", place.join("+")))).unwrap();
        assert_eq!(
            filled,
            format!("a\n{MARK}report x y -->\nnew report+x+y\n{END}\nb\n{MARK}matrix -->\nnew matrix\n{END}\nc\n")
        );
        assert_eq!(fill(&filled, |place| Ok(format!("new {}\n", place.join("+")))).unwrap(), filled);
    }

    #[test]
    fn a_place_without_an_end_is_told() {
        let error = fill(&format!("{MARK}matrix -->\n"), |_| Ok(String::new())).unwrap_err();
        assert!(error.to_string().contains("`matrix` does not end"), "{error}");
    }

    #[test]
    fn the_guide_shows_every_trouble_where_it_exists_and_every_healthy_service() {
        let mut shown = Vec::new();
        let filled = fill(GUIDE, |place| {
            if let [_, service, on] = *place {
                let (_, row) = row(service).expect("a service of the table");
                assert!(On::named(on).is_some_and(|on| row.on.contains(&on)), "{service} is not what it is on {on}");
                shown.push(service.to_owned());
            }
            Ok("here".to_owned())
        });
        assert!(filled.unwrap().contains("matrix -->\nhere\n"));
        let names = TABLE.iter().map(|row| row.name);
        let missing: Vec<_> =
            names.filter(|name| !TWINS.contains(name) && !shown.iter().any(|shown| shown == name)).collect();
        assert_eq!(missing, [""; 0], "services that the guide does not show");
    }
}
