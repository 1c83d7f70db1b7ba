//! The index of all cities, and the queries of search-server's own check. It is filled once, and
//! all processes use it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use axum::http::Uri;
use indicatif::ProgressBar;
use search_server::{
    check::{plan::Plan, reference::Reference, step::Expect},
    data,
    store::Store,
};
use tempfile::TempDir;

use super::child;

/// The queries, a line each, in the order of the plan. The file is written last, so the index is
/// complete when it exists.
const QUERIES: &str = "queries.txt";

/// LMDB's file.
const DATA: &str = "data.mdb";

/// The index on the disk.
#[derive(Debug)]
pub(crate) struct Index {
    folder: PathBuf,
    /// The folder of a copy.
    _temporary: Option<TempDir>,
}

impl Index {
    /// The index beside this program. It is filled if it does not exist.
    pub(crate) fn filled() -> anyhow::Result<Self> {
        let program = env::current_exe().context("the path of this program is unknown")?;
        let folder = program.with_file_name("peers-index");
        if !folder.join(QUERIES).is_file() {
            child::filled(&folder)?;
        }
        Ok(Self { folder, _temporary: None })
    }

    /// A copy, for a workload that writes into it.
    pub(crate) fn copy(&self) -> anyhow::Result<Self> {
        let copy = tempfile::tempdir_in(self.folder.parent().unwrap_or(Path::new(".")))?;
        fs::copy(self.folder.join(DATA), copy.path().join(DATA))
            .context("the index cannot be copied")?;
        Ok(Self { folder: copy.path().to_owned(), _temporary: Some(copy) })
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// At most `most` searches of the check, evenly out of all, as paths with parameters.
    pub(crate) fn searches(&self, most: usize) -> anyhow::Result<Vec<Uri>> {
        let path = self.folder.join(QUERIES);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let searches: Vec<&str> =
            text.lines().filter(|target| target.starts_with("/search?")).collect();
        let chosen = searches.iter().step_by(searches.len().div_ceil(most));
        chosen
            .map(|target| target.parse().with_context(|| format!("{target:?} is not a URI")))
            .collect()
    }
}

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
