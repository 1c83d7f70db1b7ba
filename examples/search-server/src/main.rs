//! `search-server`: the program of the library with the same name.
//!
//! It declares the allocator, and the library does not, so that another program can link the
//! library and choose its own. Every test binary declares the same allocator.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(feature = "heap-profile")]
    request_arena::use_jemalloc!(profiling: ready);
    #[cfg(not(feature = "heap-profile"))]
    request_arena::use_jemalloc!();
    search_server::cli::main()
}
