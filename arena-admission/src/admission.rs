//! The handle of a gate.

use std::sync::Mutex;

use request_arena_core::Site;

use crate::gate::{Asking, Begun, Gate};
use crate::options::{Options, OptionsError};
use crate::order::{Mode, Priority};
use crate::permit::{Admit, Permit};
use crate::refused::{Reason, Refused};
use crate::snapshot::Snapshot;
use crate::sync::lock;
use crate::{keeper, learning, thread};

/// All gates, in the order of their starts.
static GATES: Mutex<Vec<&'static Gate>> = Mutex::new(Vec::new());

/// A gate that requests pass. Copies are the same gate.
///
/// Start one gate for a process, since two would both give the same memory away. It exists until
/// the process ends.
#[derive(Clone, Copy, Debug)]
pub struct Admission {
    pub(crate) gate: &'static Gate,
}

impl Admission {
    /// Starts a gate and its thread, and reads the limit for the first time.
    ///
    /// # Errors
    ///
    /// If an option is out of its range, or the system refuses the thread.
    pub fn start(options: Options) -> Result<Self, OptionsError> {
        let admission = Self::create(options)?;
        keeper::start(admission.gate)?;
        lock(&GATES).push(admission.gate);
        Ok(admission)
    }

    /// As [`start`](Self::start), without the thread. Call [`turn`](Self::turn) regularly: nothing
    /// else reads the limit and ends the wait of requests.
    ///
    /// # Errors
    ///
    /// If an option is out of its range.
    pub fn without_thread(options: Options) -> Result<Self, OptionsError> {
        let admission = Self::create(options)?;
        lock(&GATES).push(admission.gate);
        Ok(admission)
    }

    fn create(options: Options) -> Result<Self, OptionsError> {
        Gate::new(options).map(|gate| Self { gate })
    }

    /// Waits until a request of this handler may run. The permit holds its reservation.
    ///
    /// It is cancel safe: a future that is dropped has reserved nothing. With [`Mode::Measure`] and
    /// [`Mode::Off`] it is ready at once.
    ///
    /// # Errors
    ///
    /// With [`Mode::Enforce`], if there is no room until the deadline, if the queue is full, or at
    /// once if the request is larger than the whole budget.
    #[inline(always)]
    pub fn admit(&self, site: &'static Site) -> Admit {
        Admit::new(self.gate, site)
    }

    /// Admits a request of this handler if there is room now.
    ///
    /// # Errors
    ///
    /// With [`Mode::Enforce`], if there is none, or others wait already. The reason is then
    /// [`Reason::Deadline`].
    pub fn try_admit(&self, site: &'static Site) -> Result<Permit, Refused> {
        if let Some(permit) = self.gate.begin_fast(site) {
            return Ok(permit);
        }
        let deadline = Some(core::time::Duration::ZERO);
        match self
            .gate
            .begin_slowly(&Asking { site, priority: Priority::Normal, deadline }, || false)
        {
            Begun::Admitted(permit) => Ok(permit),
            Begun::Refused(refused) => Err(refused),
            Begun::Waiting(wait) => Err(self.gate.refused(Reason::Deadline, wait.site, wait.word)),
        }
    }

    /// The handler with this name, for requests of functions under `#[request_arena]`: their site
    /// is private, and its name is the function's.
    ///
    /// If several handlers have this name, their requests share one weight. Give each its own
    /// `name`.
    ///
    /// Each name is kept until the process ends, so do not make names from what clients send. It
    /// takes a lock: keep the result.
    #[must_use]
    pub fn handler(&self, name: &'static str) -> &'static Site {
        learning::named(name)
    }

    /// Counts a request that needs no admission, such as a health check. The layer does it for
    /// requests that its predicate exempts.
    pub fn count_exempt(&self) {
        self.gate.reservations.count_exempt(thread::number());
    }

    /// The bytes that a request of this handler reserves now. 0 before its first request.
    #[must_use]
    pub fn weight_bytes(&self, site: &'static Site) -> u64 {
        self.gate.weight_of(site)
    }

    /// The mode.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.gate.mode()
    }

    /// Changes the mode. Requests that wait are admitted, unless the new mode is
    /// [`Mode::Enforce`].
    pub fn set_mode(&self, mode: Mode) {
        self.gate.set_mode(mode);
    }

    /// Reads the limit, sets the budget, ends the wait of requests at their deadline, and learns
    /// weights. The gate's thread does so by itself. It costs about 0.2 ms.
    pub fn turn(&self) {
        self.gate.turn();
    }

    /// The figures of the gate. It takes the locks of requests that wait.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::take(self.gate)
    }
}

/// The figures of all gates of the process. If two have the same name, the later one is left out.
#[must_use]
pub fn snapshots() -> Vec<Snapshot> {
    let gates = lock(&GATES).clone();
    let mut snapshots: Vec<Snapshot> = Vec::new();
    for gate in gates {
        if snapshots.iter().all(|other| other.gate != gate.options.name) {
            snapshots.push(Snapshot::take(gate));
        }
    }
    snapshots
}
