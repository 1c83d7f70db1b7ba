//! Counts the instructions of a program's work, by Valgrind's tool callgrind. Nothing here knows
//! what is counted.
//!
//! The program is run with some number of iterations and with twice as many. What it does before
//! and after them is in both runs and goes with their difference, so that the figure is exact, and
//! the same on a busy machine. All threads count: nothing should run beside the iterations.

use std::fmt;
use std::fs;
use std::io;
use std::process::Command;

/// Instructions of one iteration. `program` gives the command that does so many, in one process.
///
/// # Errors
///
/// If valgrind cannot be run or the program fails under it.
pub(crate) fn per_iteration(
    iterations: u64,
    program: impl Fn(u64) -> Command,
) -> Result<f64, Error> {
    let once = total(&program(iterations))?;
    let twice = total(&program(2 * iterations))?;
    Ok((twice as f64 - once as f64) / iterations as f64)
}

/// Instructions that `program` takes from its start to its end.
///
/// # Errors
///
/// As [`per_iteration`].
pub(crate) fn total(program: &Command) -> Result<u64, Error> {
    let folder = tempfile::tempdir().map_err(Error::Folder)?;
    let profile = folder.path().join("callgrind.out");
    let mut option = std::ffi::OsString::from("--callgrind-out-file=");
    option.push(&profile);

    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--quiet"])
        .arg(option)
        .arg(program.get_program())
        .args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => valgrind.env(name, value),
            None => valgrind.env_remove(name),
        };
    }
    let output = valgrind.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::Missing,
        _ => Error::Start(error),
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::Failed(format!("{program:?}: {}\n{said}", output.status)));
    }
    let profile = fs::read_to_string(profile).unwrap_or_default();
    total_of(&profile)
        .ok_or_else(|| Error::Failed(format!("{program:?} left no profile with a total")))
}

/// The sum of a profile, which stands in its line `totals:`.
fn total_of(profile: &str) -> Option<u64> {
    profile.lines().rev().find_map(|line| line.strip_prefix("totals:"))?.trim().parse().ok()
}

/// Why nothing was counted.
#[derive(Debug)]
pub(crate) enum Error {
    /// There is no `valgrind`.
    Missing,
    /// `valgrind` does not start.
    Start(io::Error),
    /// There is no place for the profile.
    Folder(io::Error),
    /// The program failed under `valgrind`, or `valgrind` with it: what was run, and what it said.
    Failed(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str(
                "`valgrind` is not installed, and instructions are counted by it: apt-get install valgrind (dnf and brew call it so, too)",
            ),
            Self::Start(error) => write!(f, "`valgrind` does not start: {error}"),
            Self::Folder(error) => write!(f, "no temporary folder for valgrind's profile: {error}; TMPDIR can name another place"),
            Self::Failed(said) => write!(f, "no count from `valgrind --tool=callgrind`: {said}"),
        }
    }
}

impl std::error::Error for Error {}
