//! The store: documents and the inverted index, in one LMDB environment.
//!
//! | table | key | value |
//! |---|---|---|
//! | `documents` | id | the document, in `postcard` |
//! | `postings` | word | the ids of the documents with this word, ascending `u32`s |
//! | `columns` | id / 256 | the ranking data of 256 documents ([`columns`]) |
//! | `countries` | country code | the number of its documents |
//! | `meta` | name | the dictionary of all words, counters, the marker of a complete index |
//!
//! **Invariant:** every change is one write transaction. So a reader sees a batch whole or not at
//! all. An index with an interrupted first filling is empty and has no marker.

pub mod columns;
mod dictionary;
mod env;
mod first;
pub mod postings;
mod update;

use std::{io, path::Path, sync::Arc};

use fst::raw::Fst;
use heed::{
    CommitOrAbort, Database, Env, EnvClosingEvent, RoTxn, WithoutTls,
    byteorder::BigEndian,
    types::{Bytes, Str, U32},
};
use request_arena::Arena;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, SemaphorePermit};

pub use self::{columns::Columns, update::Indexed};
use crate::document::{Document, NewDocument};

/// The limit of open read transactions. A further one waits for another to end.
const READERS: u32 = 64;

/// The next free id's key in `meta`.
const NEXT_ID: &str = "next_id";
/// The key in `meta` with the name of the index's data. It is written last.
const FILLED_WITH: &str = "filled_with";

/// Ids as keys, big-endian so that they sort as numbers. `heed`'s own type for them allocates a
/// block of the heap for each key.
type Id = Bytes;
type Count = U32<BigEndian>;

/// The databases of the environment.
#[derive(Clone, Copy, Debug)]
pub struct Tables {
    documents: Database<'static, Id, Bytes>,
    postings: Database<'static, Str, Bytes>,
    columns: Database<'static, Id, Bytes>,
    countries: Database<'static, Str, Count>,
    meta: Database<'static, Str, Bytes>,
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    env: Env<WithoutTls>,
    tables: Tables,
    readers: Readers,
    writer: Semaphore,
}

/// The permits to read.
#[derive(Clone, Debug)]
pub struct Readers(Arc<Semaphore>);

impl Readers {
    fn new() -> Self {
        Self(Arc::new(Semaphore::new(READERS as usize)))
    }

    /// Waits until there is no reader. While the result lives, a request that wants to read waits,
    /// with all that it holds.
    ///
    /// # Errors
    /// Never while the store is open.
    pub async fn hold(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        Arc::clone(&self.0).acquire_many_owned(READERS).await
    }
}

/// Why the store fails.
#[derive(Debug)]
pub enum StoreError {
    /// The folder cannot be made or written.
    Folder(io::Error),
    /// LMDB's own error.
    Lmdb(heed::Error),
    /// The folder holds an index of other data.
    OtherData(String),
    /// A value that this program did not write.
    Corrupt(&'static str),
    /// Two documents of a batch have the same id.
    SameIdTwice(u32),
    /// No id is left.
    NoIdLeft,
}

impl From<heed::Error> for StoreError {
    fn from(error: heed::Error) -> Self {
        Self::Lmdb(error)
    }
}

impl std::error::Error for StoreError {}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(error) => write!(f, "the data folder cannot be used: {error}"),
            Self::Lmdb(heed::Error::Io(error)) => {
                write!(f, "the data folder cannot be used: {error}")
            }
            Self::Lmdb(error) => write!(f, "the index cannot be used: {error}"),
            Self::OtherData(found) => {
                write!(f, "the index was filled with {found}; delete the folder to fill it again")
            }
            Self::Corrupt(what) => write!(f, "the index is damaged: {what}"),
            Self::SameIdTwice(id) => write!(f, "two documents of the batch have the id {id}"),
            Self::NoIdLeft => f.write_str("no free id is left: give the documents an `id`"),
        }
    }
}

impl Store {
    /// Opens the store in `folder`. Makes a new one if there is none.
    ///
    /// # Errors
    /// If the folder cannot be written, or is not a store.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(StoreError::Folder)?;
        let env = env::open(folder, READERS)?;
        let wtxn = env.write_txn()?;
        let tables = env.create_databases_and_commit(wtxn, |make, wtxn| {
            heed::Result::Ok(CommitOrAbort::<_, ()>::Commit((
                make.create_database::<Id, Bytes>(wtxn, Some("documents"))?,
                make.create_database::<Str, Bytes>(wtxn, Some("postings"))?,
                make.create_database::<Id, Bytes>(wtxn, Some("columns"))?,
                make.create_database::<Str, Count>(wtxn, Some("countries"))?,
                make.create_database::<Str, Bytes>(wtxn, Some("meta"))?,
            )))
        })?;
        let (documents, postings, columns, countries, meta) =
            tables.commit().ok_or(StoreError::Corrupt("a table is missing"))?;
        let tables = Tables { documents, postings, columns, countries, meta };
        let store = Self { env, tables, readers: Readers::new(), writer: Semaphore::new(1) };
        let mut wtxn = store.env.write_txn()?;
        dictionary::create(&mut wtxn, &tables)?;
        wtxn.commit()?;
        Ok(store)
    }

    /// An event for the end of the environment, which closes when the last owner of this store is
    /// gone.
    pub fn closing(&self) -> EnvClosingEvent {
        self.env.clone().prepare_for_closing()
    }

    /// The permits to read.
    pub fn readers(&self) -> Readers {
        self.readers.clone()
    }

    /// A consistent view of the store. Waits while too many are open.
    ///
    /// # Errors
    /// If LMDB cannot begin a transaction.
    pub async fn read(&self) -> Result<Reader<'_>, StoreError> {
        // The semaphores are never closed.
        let permit =
            self.readers.0.acquire().await.map_err(|_| StoreError::Corrupt("it is closed"))?;
        Ok(Reader { txn: self.env.read_txn()?, tables: self.tables, _permit: permit })
    }

    /// Waits until there is no other writer. Holding the turn does not begin a transaction yet.
    ///
    /// # Errors
    /// Never while the store is open.
    pub async fn turn_to_write(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        self.writer.acquire().await.map_err(|_| StoreError::Corrupt("it is closed"))
    }

    /// Adds `batch` as a whole, in one transaction. Blocks until it is written.
    ///
    /// # Errors
    /// If two documents have the same id, or LMDB fails. Then the store is unchanged.
    pub fn add<'a>(
        &self,
        arena: &Arena<'a>,
        batch: &[NewDocument<'a>],
    ) -> Result<Indexed, StoreError> {
        let mut wtxn = self.env.write_txn()?;
        let indexed = update::add(arena, &mut wtxn, &self.tables, batch, &mut |_, _| {})?;
        wtxn.commit()?;
        Ok(indexed)
    }
}

/// A consistent view of the store, without later changes. It can be held across awaits.
pub struct Reader<'s> {
    txn: RoTxn<'s, WithoutTls>,
    tables: Tables,
    _permit: SemaphorePermit<'s>,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("snapshot", &self.txn.id()).finish_non_exhaustive()
    }
}

impl Reader<'_> {
    /// All words of all documents, in two tries.
    ///
    /// # Errors
    /// If LMDB fails, or the dictionary is damaged.
    pub fn dictionary(&self) -> Result<[Fst<&[u8]>; 2], StoreError> {
        dictionary::read(&self.tables, &self.txn)
    }

    /// The document with this id.
    ///
    /// # Errors
    /// If LMDB fails, or the document is damaged.
    pub fn document(&self, id: u32) -> Result<Option<Document<'_>>, StoreError> {
        document(&self.tables, &self.txn, id)
    }

    /// The ranking data of every document.
    pub fn columns(&self) -> Columns<'_> {
        Columns::new(self.tables.columns, &self.txn)
    }

    /// Calls `each` with the ids of every document with `word`, or with any word that begins with
    /// it.
    ///
    /// # Errors
    /// If LMDB fails.
    pub fn postings<'t>(
        &'t self,
        word: &str,
        open_ended: bool,
        mut each: impl FnMut(&str, &'t [u8]),
    ) -> Result<(), StoreError> {
        if open_ended {
            for entry in self.tables.postings.prefix_iter(&self.txn, word)? {
                let (word, ids) = entry?;
                each(word, ids);
            }
        } else if let Some(ids) = self.tables.postings.get(&self.txn, word)? {
            each(word, ids);
        }
        Ok(())
    }

    /// Every country with the number of its documents, by code.
    ///
    /// # Errors
    /// If LMDB fails.
    pub fn countries(
        &self,
    ) -> Result<impl Iterator<Item = Result<(&str, u32), StoreError>>, StoreError> {
        Ok(self.tables.countries.iter(&self.txn)?.map(|entry| entry.map_err(StoreError::from)))
    }

    /// The number of documents.
    ///
    /// # Errors
    /// If LMDB fails.
    pub fn documents(&self) -> Result<u64, StoreError> {
        Ok(self.tables.documents.len(&self.txn)?)
    }
}

fn document<'t>(
    tables: &Tables,
    txn: &'t RoTxn<'_>,
    id: u32,
) -> Result<Option<Document<'t>>, StoreError> {
    let Some(bytes) = tables.documents.get(txn, &id.to_be_bytes())? else { return Ok(None) };
    postcard::from_bytes(bytes)
        .map(Some)
        .map_err(|_| StoreError::Corrupt("a document cannot be decoded"))
}
