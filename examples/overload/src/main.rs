//! `overload`: the program of the library with the same name. It declares the allocator.

use std::process::ExitCode;

fn main() -> ExitCode {
    request_arena::use_jemalloc!();
    overload::cli::main()
}
