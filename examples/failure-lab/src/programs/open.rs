//! The one `unsafe` call of this program: `heed` has no safe way to open an LMDB environment.

use std::path::Path;

use heed::{Env, EnvOpenOptions, WithoutTls};

/// The most that a store may grow to. Address space, not memory.
const MAP_SIZE: usize = if cfg!(target_pointer_width = "64") { 8 << 30 } else { 1 << 30 };

/// Opens the environment in `folder`.
///
/// # Errors
/// If LMDB cannot.
#[expect(unsafe_code, reason = "a memory map is only as safe as the file under it")]
pub(super) fn open(folder: &Path) -> heed::Result<Env<WithoutTls>> {
    let mut options = EnvOpenOptions::new().read_txn_without_tls();
    options.map_size(MAP_SIZE).max_dbs(1);
    // SAFETY: the map stays valid as long as nobody changes the file but LMDB. The folder is this
    // process's own, made a moment ago under a name that nobody else has, and no unsafe flag is
    // set.
    unsafe { options.open(folder) }
}
