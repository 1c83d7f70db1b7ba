//! Builds workers: each by a `cargo` command of its own.
//!
//! Features add up over all that one command builds, and the features of one allocator are not for
//! the others. All builds of a worker have the same name, so each is copied to a name of its own.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::Allocator;
use crate::installed::EXPECTED;

/// What to build.
#[derive(Clone, Copy, Debug)]
pub struct Build<'b> {
    /// The worker's package. It has the allocators' features, and one program with its own name.
    pub package: &'b str,
    /// The worker's global allocator.
    pub allocator: Allocator,
    /// Further features, as `cargo build --features` takes them.
    pub features: &'b [String],
    /// Whether to optimise.
    pub release: bool,
}

/// A worker that is built.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Its global allocator.
    pub allocator: Allocator,
    /// The program: `PACKAGE-on-ALLOCATOR` in the folder of the profile.
    pub program: PathBuf,
}

impl Worker {
    /// The command that starts the worker. The worker refuses to run on another allocator.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env(EXPECTED, self.allocator.name());
        command
    }
}

/// `cargo` in the workspace of this package: the one that runs the program, if one does.
#[must_use]
pub fn cargo() -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from(env!("CARGO")));
    let mut command = Command::new(program);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit());
    command
}

/// Builds a worker. The output of `cargo` goes to the standard error stream.
///
/// # Errors
/// If `cargo` does not start or fails, or the program cannot be copied.
pub fn build(build: &Build<'_>) -> anyhow::Result<Worker> {
    let Build { package, allocator, features, release } = *build;
    let own = allocator.feature().map(str::to_owned);
    let features: Vec<String> = own.into_iter().chain(features.iter().cloned()).collect();
    let mut command = cargo();
    command.args(["build", "--message-format=json-render-diagnostics"]);
    command.args(["--package", package, "--features", &features.join(",")]);
    if release {
        command.arg("--release");
    }
    let output = command.output().context("`cargo`, which builds the workers, does not start")?;
    if !output.status.success() {
        bail!(
            "`cargo build --package {package}` failed for {}: {}; the compiler's errors are above",
            allocator.name(),
            output.status
        );
    }
    let built = executable(&output.stdout, package)
        .with_context(|| format!("`cargo build --package {package}` reports no program"))?;
    let program = built.with_file_name(format!("{package}-on-{}", allocator.name()));
    replace(&built, &program)
        .with_context(|| format!("the worker cannot be copied to {}", program.display()))?;
    Ok(Worker { allocator, program })
}

/// Copies a program at once, also if the old copy runs.
fn replace(from: &Path, to: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(to.parent().context("the program has no folder")?)?;
    let copy = folder.path().join("worker");
    fs::copy(from, &copy)?;
    Ok(fs::rename(&copy, to)?)
}

/// The path of the program with this name, from cargo's messages, which are a line of JSON each.
fn executable(messages: &[u8], name: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        target: Option<Target>,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
    }
    let mut messages =
        serde_json::Deserializer::from_slice(messages).into_iter::<Message>().flatten();
    messages.find_map(|message| {
        message.executable.filter(|_| message.target.is_some_and(|target| target.name == name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_the_messages() {
        let messages =
            br#"{"reason":"compiler-artifact","target":{"name":"peers"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"peers-worker"},"executable":"/t/peers-worker"}
{"reason":"build-finished","success":true}"#;
        let found = executable(messages, "peers-worker");
        assert_eq!(found, Some(PathBuf::from("/t/peers-worker")));
        assert_eq!(executable(messages, "peers"), None);
    }

    #[test]
    fn a_program_is_replaced_while_the_old_one_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let [new, old] = ["new", "old"].map(|name| folder.path().join(name));
        fs::write(&new, "new").unwrap();
        fs::write(&old, "old").unwrap();
        replace(&new, &old).unwrap();
        assert_eq!(fs::read_to_string(&old).unwrap(), "new");
        assert!(new.exists());
    }
}
