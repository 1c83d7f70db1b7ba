//! The set-up of jemalloc: it turns the background thread on, installs the hook, and warns of
//! options that retain freed memory.

use std::sync::OnceLock;

use request_arena_core::heap;
use tikv_jemalloc_ctl::{Access, AsName, background_thread, config, max_background_threads, opt};

use super::conf::{self, Environment};
use super::{Error, allocated_by_thread, probe};

static STATUS: OnceLock<Status> = OnceLock::new();

/// The state of jemalloc after [`start`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Status {
    /// Whether jemalloc is the program's global allocator.
    pub global: bool,
    /// Whether its background thread is on. That thread gives freed memory back even while no
    /// thread allocates.
    pub background_thread: bool,
    /// Whether its functions have a prefix, which is the default. Then C code does not allocate
    /// from jemalloc, and jemalloc reads `_RJEM_MALLOC_CONF` instead of `MALLOC_CONF`.
    pub prefixed: bool,
    /// Milliseconds in which jemalloc gives freed pages back or makes them muzzy. The default is
    /// 10,000, and -1 means never. `None` if jemalloc does not answer.
    pub dirty_decay_ms: Option<i64>,
    /// Milliseconds in which jemalloc gives muzzy pages back. The default is 0, and -1 means never.
    /// `None` if jemalloc does not answer.
    pub muzzy_decay_ms: Option<i64>,
    /// The warnings of [`start`], each a sentence for the operator.
    pub problems: Vec<String>,
}

/// Sets jemalloc up on the first call, and logs warnings about problems. Each call returns the
/// status of the first one. `use_jemalloc!()` calls it.
///
/// * It turns one background thread on for all arenas. If the operator turned it off
///   (`background_thread:false` in jemalloc's environment variable), it stays off, with a warning.
///   It also keeps the operator's `max_background_threads`.
/// * It installs [`allocated_by_thread`] as the hook of [`heap`], unless there is another hook.
/// * If jemalloc samples allocations, it passes the samples to
///   [`heap::live`](request_arena_core::heap::live). This needs the feature `jemalloc-profiling`.
/// * It warns if an option retains freed memory, if this build ignores a variable that sets
///   options, and if jemalloc is not the global allocator.
///
/// Warnings are `tracing` events with the target `request_arena`. If there is no subscriber yet, as
/// is usual at the start of `main`, they go to standard error. They stay in [`Status::problems`].
///
/// The first call costs 0.2 ms, mostly for starting the thread.
pub fn start() -> &'static Status {
    start_with(|_, _| {})
}

/// [`start`], for a program that wants sampling to be ready.
/// `use_jemalloc!(profiling: ready)` calls it.
#[cfg(feature = "jemalloc-profiling")]
pub fn start_ready() -> &'static Status {
    start_with(|environment, problems| problems.extend(not_ready(environment)))
}

/// `check` adds problems of its own on the first call.
fn start_with(check: impl FnOnce(&Environment, &mut Vec<String>)) -> &'static Status {
    let mut first = false;
    let status = STATUS.get_or_init(|| {
        first = true;
        Status::set_up(check)
    });
    if first {
        status.problems.iter().for_each(|problem| warn(problem));
    }
    status
}

/// The status that [`start`] returned. `None` before the first call.
#[must_use]
pub fn status() -> Option<&'static Status> {
    STATUS.get()
}

impl Status {
    fn set_up(check: impl FnOnce(&Environment, &mut Vec<String>)) -> Self {
        let global = probe::is_global();
        let prefixed = probe::is_prefixed();
        let environment = Environment::of(prefixed);
        let mut problems = Vec::new();
        if global {
            // Another hook was installed on purpose.
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
        #[cfg(feature = "jemalloc-profiling")]
        if global && "prof.active\0".name().read().unwrap_or(false) {
            problems.extend(super::start_live_heap().err().map(|error| error.to_string()));
        }
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
                "jemalloc's muzzy_decay_ms is -1 {place}: freed memory counts as RSS until the \
                 operating system runs short of memory"
            ));
        }
        check(&environment, &mut problems);
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

/// Why sampling is not ready, although the program asks for it. `None` if the operator turned it
/// off, or if another problem is the reason.
#[cfg(feature = "jemalloc-profiling")]
fn not_ready(environment: &Environment) -> Option<String> {
    use super::profiling::{self, State, UNSUPPORTED};

    match profiling::state() {
        State::Ready | State::Active { .. } | State::NotGlobal => None,
        State::Unsupported => Some(UNSUPPORTED.to_owned()),
        _ if environment.option("prof") == Some("false") => None,
        State::NotBuilt => Some(
            "jemalloc is built without profiling: does `JEMALLOC_OVERRIDE` name another library?"
                .to_owned(),
        ),
        State::Off => Some(format!(
            "jemalloc cannot sample, since it does not read the program's options: does another \
             package build it with the feature `unprefixed_malloc_on_supported_platforms`? Start \
             the process with {}=prof:true,prof_active:false",
            environment.read
        )),
    }
}

/// Turns the background thread on, unless the operator turned it off. Returns whether it is on.
fn turn_background_thread_on(environment: &Environment) -> Result<bool, String> {
    const OFF: &str = "without it jemalloc gives freed memory back only while threads \
                       allocate, and perhaps never after a burst";
    let refused = |error| format!("jemalloc cannot turn its background thread on ({error}): {OFF}");
    if !background_thread::read().map_err(refused)? {
        if environment.option("background_thread") == Some("false") {
            return Err(format!(
                "jemalloc's background thread stays off, by background_thread:false \
                in {}: {OFF}",
                environment.read
            ));
        }
        if is_turned_off_elsewhere() {
            return Err(format!(
                "jemalloc's background thread stays off, by background_thread:false in its own \
                 configuration: {OFF}"
            ));
        }
    }
    if environment.option("max_background_threads").is_none() {
        // One thread serves all arenas. The default is one for each processor.
        max_background_threads::write(1).map_err(refused)?;
    }
    background_thread::write(true).map_err(refused)?;
    if background_thread::read().map_err(refused)? {
        Ok(true)
    } else {
        Err(format!("jemalloc's background thread is off, although `start` turned it on: {OFF}"))
    }
}

/// Whether a link in `/etc`, or the program's symbol `malloc_conf`, turned the thread off. The
/// build turns it on.
fn is_turned_off_elsewhere() -> bool {
    // tikv-jemalloc-ctl leaves a zero byte at the end of the text.
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

/// The origin of an option that is in effect.
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
