//! `search-server`: see the library of the same name.
//!
//! The allocator is declared here and not in the library, so that a program which links the library
//! chooses its own. Every test binary declares the same one.

use std::process::ExitCode;

fn main() -> ExitCode {
    request_arena::use_jemalloc!();
    search_server::cli::main()
}
