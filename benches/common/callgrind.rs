//! Counts the instructions of a program's work, by Valgrind's tool callgrind.
//!
//! The program runs once with some number of iterations, and once with twice as many. The
//! difference is exact, as the work before and after the iterations is in both runs. It is the same
//! on a busy machine. All threads count, so the program should run no other ones beside the
//! iterations.

use std::fmt;
use std::fs;
use std::io;
use std::process::Command;

/// Instructions of one iteration. `program` gives the command for a number of iterations.
///
/// # Errors
///
/// If valgrind does not start, or the program fails under it.
pub(crate) fn per_iteration(
    iterations: u64,
    program: impl Fn(u64) -> Command,
) -> Result<f64, Error> {
    let once = total(&program(iterations))?;
    let twice = total(&program(2 * iterations))?;
    Ok((twice as f64 - once as f64) / iterations as f64)
}

/// Instructions of `program` from its start to its end.
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

/// The total of a profile, which is in its line `totals:`.
fn total_of(profile: &str) -> Option<u64> {
    profile.lines().rev().find_map(|line| line.strip_prefix("totals:"))?.trim().parse().ok()
}

/// Why there is no count.
#[derive(Debug)]
pub(crate) enum Error {
    /// There is no `valgrind`.
    Missing,
    /// `valgrind` does not start.
    Start(io::Error),
    /// There is no temporary folder for the profile.
    Folder(io::Error),
    /// The program failed under `valgrind`, or `valgrind` itself failed: the command and its
    /// output.
    Failed(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str(
                "`valgrind` is not installed, and it counts the instructions: \
                 apt-get install valgrind (the package has the same name for dnf and brew)",
            ),
            Self::Start(error) => write!(f, "`valgrind` does not start: {error}"),
            Self::Folder(error) => write!(
                f,
                "no temporary folder for valgrind's profile: {error}; set TMPDIR to another folder"
            ),
            Self::Failed(said) => write!(f, "`valgrind --tool=callgrind` counted nothing: {said}"),
        }
    }
}

impl std::error::Error for Error {}
