//! Maintenance: the work that must continue without requests. A thread of its own advances the
//! coarse clock, frees unused arenas of the pool, counts response buffers, and warns of scopes that
//! are open for long.

use core::time::Duration;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use crate::buffer::live as buffers;
use crate::clock;
use crate::exemplar;
use crate::printable::printable;
use crate::settings;
use crate::site::Site;
use crate::slot::registry;
use crate::thread::arenas;

static STARTED: AtomicBool = AtomicBool::new(false);
/// The interval at which the thread checks whether maintenance is on again.
const OFF: Duration = Duration::from_secs(5);

/// Runs the maintenance once. The maintenance thread does so twice a second by default.
///
/// Call it in a process without that thread: with [`maintenance`](crate::Settings::maintenance)
/// off, or after a `fork`.
///
/// ```
/// request_arena_core::maintain();
/// ```
pub fn maintain() {
    let now = clock::advance();
    exemplar::turn(now);
    arenas::free_unused(now);
    buffers::look();
    warn_of_open_scopes();
}

/// Starts the thread, once. If the system refuses to start it, each report runs the maintenance
/// instead.
pub(crate) fn start() {
    if settings::current().maintenance.is_none() || STARTED.swap(true, Relaxed) {
        return;
    }
    let thread = thread::Builder::new().name(String::from("request-arena"));
    let started = thread.spawn(|| {
        loop {
            match settings::current().maintenance {
                Some(interval) => {
                    thread::sleep(interval);
                    // A subscriber may panic at a warning. That must not end this thread, which
                    // advances the clock.
                    let _ = std::panic::catch_unwind(maintain);
                }
                None => thread::sleep(OFF),
            }
        }
    });
    if let Err(error) = started {
        tracing::warn!(
            target: "request_arena",
            "the maintenance thread does not start ({error}): unused arenas are freed only when \
             `report()` or `maintain()` is called"
        );
    }
}

fn warn_of_open_scopes() {
    let most = settings::warn_open_ms();
    for open in registry::open_scopes() {
        if open.age.as_millis() <= u128::from(most) || !open.slot.warn_once() {
            continue;
        }
        let Some(site) = Site::numbered(open.site) else { continue };
        tracing::warn!(
            target: "request_arena",
            scope = &*printable(site.name()),
            open_seconds = open.age.as_secs_f64(),
            arena.in_use_bytes = open.in_use,
            "request scope is open for long and keeps its arena; a child scope (`arena.scope`) for \
             each step gives memory back earlier"
        );
    }
}
