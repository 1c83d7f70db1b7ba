//! The one `unsafe` call of this program: `heed` has no safe way to open an LMDB environment.

use std::path::Path;

use heed::{Env, EnvOpenOptions, WithoutTls};

/// The limit of the index's size: address space, not memory. The file is as large as its content.
const MAP_SIZE: usize = if cfg!(target_pointer_width = "64") { 8 << 30 } else { 1 << 30 };

/// Opens the environment in `folder`, with transactions that may move between threads, as futures
/// do.
///
/// # Errors
/// If LMDB cannot open it.
#[expect(unsafe_code, reason = "a memory map is only as safe as the file under it")]
pub(super) fn open(folder: &Path, readers: u32) -> heed::Result<Env<WithoutTls>> {
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size(MAP_SIZE).max_readers(readers).max_dbs(5);
    // SAFETY: the map stays valid as long as LMDB alone changes the file. The folder is this
    // program's own. LMDB's lock file orders several processes (there is no `NO_LOCK` and no other
    // unsafe flag), and `heed` orders several opens in one. No memory map is safe against another
    // program that shortens or overwrites its file.
    unsafe { options.open(folder) }
}
