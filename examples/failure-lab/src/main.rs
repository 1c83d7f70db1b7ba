//! `failure-lab`: the library of the same name has the program.

use std::process::ExitCode;

fn main() -> ExitCode {
    failure_lab::cli::main()
}
