//! The one `unsafe` call of this program: `heed` has no safe way to open an LMDB environment.

use std::path::Path;

use heed::{Env, EnvOpenOptions, WithoutTls};

/// The most that the index may grow to. Address space, not memory; the file is as large as what is
/// in it.
const MAP_SIZE: usize = if cfg!(target_pointer_width = "64") { 8 << 30 } else { 1 << 30 };

/// Opens the environment in `folder`, with transactions that may move between threads, as futures
/// do.
///
/// # Errors
/// If LMDB cannot.
#[expect(unsafe_code, reason = "a memory map is only as safe as the file under it")]
pub(super) fn open(folder: &Path, readers: u32) -> heed::Result<Env<WithoutTls>> {
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size(MAP_SIZE).max_readers(readers).max_dbs(5);
    // SAFETY: the map stays valid as long as nobody changes the file but LMDB. The folder is this
    // program's own, LMDB's lock file (no `NO_LOCK` here, no other unsafe flag) orders several
    // processes, `heed` orders several opens in one, and a file shortened or overwritten by another
    // program is outside of what any memory map can be safe against.
    unsafe { options.open(folder) }
}
