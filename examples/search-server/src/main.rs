//! `search-server`: see the library of the same name.

use std::process::ExitCode;

fn main() -> ExitCode {
    search_server::cli::main()
}
