//! C libraries that are linked statically, by a function that each of them has. The dynamic linker
//! knows only shared libraries, and Rust packages usually build C code into the program.

use crate::symbols::weak;

/// The well-known C libraries in the program that allocate much memory.
#[must_use]
pub fn linked() -> Vec<&'static str> {
    let known = [
        ("SQLite", weak!("sqlite3_initialize")),
        ("LMDB", weak!("mdb_env_create")),
        ("RocksDB", weak!("rocksdb_options_create")),
        ("OpenSSL", weak!("SSL_CTX_new")),
        ("libcurl", weak!("curl_easy_init")),
        ("libgit2", weak!("git_libgit2_init")),
        ("librdkafka", weak!("rd_kafka_new")),
        ("libpq", weak!("PQconnectdb")),
        ("libxml2", weak!("xmlReadMemory")),
        ("zstd", weak!("ZSTD_createCCtx")),
        ("ONNX Runtime", weak!("OrtGetApiBase")),
    ];
    known.into_iter().filter_map(|(name, symbol)| symbol.map(|_| name)).collect()
}

/// The bytes that SQLite has allocated, by its own count. `None` if the program does not contain
/// SQLite, and 0 if its build does not count them (`SQLITE_DEFAULT_MEMSTATUS=0`).
#[must_use]
pub fn sqlite_bytes() -> Option<u64> {
    type MemoryUsed = unsafe extern "C" fn() -> i64;
    let symbol = weak!("sqlite3_memory_used")?;
    // SAFETY: all versions of `sqlite3.h` declare the function with this signature.
    let used =
        unsafe { core::mem::transmute::<*const core::ffi::c_void, MemoryUsed>(symbol.address()) };
    // SAFETY: SQLite allows the call at any time, from any thread, also before its initialisation.
    let bytes = unsafe { used() };
    u64::try_from(bytes).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_program_without_c_libraries_has_none() {
        assert_eq!(super::linked(), [""; 0]);
        assert_eq!(super::sqlite_bytes(), None);
    }
}
