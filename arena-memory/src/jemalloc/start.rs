//! The start: background thread on, hook installed, and every option that would keep freed memory
//! named in a warning.

use std::sync::OnceLock;

use request_arena_core::heap;
use tikv_jemalloc_ctl::{Access, AsName, background_thread, config, max_background_threads, opt};

use super::conf::{self, Environment};
use super::{Error, allocated_by_thread, probe};

static STATUS: OnceLock<Status> = OnceLock::new();

/// How jemalloc is set up, as [`start`] found and left it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Status {
    /// Whether jemalloc is the program's global allocator.
    pub global: bool,
    /// Whether its background thread is on, which gives freed memory back also when nobody
    /// allocates.
    pub background_thread: bool,
    /// Whether its functions have a prefix, as they have by default: C code does not allocate from
    /// it then, and the environment variable that it reads is `_RJEM_MALLOC_CONF` and not
    /// `MALLOC_CONF`.
    pub prefixed: bool,
    /// Milliseconds in which freed pages are given back or become muzzy; 10,000 by default, -1 is
    /// never. `None` if jemalloc does not say.
    pub dirty_decay_ms: Option<i64>,
    /// Milliseconds in which muzzy pages are given back; 0 by default, -1 is never. `None` if
    /// jemalloc does not say.
    pub muzzy_decay_ms: Option<i64>,
    /// What was warned about: each is a sentence for the operator.
    pub problems: Vec<String>,
}

/// Sets jemalloc up, says what is wrong with it, and returns both; the first time. Later it returns
/// the same. `use_jemalloc!()` calls it.
///
/// * The background thread is turned on, one for all arenas, unless the operator turned it off
///   (`background_thread:false` in the environment variable that jemalloc reads): that is kept,
///   with a warning. So is a `max_background_threads` of the operator.
/// * [`allocated_by_thread`] becomes the hook of [`heap`], unless another is installed.
/// * It warns of options under which freed memory stays; of options in the environment variable
///   that this build does not read; and if jemalloc is not the global allocator after all.
///
/// Warnings are events of `tracing`, target `request_arena`; or lines on the standard error stream
/// if there is no subscriber yet, which is usual in the first statement of `main`. They stay in
/// [`Status::problems`].
///
/// It costs 0.2 ms, once, mostly for starting the thread.
pub fn start() -> &'static Status {
    let mut first = false;
    let status = STATUS.get_or_init(|| {
        first = true;
        Status::set_up()
    });
    if first {
        status.problems.iter().for_each(|problem| warn(problem));
    }
    status
}

/// What [`start`] found; `None` before.
#[must_use]
pub fn status() -> Option<&'static Status> {
    STATUS.get()
}

impl Status {
    fn set_up() -> Self {
        let global = probe::is_global();
        let prefixed = probe::is_prefixed();
        let environment = Environment::of(prefixed);
        let mut problems = Vec::new();
        if global {
            // If there is another hook, somebody has installed it on purpose.
            heap::install(allocated_by_thread);
        } else {
            problems.push(Error::NotGlobal.to_string());
        }
        if environment.is_missed() {
            let Environment { read, ignored, .. } = environment;
            problems.push(format!(
                "{ignored} is set, but this build of jemalloc ignores it: set {read} instead"
            ));
        }
        let thread_on = turn_background_thread_on(&environment).unwrap_or_else(|problem| {
            problems.push(problem);
            background_thread::read().unwrap_or(false)
        });
        let dirty_decay_ms = decay("arenas.dirty_decay_ms\0", &mut problems);
        if dirty_decay_ms == Some(-1) {
            let place = place(&environment, "dirty_decay_ms");
            problems.push(format!(
                "jemalloc's dirty_decay_ms is -1 {place}: memory that is freed is never given back \
                 to the operating system"
            ));
        }
        let muzzy_decay_ms = decay("arenas.muzzy_decay_ms\0", &mut problems);
        if muzzy_decay_ms == Some(-1) {
            let place = place(&environment, "muzzy_decay_ms");
            problems.push(format!(
                "jemalloc's muzzy_decay_ms is -1 {place}: memory that is freed counts as the \
                 process's until the operating system is short of it"
            ));
        }
        Self {
            global,
            background_thread: thread_on,
            prefixed,
            dirty_decay_ms,
            muzzy_decay_ms,
            problems,
        }
    }
}

/// Turns the background thread on, unless the operator turned it off, and tells whether it is on.
fn turn_background_thread_on(environment: &Environment) -> Result<bool, String> {
    const OFF: &str = "without its background thread jemalloc gives freed memory back only while threads allocate, after a burst \
                       perhaps never";
    let refused =
        |error| format!("jemalloc does not turn its background thread on ({error}): {OFF}");
    if !background_thread::read().map_err(refused)? {
        if environment.option("background_thread") == Some("false") {
            return Err(format!("background_thread:false in {} is kept: {OFF}", environment.read));
        }
        if is_turned_off_elsewhere() {
            return Err(format!(
                "background_thread:false in jemalloc's own configuration is kept: {OFF}"
            ));
        }
    }
    if environment.option("max_background_threads").is_none() {
        // One serves all arenas; by default there is one for each processor.
        max_background_threads::write(1).map_err(refused)?;
    }
    background_thread::write(true).map_err(refused)?;
    if background_thread::read().map_err(refused)? {
        Ok(true)
    } else {
        Err(format!("jemalloc's background thread is off although it was turned on: {OFF}"))
    }
}

/// Whether a link in `/etc`, or a symbol `malloc_conf` in the program, has overruled the build,
/// which has the thread on.
fn is_turned_off_elsewhere() -> bool {
    // tikv-jemalloc-ctl leaves the zero byte at the text's end.
    let is_on = |built: &str| {
        conf::value(built.trim_end_matches('\0'), "background_thread") == Some("true")
    };
    let built_on = config::malloc_conf::read().is_ok_and(is_on);
    built_on && opt::background_thread::read() == Ok(false)
}

fn decay(name: &'static str, problems: &mut Vec<String>) -> Option<i64> {
    let decay: Result<isize, _> = name.name().read();
    decay
        .map(|decay| decay as i64)
        .map_err(Error::refused(name.trim_end_matches('\0')))
        .map_err(|error| problems.push(error.to_string()))
        .ok()
}

/// Where an option that is in force comes from.
fn place(environment: &Environment, option: &str) -> String {
    match environment.option(option) {
        Some(_) => format!("in {}", environment.read),
        None => "in its own configuration".to_owned(),
    }
}

fn warn(problem: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::warn!(target: "request_arena", "{problem}");
    } else {
        eprintln!("request_arena: warning: {problem}");
    }
}
