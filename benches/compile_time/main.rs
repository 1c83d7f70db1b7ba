//! What annotated handlers cost to compile: 500 of them, against the same 500 with a hand-written `Bump`.
//!
//! `cargo bench --bench compile_time`. Rounds alternate, and ratios are formed round by round. What is timed is `cargo` with nothing to do but the crate of
//! handlers, less what `cargo` takes with nothing to do at all. Compilation is not incremental: all 500 are compiled.
//!
//! * `-- --test`: one round with ten handlers, which shows that it works.
//! * `-- --rounds 5`: for fewer than 10.

#![allow(missing_docs, reason = "a program")]

mod crates;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use crates::{PER_MODULE, Way};

const PROFILES: [(&str, &[&str]); 3] =
    [("cargo check", &["check"]), ("cargo build", &["build"]), ("cargo build --release", &["build", "--release"])];

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

    /// Has `cargo` bring one crate up to date, and says how long that took.
    fn cargo(&self, command: &[&str], way: Way) -> Duration {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(command).args(["--offline", "--quiet", "--package", way.package(), "--manifest-path"]);
        cargo.arg(self.folder.join("Cargo.toml")).arg("--target-dir").arg(&self.target);
        cargo.env("CARGO_INCREMENTAL", "0").env_remove("RUSTFLAGS");
        let begun = Instant::now();
        let status = cargo.status().expect("cargo runs");
        assert!(status.success(), "the crate `{}` does not compile", way.package());
        begun.elapsed()
    }

    /// The seconds that compiling the crate's own code takes.
    fn compile(&self, command: &[&str], way: Way) -> f64 {
        let idle = self.cargo(command, way);
        let source = File::options().append(true).open(crates::source(&self.folder, way)).expect("written before");
        source.set_modified(SystemTime::now()).expect("a file of our own");
        let busy = self.cargo(command, way);
        busy.saturating_sub(idle).as_secs_f64()
    }
}

fn print(what: &str, unit: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    println!("{what:<50} {:>7.3} {unit:<2} ({:.3} to {:.3})", at(0.5), at(0.25), at(0.75));
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let quick = arguments.iter().any(|argument| argument == "--test");
    let asked = arguments.iter().position(|argument| argument == "--rounds").map(|place| &arguments[place + 1]);
    let rounds = asked.map_or(10, |rounds| rounds.parse().expect("a number of rounds"));
    let (modules, rounds) = if quick { (1, 1) } else { (50, rounds) };
    let crates = Crates::new(modules);
    println!("{} handlers, {rounds} round(s)", modules * PER_MODULE);
    for (name, command) in PROFILES {
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
        let over = |base: &[f64]| annotated.iter().zip(base).map(|(ours, theirs)| ours / theirs).collect();
        let (over_by_hand, over_pooled) = (over(&by_hand), over(&pooled));
        print(&format!("{name}, annotated"), "s", annotated);
        print(&format!("{name}, `Bump::new()` by hand"), "s", by_hand);
        print(&format!("{name}, thread-local pool by hand"), "s", pooled);
        print(&format!("{name}, annotated / by hand"), "", over_by_hand);
        print(&format!("{name}, annotated / pool by hand"), "", over_pooled);
    }
}
