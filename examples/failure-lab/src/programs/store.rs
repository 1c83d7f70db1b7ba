//! A store of documents in LMDB, in a temporary folder of its own.

use std::hint::black_box;
use std::ops::Range;
use std::sync::Arc;

use anyhow::Context;
use heed::types::{Bytes, U64};
use heed::{CommitOrAbort, Database, Env, WithoutTls, byteorder::BigEndian};
use tempfile::TempDir;

use crate::service::Stage;

const PAGE: usize = 4096;

/// A service that searches a store: how much is in it, and how often requests come.
pub(super) struct Searched {
    pub(super) store: Arc<Store>,
    /// Documents.
    pub(super) count: u64,
    pub(super) threads: usize,
    /// Requests per second.
    pub(super) rate: u64,
}

impl Searched {
    /// Draws the figures, and fills the store.
    pub(super) fn draw(stage: &mut Stage) -> anyhow::Result<Self> {
        let bytes = stage.draw.mib("index", 96..=256);
        let size = stage.draw.count("bytes of a document", 2_000..=30_000);
        let threads = stage.draw.count("threads", 1..=3);
        let rate = stage.draw.between("requests per second", 200..=800);
        let store = Arc::new(Store::new()?);
        let count = store.fill(bytes, size)?;
        Ok(Self { store, count, threads, rate })
    }
}

/// Documents by number.
#[derive(Debug)]
pub(super) struct Store {
    env: Env<WithoutTls>,
    documents: Database<'static, U64<BigEndian>, Bytes>,
    // Dropped last, as it holds the files.
    _folder: TempDir,
}

impl Store {
    /// An empty store.
    pub(super) fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no folder for the store")?;
        let env = super::open::open(folder.path()).context("the store does not open")?;
        let documents =
            env.create_databases_and_commit(env.write_txn()?, |make, transaction| {
                let documents = make.create_database(transaction, Some("documents"))?;
                heed::Result::Ok(CommitOrAbort::<_, ()>::Commit(documents))
            })?;
        let documents = documents.commit().context("the store's table was not made")?;
        Ok(Self { env, documents, _folder: folder })
    }

    /// Writes documents of `size` bytes in one transaction.
    pub(super) fn write(&self, numbers: Range<u64>, size: usize) -> anyhow::Result<()> {
        let mut transaction = self.env.write_txn()?;
        let mut document = vec![0; size];
        for number in numbers {
            document.fill(number.to_le_bytes()[0] | 1);
            self.documents.put(&mut transaction, &number, &document)?;
        }
        Ok(transaction.commit()?)
    }

    /// Writes documents of `size` bytes, `bytes` in all. The transactions are so small that LMDB
    /// retains nothing of them. Gives the number of documents.
    pub(super) fn fill(&self, bytes: usize, size: usize) -> anyhow::Result<u64> {
        let (count, at_once) = ((bytes / size) as u64, ((2 << 20) / size) as u64);
        let mut first = 0;
        while first < count {
            let end = count.min(first + at_once);
            self.write(first..end, size)?;
            first = end;
        }
        Ok(count)
    }

    /// Reads a byte of every page of the documents.
    pub(super) fn read(&self, numbers: impl IntoIterator<Item = u64>) -> anyhow::Result<()> {
        let transaction = self.env.read_txn()?;
        let mut sum = 0_u64;
        for number in numbers {
            let document =
                self.documents.get(&transaction, &number)?.context("a document is missing")?;
            sum += document.iter().step_by(PAGE).map(|&byte| u64::from(byte)).sum::<u64>();
        }
        // The sum has no use, but the pages must be read.
        black_box(sum);
        Ok(())
    }
}
