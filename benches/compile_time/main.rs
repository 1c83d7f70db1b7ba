//! Compares the compile time of 500 annotated handlers with the time of the same 500 with a `Bump`
//! by hand.
//!
//! `cargo bench --bench compile_time`. Rounds alternate, and ratios are formed round by round. The
//! figure is the time of a `cargo` command that compiles the crate of handlers alone, less the time
//! of a command that compiles nothing. On Linux it is the processor's time, which other programs
//! disturb less, and elsewhere elapsed time. Compilation is not incremental, so it compiles all
//! 500.
//!
//! * `-- --test`: one round with ten handlers, as a check that it works.
//! * `-- --release`: optimised. `-- --rounds 5`: instead of 10. `-- --handlers 100`: instead of
//!   500.
//!
//! Measured with 2 cores (x86-64 Linux, rustc 1.95.0), processor time, annotated over `Bump::new()`
//! by hand and over a thread-local pool by hand:
//!
//! | 500 handlers | annotated | over `Bump::new()` | over the pool | rounds |
//! |---|---|---|---|---|
//! | `cargo check` | 2.6 s | 1.60 (1.55 to 1.62) | 1.56 (1.52 to 1.60) | 5 |
//! | `cargo build` | 11.2 s | 1.47 (1.38 to 1.47) | 1.42 (1.36 to 1.47) | 5 |
//! | `cargo build --release` | 46.6 s | 1.71 | 1.62 | 1 |

#![allow(missing_docs, reason = "a program")]

mod crates;
mod spread;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use clap::Parser;

use crates::{PER_MODULE, Way};
use spread::print;

/// Measures the compile time of annotated handlers
#[derive(Parser)]
struct Arguments {
    /// Run one round with ten handlers, as a check that it works
    #[arg(long)]
    test: bool,
    /// Compile with optimisation
    #[arg(long)]
    release: bool,
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// The number of handlers, rounded down to tens
    #[arg(long, default_value_t = 500)]
    handlers: usize,
    /// The argument that `cargo bench` gives to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

const PROFILES: [(&str, &[&str]); 3] = [
    ("cargo check", &["check"]),
    ("cargo build", &["build"]),
    ("cargo build --release", &["build", "--release"]),
];

struct Crates {
    folder: PathBuf,
    target: PathBuf,
}

impl Crates {
    fn new(modules: usize) -> Self {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile-time");
        let crates = Self { folder: temporary.join("crates"), target: temporary.join("target") };
        crates::write(Path::new(env!("CARGO_MANIFEST_DIR")), &crates.folder, modules);
        crates
    }

    /// Has `cargo` build one crate. Gives the seconds that this took.
    fn cargo(&self, command: &[&str], way: Way) -> f64 {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(command).args([
            "--offline",
            "--quiet",
            "--package",
            way.package(),
            "--manifest-path",
        ]);
        cargo.arg(self.folder.join("Cargo.toml")).arg("--target-dir").arg(&self.target);
        cargo.env("CARGO_INCREMENTAL", "0").env_remove("RUSTFLAGS");
        let begun = seconds();
        let status = cargo.status().expect("cargo runs");
        assert!(status.success(), "the crate `{}` does not compile", way.package());
        seconds() - begun
    }

    /// The seconds for the crate's own code.
    fn compile(&self, command: &[&str], way: Way) -> f64 {
        let idle = self.cargo(command, way);
        let source = File::options()
            .append(true)
            .open(crates::source(&self.folder, way))
            .expect("written before");
        source.set_modified(SystemTime::now()).expect("a file of our own");
        let busy = self.cargo(command, way);
        busy - idle
    }
}

/// The processors' time for the child processes that have ended, in seconds.
#[cfg(target_os = "linux")]
fn seconds() -> f64 {
    let stat =
        procfs::process::Process::myself().and_then(|own| own.stat()).expect("/proc/self/stat");
    (stat.cutime + stat.cstime) as f64 / procfs::ticks_per_second() as f64
}

/// The reading of a clock.
#[cfg(not(target_os = "linux"))]
fn seconds() -> f64 {
    static BEGUN: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    BEGUN.elapsed().as_secs_f64()
}

fn main() {
    let Arguments { test, release, rounds, handlers, .. } = Arguments::parse();
    let (modules, rounds) = if test { (1, 1) } else { (handlers / PER_MODULE, rounds) };
    let optimised = test || release;
    let crates = Crates::new(modules);
    println!("{} handlers, {rounds} round(s)", modules * PER_MODULE);
    for (name, command) in PROFILES.into_iter().take(if optimised { 3 } else { 2 }) {
        for way in Way::ALL {
            crates.cargo(command, way);
        }
        let mut rows = Way::ALL.map(|_| Vec::new());
        for _ in 0..rounds {
            for (row, way) in rows.iter_mut().zip(Way::ALL) {
                row.push(crates.compile(command, way));
            }
        }
        let [annotated, by_hand, pooled] = rows;
        let over =
            |base: &[f64]| annotated.iter().zip(base).map(|(ours, theirs)| ours / theirs).collect();
        let (over_by_hand, over_pooled) = (over(&by_hand), over(&pooled));
        print(&format!("{name}, annotated"), "s", annotated);
        print(&format!("{name}, `Bump::new()` by hand"), "s", by_hand);
        print(&format!("{name}, thread-local pool by hand"), "s", pooled);
        print(&format!("{name}, annotated / by hand"), "", over_by_hand);
        print(&format!("{name}, annotated / pool by hand"), "", over_pooled);
    }
}
