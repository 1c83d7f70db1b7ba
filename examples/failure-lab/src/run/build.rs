//! Builds the workers: each by a `cargo` command of its own, as features add up over all that one
//! command builds, and mimalloc 2 is a feature.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::table::On;

/// The program that has an allocator.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    pub(crate) on: On,
    pub(crate) program: PathBuf,
}

/// Of what `cargo` says, a line of JSON each, what is asked for here.
#[derive(Deserialize)]
struct Artifact {
    executable: Option<PathBuf>,
}

/// Builds the worker of an allocator in the profile of this program. What `cargo` says goes to the
/// standard error stream.
pub(crate) fn worker(on: On) -> anyhow::Result<Worker> {
    if !cfg!(target_os = "linux") {
        bail!("the lab needs Linux: what a process holds is read from /proc");
    }
    let package = format!("failure-lab-on-{}", on.name());
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "build",
        "--quiet",
        "--message-format=json-render-diagnostics",
        "--package",
        &package,
    ]);
    cargo.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let built = cargo
        .stderr(Stdio::inherit())
        .output()
        .context("`cargo`, which builds the workers, does not start")?;
    if !built.status.success() {
        bail!("`cargo build --package {package}` failed: {}", built.status);
    }
    let said = String::from_utf8_lossy(&built.stdout);
    let artifacts =
        said.lines().rev().filter_map(|line| serde_json::from_str::<Artifact>(line).ok());
    let program = artifacts.filter_map(|artifact| artifact.executable).next();
    let program = program
        .with_context(|| format!("`cargo build --package {package}` tells of no program"))?;
    Ok(Worker { on, program })
}
