//! The one `unsafe` call of this program: `heed` has no safe way to open an LMDB environment.

use std::path::Path;

use heed::{Env, EnvOpenOptions, WithoutTls};

/// The limit of a store's size: address space, not memory.
const MAP_SIZE: usize = if cfg!(target_pointer_width = "64") { 8 << 30 } else { 1 << 30 };

/// Opens the environment in `folder`.
///
/// # Errors
/// If LMDB cannot open it.
#[expect(unsafe_code, reason = "a memory map is only as safe as the file under it")]
pub(super) fn open(folder: &Path) -> heed::Result<Env<WithoutTls>> {
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size(MAP_SIZE).max_dbs(1);
    // SAFETY: the map stays valid as long as LMDB alone changes the file. The folder is this
    // process's own, made a moment ago under a unique name, and no unsafe flag is set.
    unsafe { options.open(folder) }
}
