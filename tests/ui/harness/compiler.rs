//! Compiles the cases by a call of `rustc` for each.
//!
//! It uses the libraries that the tests of this package are built with, so that there is no second
//! build of the dependencies. All errors come as structured data.

use std::env::consts::DLL_EXTENSION;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;

use super::corpus::{self, Case};
use super::words;

/// The toolchain of the pinned words, which CI uses. Others must report the same error codes.
const PINNED: &str = "1.95.";

/// The libraries that cases may use.
const LIBRARIES: [&str; 11] = [
    "async_trait",
    "axum",
    "bumpalo",
    "futures",
    "hashbrown",
    "rayon",
    "request_arena",
    "serde",
    "serde_json",
    "tokio",
    "tracing",
];

/// An error or a warning.
#[derive(Debug, Deserialize)]
pub(crate) struct Diagnostic {
    pub(crate) message: String,
    code: Option<Code>,
    level: String,
    rendered: String,
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Debug, Deserialize)]
struct Span {
    line_start: usize,
    column_start: usize,
    is_primary: bool,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
}

impl Diagnostic {
    pub(crate) fn is_error(&self) -> bool {
        self.level.starts_with("error")
    }

    /// `E0597`, or `None` for the errors of macros and for some errors of the compiler.
    pub(crate) fn code(&self) -> Option<&str> {
        self.code.as_ref().map(|code| code.code.as_str())
    }
}

impl Diagnostic {
    /// The code, the place and the first line.
    pub(crate) fn gist(&self) -> String {
        let primary = self.spans.iter().filter(|span| span.is_primary);
        let places: Vec<String> =
            primary.map(|it| format!("{}:{}", it.line_start, it.column_start)).collect();
        format!(
            "{} {} {}",
            self.code().unwrap_or("-"),
            places.join(" "),
            self.message.lines().next().unwrap_or_default()
        )
    }
}

/// The result of a case.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) case: Case,
    pub(crate) succeeded: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// The words to pin, without parts that depend on the machine.
    pub(crate) fn words(&self) -> String {
        let rendered = self.diagnostics.iter().map(|diagnostic| diagnostic.rendered.as_str());
        words::without_the_machine(rendered, &self.case.program())
    }
}

/// Every refused program, compiled once for all tests.
pub(crate) static CASES: LazyLock<Vec<Compiled>> = LazyLock::new(|| compile_all(corpus::cases()));

/// Every repair, compiled once for all tests.
pub(crate) static REPAIRS: LazyLock<Vec<Compiled>> =
    LazyLock::new(|| compile_all(corpus::repairs()));

/// Whether the compiler is that of the pinned words.
pub(crate) fn is_pinned() -> bool {
    release().starts_with(PINNED)
}

/// The compiler's release, as in `1.95.0`.
pub(crate) fn release() -> String {
    let output = rustc().arg("-vV").output().expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("a version in UTF-8");
    let release = text.lines().find_map(|line| line.strip_prefix("release: "));
    release.expect("rustc reports its release").to_owned()
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn compile_all(cases: Vec<Case>) -> Vec<Compiled> {
    let libraries = libraries();
    let mut compiled = in_parallel(&cases, |case| compile(case, &libraries));
    compiled.sort_by(|a, b| a.case.cmp(&b.case));
    compiled
}

fn compile(case: &Case, libraries: &[String]) -> Compiled {
    let emit = if case.needs_code() { "--emit=obj" } else { "--emit=metadata" };
    let name = case.name.replace('/', "_");
    let output = rustc()
        .current_dir(corpus::repository())
        .args(["--edition=2024", "--crate-type=bin", "--crate-name", &name, emit])
        .args(["--error-format=json", "--diagnostic-width=140", "--allow=dead_code"])
        .args(["--out-dir", env!("CARGO_TARGET_TMPDIR")])
        .args(libraries)
        .arg(case.program())
        .output()
        .expect("rustc runs");
    let lines = String::from_utf8_lossy(&output.stderr).into_owned();
    let diagnostics = diagnostics(output.stderr);
    let succeeded = output.status.success();
    assert!(
        succeeded || !diagnostics.is_empty(),
        "rustc failed without an error on {}:\n{lines}",
        case.program()
    );
    Compiled { case: case.clone(), succeeded, diagnostics }
}

/// The compiler's output, without its summary.
fn diagnostics(written: Vec<u8>) -> Vec<Diagnostic> {
    let lines = String::from_utf8(written).expect("errors in UTF-8");
    let diagnostics = lines.lines().filter(|line| line.starts_with('{')).map(|line| {
        serde_json::from_str::<Diagnostic>(line)
            .unwrap_or_else(|error| panic!("{error} in the output of rustc: {line}"))
    });
    let summaries = |diagnostic: &Diagnostic| diagnostic.message.starts_with("aborting due to");
    diagnostics.filter(|it| it.level != "failure-note" && !summaries(it)).collect()
}

/// The compiler's messages for each of these programs.
pub(crate) fn refuse_all(programs: &[&str]) -> Vec<Vec<Diagnostic>> {
    let libraries = libraries();
    in_parallel(programs, |program| refuse(program, &libraries))
}

fn refuse(program: &str, libraries: &[String]) -> Vec<Diagnostic> {
    let mut rustc = rustc()
        .args(["--edition=2024", "--crate-type=bin", "--crate-name=twin", "--emit=metadata"])
        .args(["--error-format=json", "--diagnostic-width=140", "--allow=dead_code"])
        .args(["--out-dir", env!("CARGO_TARGET_TMPDIR")])
        .args(libraries)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("rustc runs");
    rustc.stdin.take().expect("piped").write_all(program.as_bytes()).expect("rustc reads");
    diagnostics(rustc.wait_with_output().expect("rustc runs").stderr)
}

/// Runs `work` on each item, on all cores, and returns the results in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = std::thread::scope(|threads| {
        let run = || {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else { return done };
                done.push((index, work(item)));
            }
        };
        let workers: Vec<_> = (0..workers).map(|_| threads.spawn(run)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The profile of this test, from its folder. Another profile would build all libraries again.
fn profile() -> String {
    let test = std::env::current_exe().expect("this test");
    let folder = test
        .parent()
        .and_then(|deps| deps.parent()?.file_name())
        .expect("in `deps` of a profile's folder");
    match folder.to_str().expect("a name in UTF-8") {
        "debug" => String::from("dev"),
        other => other.to_owned(),
    }
}

/// The arguments of rustc for the libraries. Cargo prints their paths when it builds an example
/// that uses them all.
fn libraries() -> Vec<String> {
    #[derive(Deserialize)]
    struct Built {
        target: Option<Target>,
        #[serde(default)]
        filenames: Vec<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
    }
    let cargo = std::env::var_os("CARGO").expect("run by cargo");
    let output = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--example",
            "report",
            "--message-format=json",
            "--profile",
            &profile(),
        ])
        .current_dir(corpus::repository())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("messages in UTF-8");
    let built = lines.lines().filter_map(|line| serde_json::from_str::<Built>(line).ok());
    let mut arguments = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    for built in built {
        let (Some(target), Some(file)) = (built.target, built.filenames.first()) else { continue };
        let folder = file.parent().expect("in a folder").display();
        arguments.insert(format!("-Ldependency={folder}"));
        let is_library = file
            .extension()
            .is_some_and(|extension| extension == "rlib" || extension == DLL_EXTENSION);
        if is_library && LIBRARIES.contains(&target.name.as_str()) {
            arguments.insert(format!("--extern={}={}", target.name, file.display()));
            found.push(target.name);
        }
    }
    found.sort();
    assert_eq!(
        found, LIBRARIES,
        "left: the libraries of the example, right: the libraries that cases may use"
    );
    arguments.into_iter().collect()
}
