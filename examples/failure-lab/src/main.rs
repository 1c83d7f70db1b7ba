//! `failure-lab`: see the library of the same name.

use std::process::ExitCode;

fn main() -> ExitCode {
    failure_lab::cli::main()
}
