//! Fills the index with all cities, and writes the queries of search-server's own check beside it.

use std::{fs, path::Path};

use anyhow::Context;
use indicatif::ProgressBar;
use search_server::{
    check::{plan::Plan, reference::Reference, step::Expect},
    data,
    store::Store,
};

/// The queries, a line each, in the order of the plan. The file is written last, so the index is
/// complete when it exists.
pub(super) const QUERIES: &str = "queries.txt";

/// Fills the index in `folder`, unless it is filled.
pub(super) fn fill(folder: &Path) -> anyhow::Result<()> {
    let store = Store::open(folder)?;
    store.fill(data::NAME, data::cities, &ProgressBar::hidden())?;
    let queries = planned()?.join("\n");
    let path = folder.join(QUERIES);
    fs::write(&path, queries).with_context(|| format!("{} cannot be written", path.display()))
}

/// The searches and facets that search-server's check plans over the data, as paths with
/// parameters.
pub(super) fn planned() -> anyhow::Result<Vec<String>> {
    let Plan { together, mixed, .. } = Plan::new(&Reference::load()?);
    let steps = together.into_iter().chain(mixed).flatten();
    let over_the_data =
        steps.filter(|step| matches!(step.expect, Expect::Search { .. } | Expect::Facets { .. }));
    Ok(over_the_data.map(|step| step.request.target).collect())
}
