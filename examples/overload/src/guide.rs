//! The guide: writes the results into marked places of a document.
//!
//! The places are `table`, `picture RUN`, `log RUN` and `doctor RUN`, as
//! `<!-- overload: picture enforce -->`. Pictures are in the folder `pictures` beside the document.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use clap::ValueEnum;
use worker_harness::places;

use crate::ran::Ran;
use crate::run::Scenario;
use crate::{picture, table};

/// What belongs into a place.
enum Place {
    Table,
    Picture(Scenario),
    /// The last warning of the log.
    Log(Scenario),
    /// The doctor's first finding.
    Doctor(Scenario),
}

impl Place {
    fn of(words: &str) -> anyhow::Result<Self> {
        let run = |name| {
            Scenario::from_str(name, false)
                .map_err(|_| anyhow::anyhow!("it has a place for the run `{name}`, which is none"))
        };
        match words.split(' ').collect::<Vec<_>>()[..] {
            ["table"] => Ok(Self::Table),
            ["picture", name] => run(name).map(Self::Picture),
            ["log", name] => run(name).map(Self::Log),
            ["doctor", name] => run(name).map(Self::Doctor),
            _ => bail!("it has a place for `{words}`, and the program writes no such thing"),
        }
    }
}

/// Checks that the document exists and that all runs can fill each of its places.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let filled = fs::read_to_string(file)
        .map_err(Into::into)
        .and_then(|document| fill(&document, |_| Ok(String::new())));
    filled.map(drop).with_context(|| format!("the guide {} cannot be written", file.display()))
}

/// Writes the results into the places of the document.
pub(crate) fn write(file: &Path, ran: &[Ran]) -> anyhow::Result<()> {
    let failed = || format!("the guide {} cannot be written", file.display());
    let document = fs::read_to_string(file).with_context(failed)?;
    let pictures = file.parent().unwrap_or(Path::new("")).join("pictures");
    fs::create_dir_all(&pictures).with_context(failed)?;
    let filled = fill(&document, |place| match place {
        Place::Table => Ok(table::markdown(ran)),
        Place::Picture(scenario) => drawn(&pictures, find(ran, scenario)?),
        Place::Log(scenario) => {
            let line = find(ran, scenario)?.seen.last_warning();
            Ok(text(&line.with_context(|| format!("`{}` logged nothing", scenario.name()))?))
        }
        Place::Doctor(scenario) => {
            let diagnosis = find(ran, scenario)?.seen.diagnosis.as_ref();
            let finding = diagnosis.and_then(|diagnosis| diagnosis.findings.first());
            let missing = || format!("the doctor found nothing in `{}`", scenario.name());
            Ok(text(&finding.with_context(missing)?.to_string()))
        }
    });
    fs::write(file, filled.with_context(failed)?).with_context(failed)
}

fn fill(
    document: &str,
    mut content: impl FnMut(Place) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    places::fill("overload", document, |words| content(Place::of(words)?))
}

/// The first run of a scenario, which is the one that is shown.
fn find(ran: &[Ran], scenario: Scenario) -> anyhow::Result<&Ran> {
    let first = ran.iter().find(|ran| ran.scenario == scenario);
    first.with_context(|| format!("`{}` was not run", scenario.name()))
}

fn text(output: &str) -> String {
    format!("```text\n{}\n```", output.trim_end())
}

/// Draws the run into its file, and gives the link to it.
fn drawn(pictures: &Path, ran: &Ran) -> anyhow::Result<String> {
    let name = format!("overload-{}.svg", ran.scenario.name());
    let file = pictures.join(&name);
    fs::write(&file, picture::svg(ran))
        .with_context(|| format!("the picture cannot be written to {}", file.display()))?;
    Ok(format!("![The memory of the group over time: {}](pictures/{name})", ran.scenario.about()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUIDE: &str = include_str!("../../../docs/book/src/overload.md");

    #[test]
    fn the_page_has_the_table_and_pictures_of_the_runs_that_matter() {
        let (mut tables, mut drawn) = (0, Vec::new());
        let filled = fill(GUIDE, |place| {
            match place {
                Place::Table => tables += 1,
                Place::Picture(scenario) => drawn.push(scenario),
                Place::Log(_) | Place::Doctor(_) => {}
            }
            Ok("here".to_owned())
        });
        assert!(filled.unwrap().contains("<!-- overload: table -->\nhere\n"));
        assert_eq!(tables, 1);
        assert_eq!(drawn, [Scenario::Unprotected, Scenario::Enforce, Scenario::Leak]);
    }

    #[test]
    fn a_place_without_a_content_is_an_error() {
        let error = |words: &str| {
            let document = format!("<!-- overload: {words} -->\n<!-- overload: end -->\n");
            fill(&document, |_| Ok(String::new())).unwrap_err().to_string()
        };
        assert!(error("matrix").contains("a place for `matrix`"));
        assert!(error("picture flood").contains("the run `flood`"));
    }
}
