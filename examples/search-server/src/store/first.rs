//! The first start: writes the whole data set into an empty index, in one transaction, with a
//! progress bar.
//!
//! It is the same path as `POST /documents`. The same transaction writes the marker `filled_with`.
//! So an interruption (Ctrl-C, a power cut) leaves an empty index without a marker, and the next
//! start begins again.

use indicatif::{ProgressBar, ProgressStyle};
use request_arena::{Arena, request_arena};

use super::{FILLED_WITH, Store, StoreError, update};
use crate::batch::{self, Format};

impl Store {
    /// Fills the index with the documents of `json`, an array, unless it is filled. `name` is the
    /// name of the data.
    ///
    /// # Errors
    /// If the index holds other data, the JSON is wrong, or LMDB fails. Then the index is
    /// unchanged.
    #[request_arena(name = "first_index")]
    pub fn fill(
        &self,
        name: &str,
        json: impl FnOnce() -> std::io::Result<Vec<u8>>,
        bar: &ProgressBar,
        arena: Arena<'_>,
    ) -> Result<bool, StoreError> {
        let mut wtxn = self.env.write_txn()?;
        match self.tables.meta.get(&wtxn, FILLED_WITH)? {
            Some(found) if found == name.as_bytes() => return Ok(false),
            Some(found) => {
                return Err(StoreError::OtherData(String::from_utf8_lossy(found).into_owned()));
            }
            None => {}
        }
        bar.set_style(style("{msg} {spinner}"));
        bar.set_message("Unpacking");
        let json = json().map_err(StoreError::Folder)?;
        let documents = batch::parse(&arena, Format::Array, &json)
            .map_err(|_| StoreError::Corrupt("the data set is invalid"))?;
        bar.set_style(style("{msg} [{wide_bar}] {percent}% {elapsed}"));
        bar.set_message(format!("Indexing {} documents", documents.len()));
        update::add(&arena, &mut wtxn, &self.tables, documents, &mut |done, of| {
            if done % 1024 == 0 {
                bar.set_length(of as u64);
                bar.set_position(done as u64);
            }
        })?;
        self.tables.meta.put(&mut wtxn, FILLED_WITH, name.as_bytes())?;
        wtxn.commit()?;
        bar.finish_and_clear();
        Ok(true)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
