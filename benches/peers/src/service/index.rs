//! The index of all cities, beside this program. It is filled once, and all processes use it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use axum::http::Uri;
use loopback::Ask;
use tempfile::TempDir;

use super::{child, filling::QUERIES};

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

    /// Requests for at most `most` of these [searches](Self::searches).
    pub(crate) fn asks(&self, most: usize) -> anyhow::Result<Vec<Ask>> {
        Ok(self.searches(most)?.iter().map(|uri| Ask::get(uri.to_string())).collect())
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
