//! jemalloc's sampling of allocations with their call stacks: whether it is on, and the switch that
//! turns it on for a time.
//!
//! Sampling costs something for as long as it is on, so the switch goes off by itself. Nothing
//! survives the process: the next one starts as its options say.
//!
//! ```standalone_crate
//! use std::time::Duration;
//! use request_arena_memory::jemalloc::profiling::{self, State};
//!
//! # fn main() {
//! request_arena_memory::use_jemalloc!(profiling: ready);
//!
//! # #[cfg(all(target_os = "linux", target_env = "gnu"))] {
//! profiling::activate(Duration::from_secs(60)).unwrap();
//! assert!(matches!(profiling::state(), State::Active { .. }));
//! // jemalloc samples one allocation in each 512 KiB.
//! profiling::deactivate().unwrap();
//! assert_eq!(profiling::state(), State::Ready);
//! # }
//! # }
//! ```
//!
//! Samples stay when sampling goes off, and jemalloc removes each when its memory is freed. So the
//! profile of a second activation has what is left of the first one.

use core::fmt;
use core::time::Duration;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use request_arena_core::heap::live;
use tikv_jemalloc_ctl::{Access, AsName};

use super::conf::Environment;
use super::{Error, is_prefixed, probe};

#[doc(hidden)]
pub use super::start::start_ready;

/// The time for which sampling usually stays on: 10 minutes. It is the time over which the doctor
/// compares profiles.
pub const USUAL: Duration = Duration::from_secs(600);

/// The longest time for which sampling stays on: a day.
pub const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Whether jemalloc's profiler works on this platform: Linux with glibc, linked dynamically.
/// Elsewhere it hangs or crashes at the start, or does not exist.
pub const IS_SUPPORTED: bool =
    cfg!(all(target_os = "linux", target_env = "gnu", not(target_feature = "crt-static")));

const ACTIVE: &str = "prof.active\0";

/// Whether jemalloc samples, and the reason if it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// jemalloc is not the global allocator.
    NotGlobal,
    /// The linked jemalloc cannot sample.
    NotBuilt,
    /// Sampling is not built in, and the platform does not support it.
    Unsupported,
    /// Sampling was not enabled when the process started. It cannot be enabled later.
    Off,
    /// Sampling is off, and [`activate`] turns it on.
    Ready,
    /// jemalloc samples.
    Active {
        /// The time until it goes off. `None` if it stays on: it is on by the options of the
        /// process, or the program set jemalloc's `prof.active`.
        left: Option<Duration>,
    },
}

/// Why sampling cannot be turned on or off.
#[derive(Debug)]
#[non_exhaustive]
pub enum SwitchError {
    /// There is no sampling to turn on.
    NotReady(State),
    /// The time is zero, or longer than [`LONGEST`].
    Time(Duration),
    /// No thread can be started that turns sampling off again.
    Thread(io::Error),
    /// jemalloc refuses.
    Refused(Error),
}

/// The end of sampling, if [`activate`] turned it on.
struct Switch {
    ends: Option<Instant>,
    /// Whether a thread waits for the end.
    has_thread: bool,
}

static SWITCH: Mutex<Switch> = Mutex::new(Switch { ends: None, has_thread: false });
static CHANGED: Condvar = Condvar::new();

/// Whether jemalloc samples now. It costs about 1 us.
#[must_use]
pub fn state() -> State {
    state_of(&lock())
}

/// Bytes of allocations for each sample: `2^lg_prof_sample`. `None` if jemalloc does not answer.
#[must_use]
pub fn sample_interval_bytes() -> Option<u64> {
    let exponent: usize = "prof.lg_sample\0".name().read().ok()?;
    u32::try_from(exponent).ok().and_then(|exponent| 1_u64.checked_shl(exponent))
}

/// Turns sampling on. It goes off by itself after `lasts`, also if it was on: the new time replaces
/// the one before. If sampling is on by the options of the process, it stays on for good.
///
/// A profile has what is allocated from now on, and so has the [live heap by
/// handler](request_arena_core::heap::live). It is the same sampling as from the start of the
/// process: one allocation in [`sample_interval_bytes`], for each thread.
///
/// It starts a thread, which ends when sampling goes off. That takes about 50 us.
///
/// # Errors
///
/// If jemalloc is not [ready](State::Ready) to sample, if `lasts` is zero or longer than
/// [`LONGEST`], if no thread can be started, or if jemalloc refuses. Sampling is then as before.
pub fn activate(lasts: Duration) -> Result<State, SwitchError> {
    if lasts.is_zero() || lasts > LONGEST {
        return Err(SwitchError::Time(lasts));
    }
    let mut switch = lock();
    let state = state_of(&switch);
    let turns_on = match state {
        State::Ready | State::Active { left: Some(_) } => true,
        // It stays on.
        State::Active { left: None } => false,
        state => return Err(SwitchError::NotReady(state)),
    };
    // The thread comes first, so that sampling is never on without its end.
    if turns_on && !switch.has_thread {
        let thread = thread::Builder::new().name("arena-profiling".into()).spawn(turn_off_in_time);
        thread.map_err(SwitchError::Thread)?;
        switch.has_thread = true;
    }
    // Before the first sample. It may also be the first call if sampling is on by the options.
    let live_heap = super::start_live_heap();
    if turns_on {
        set(true)?;
        switch.ends = Some(Instant::now() + lasts);
        CHANGED.notify_all();
    }
    live::resume();
    let state = state_of(&switch);
    // A subscriber may ask for the state, which needs the lock.
    drop(switch);
    // Without live heap by handler, profiles are as before.
    if let Err(error) = live_heap {
        tracing::warn!(target: "request_arena", "no live heap by handler: {error}");
    }
    if turns_on {
        tracing::info!(target: "request_arena", seconds = lasts.as_secs(), "jemalloc samples");
    }
    Ok(state)
}

/// Turns sampling off, also if it was on by the options of the process.
///
/// # Errors
///
/// If there is no sampling that could be on, or if jemalloc refuses.
pub fn deactivate() -> Result<State, SwitchError> {
    let mut switch = lock();
    let was_on = match state_of(&switch) {
        State::Ready => false,
        State::Active { .. } => true,
        state => return Err(SwitchError::NotReady(state)),
    };
    if was_on {
        set(false)?;
    }
    live::pause();
    // Also if other code turned it off: nothing is left that could turn off what it turns on.
    switch.ends = None;
    CHANGED.notify_all();
    let state = state_of(&switch);
    drop(switch);
    if was_on {
        tracing::info!(target: "request_arena", "jemalloc does not sample any more");
    }
    Ok(state)
}

/// Waits for the end of sampling, and turns it off.
fn turn_off_in_time() {
    let mut switch = lock();
    let mut ended = None;
    // Without an end, `deactivate` was faster. Or `activate` failed after it started this thread.
    while let Some(ends) = switch.ends {
        let left = ends.saturating_duration_since(Instant::now());
        if left.is_zero() {
            switch.ends = None;
            ended = Some(set(false));
            live::pause();
        } else {
            let waited = CHANGED.wait_timeout(switch, left);
            switch = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
    switch.has_thread = false;
    // A subscriber may ask for the state, which needs the lock. If it panics, the next call of
    // `activate` starts a thread.
    drop(switch);
    match ended {
        Some(Ok(())) => tracing::info!(target: "request_arena", "jemalloc's sampling has ended"),
        Some(Err(error)) => tracing::warn!(target: "request_arena", "{error}"),
        None => {}
    }
}

fn state_of(switch: &Switch) -> State {
    if !probe::is_global() {
        return State::NotGlobal;
    }
    if is_built_in() {
        if !is_on() {
            return State::Ready;
        }
        let left = |ends: Instant| ends.saturating_duration_since(Instant::now());
        return State::Active { left: switch.ends.map(left) };
    }
    if !IS_SUPPORTED {
        State::Unsupported
    } else if reads("config.prof\0") {
        State::Off
    } else {
        State::NotBuilt
    }
}

/// Whether the process started with sampling built in, on or off.
pub(super) fn is_built_in() -> bool {
    reads("opt.prof\0")
}

/// Whether jemalloc samples.
pub(super) fn is_on() -> bool {
    reads(ACTIVE)
}

/// The value of one of jemalloc's switches.
fn reads(name: &'static str) -> bool {
    name.name().read().unwrap_or(false)
}

fn set(is_active: bool) -> Result<(), SwitchError> {
    let refused = Error::refused(ACTIVE.trim_end_matches('\0'));
    ACTIVE.name().write(is_active).map_err(|error| SwitchError::Refused(refused(error)))
}

fn lock() -> MutexGuard<'static, Switch> {
    // No code that can panic runs under the lock, and none of the program, such as a subscriber.
    SWITCH.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Display for SwitchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReady(State::NotGlobal) => {
                f.write_str("jemalloc is not the global allocator: is `use_jemalloc!()` in `main`?")
            }
            Self::NotReady(State::Unsupported) => f.write_str(UNSUPPORTED),
            Self::NotReady(_) => {
                f.write_str("jemalloc cannot sample in this process: ")?;
                let environment = Environment::of(is_prefixed());
                if environment.option("prof") == Some("false") {
                    write!(f, "take `prof:false` out of the variable {}", environment.read)
                } else {
                    f.write_str("write `use_jemalloc!(profiling: ready)` in `main`")
                }
            }
            Self::Time(time) => write!(
                f,
                "sampling cannot last for {time:?}: give a time from 1 s to {} s",
                LONGEST.as_secs()
            ),
            Self::Thread(error) => write!(
                f,
                "no thread can be started that turns sampling off again ({error}): it stays off"
            ),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for SwitchError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Thread(error) => Some(error),
            Self::Refused(error) => Some(error),
            Self::NotReady(_) | Self::Time(_) => None,
        }
    }
}

/// The problem of a platform without a profiler, and what to do.
pub const UNSUPPORTED: &str = "jemalloc's profiler does not work on this platform: build the \
                               program for Linux with glibc, linked dynamically, such as \
                               x86_64-unknown-linux-gnu";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_says_what_to_do() {
        let refused = Error::Refused { key: "prof.active", reason: "no".to_owned() };
        let thread = io::Error::from(io::ErrorKind::WouldBlock);
        for (error, words) in [
            (SwitchError::NotReady(State::NotGlobal), "use_jemalloc!()"),
            (SwitchError::NotReady(State::Unsupported), "x86_64-unknown-linux-gnu"),
            (SwitchError::NotReady(State::Off), "use_jemalloc!(profiling: ready)"),
            (SwitchError::NotReady(State::NotBuilt), "use_jemalloc!(profiling: ready)"),
            (SwitchError::Time(Duration::ZERO), "from 1 s to 86400 s"),
            (SwitchError::Thread(thread), "stays off"),
            (SwitchError::Refused(refused), "prof.active"),
        ] {
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
