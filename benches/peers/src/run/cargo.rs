//! What `cargo` is asked for: versions, the candidates that this Rust can compile, and the workers.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};
use semver::{Version, VersionReq};
use serde::Deserialize;
use worker_harness::{Build, Worker, cargo};

use super::Options;
use crate::protocol::Effort;

/// The package of the workers.
const WORKER: &str = "peers-worker";

/// The used parts of `cargo metadata`.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
    pub(super) target_directory: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: Version,
    rust_version: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    optional: bool,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

/// The value of a line `key: value` of `rustc -vV`.
fn rustc(key: &str) -> anyhow::Result<String> {
    let program = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let output = Command::new(&program)
        .arg("-vV")
        .output()
        .with_context(|| format!("{program:?} does not start"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
    value.map(str::to_owned).with_context(|| format!("`rustc -vV` has no line `{key}`: {text}"))
}

impl Metadata {
    pub(super) fn read() -> anyhow::Result<Self> {
        let mut command = cargo();
        command.args(["metadata", "--format-version=1", "--all-features"]);
        let output = command.output().context("cargo does not start")?;
        if !output.status.success() {
            bail!("`cargo metadata` failed: {}", output.status);
        }
        serde_json::from_slice(&output.stdout)
            .context("the output of `cargo metadata` cannot be parsed")
    }

    fn package(&self, name: &str) -> anyhow::Result<&Package> {
        // Tests of other packages may need an older version, too.
        let versions = self.packages.iter().filter(|package| package.name == name);
        let package = versions.max_by_key(|package| &package.version);
        package.with_context(|| format!("`cargo metadata` has no package `{name}`"))
    }

    /// The versions of Rust and of all direct dependencies of `peers` and its workers.
    pub(super) fn versions(&self) -> BTreeMap<String, String> {
        let ours = ["peers", "worker-harness"].into_iter();
        let ids: Vec<&str> =
            ours.filter_map(|name| Some(self.package(name).ok()?.id.as_str())).collect();
        let nodes = self.resolve.nodes.iter().filter(|node| ids.contains(&node.id.as_str()));
        let needed: Vec<&String> = nodes.flat_map(|node| &node.dependencies).collect();
        let packages = self.packages.iter().filter(|package| needed.contains(&&package.id));
        let rustc = rustc("release").map(|version| ("rustc".to_owned(), version));
        packages
            .map(|package| (package.name.clone(), package.version.to_string()))
            .chain(rustc)
            .collect()
    }

    /// The optional candidates, each a feature of `peers`, with the version of Rust that it needs.
    fn optional(&self) -> anyhow::Result<Vec<(&str, &str)>> {
        let optional =
            self.package("peers")?.dependencies.iter().filter(|dependency| dependency.optional);
        let needs = |name| anyhow::Ok(self.package(name)?.rust_version.as_deref().unwrap_or("1"));
        optional.map(|Dependency { name, .. }| Ok((name.as_str(), needs(name)?))).collect()
    }
}

fn is_new_enough(rust: &Version, needs: &str) -> anyhow::Result<bool> {
    let needs = VersionReq::parse(&format!(">={needs}"))
        .with_context(|| format!("{needs:?} is not a version of Rust"))?;
    // A nightly compiles all that the release with its number will compile.
    Ok(needs.matches(&Version::new(rust.major, rust.minor, rust.patch)))
}

/// Builds the workers, with each candidate that this Rust can compile. A check does not optimise
/// them, since its figures mean nothing.
pub(super) fn build(metadata: &Metadata, options: &Options) -> anyhow::Result<Vec<Worker>> {
    let rust = rustc("release")?;
    let rust =
        Version::parse(&rust).with_context(|| format!("{rust:?} is not a version of Rust"))?;
    let mut features = Vec::new();
    for (name, needs) in metadata.optional()? {
        if is_new_enough(&rust, needs)? {
            features.push(format!("peers/{name}"));
        } else {
            eprintln!("{name} is left out: it needs Rust {needs}, and this is {rust}");
        }
    }
    let workers = options.allocators.iter().map(|&allocator| {
        eprintln!("building {WORKER} on {}", allocator.name());
        worker_harness::build(&Build {
            package: WORKER,
            allocator,
            features: &features,
            release: options.effort != Effort::Test,
        })
    });
    workers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_is_on_if_this_rust_is_as_new_as_it_needs() {
        let new_enough =
            |rust: &str, needs| is_new_enough(&Version::parse(rust).unwrap(), needs).unwrap();
        assert!(new_enough("1.95.0", "1.95"));
        assert!(new_enough("1.95.0", "1.95.0"));
        assert!(new_enough("1.96.0-nightly", "1.96"));
        assert!(!new_enough("1.85.0", "1.85.1"));
        assert!(!new_enough("1.94.9", "1.95"));
    }

    #[test]
    fn cargo_knows_the_optional_candidates() {
        let metadata = Metadata::read().unwrap();
        let optional = metadata.optional().unwrap();
        assert_eq!(
            optional.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ["bump-scope", "multitude", "oxc_allocator", "simd-json"]
        );
        for (name, needs) in optional {
            assert!(
                !is_new_enough(&Version::new(1, 85, 0), needs).unwrap(),
                "{name} need not be optional"
            );
        }
        assert!(metadata.versions().contains_key("bumpalo"));
    }
}
