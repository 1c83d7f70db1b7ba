//! The runs in their order: what each one starts, and what must be seen.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

use super::checks::{self, Check};
use super::observe::{Observed, Setup, observe};
use crate::group::Parent;
use crate::load::Plan;
use crate::service::Mode;

/// The limit of the group.
pub(crate) const LIMIT_BYTES: u64 = 256 << 20;
/// How much more load than fits there is.
pub(crate) const OVERLOAD: usize = 3;
/// What leaks in the time of the load. The leak goes on until all requests are home.
const LEAK_BYTES: u64 = 120 << 20;
/// What leaks at most. The rest of the limit still serves requests.
const LEAK_MOST: u64 = 144 << 20;
/// The file is larger than the group, so that its page cache fills it.
const FILE_BYTES: u64 = 320 << 20;
/// The time in which the clients of the run with the file begin. In a slow start at most eight
/// requests run. If all clients began at once, the others would be refused after the deadline of
/// this service, which is as short as a large request.
const WARM_UP: Duration = Duration::from_secs(1);
/// The most large clients that are tried.
const MOST_CLIENTS: usize = 96;

/// How long the runs take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// The load of a run.
    pub(crate) time: Duration,
    /// The time in which the clients of the runs that are killed begin, one after the other.
    ramp: Duration,
    /// The idle service before each load.
    idle: Duration,
    /// The load of one attempt to find what fits.
    attempt: Duration,
}

impl Scale {
    pub(crate) const FULL: Self = Self::new(60_000, 20_000, 2000, 6000);
    pub(crate) const QUICK: Self = Self::new(10_000, 6000, 1000, 3000);

    const fn new(time: u64, ramp: u64, idle: u64, attempt: u64) -> Self {
        let [time, ramp, idle, attempt] = [
            Duration::from_millis(time),
            Duration::from_millis(ramp),
            Duration::from_millis(idle),
            Duration::from_millis(attempt),
        ];
        Self { time, ramp, idle, attempt }
    }
}

/// A run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Scenario {
    /// The most load that fits, without protection. The others are compared with it.
    Fits,
    /// Three times that, without protection.
    Unprotected,
    /// The same, and admission control measures.
    Measure,
    /// The same, and admission control refuses.
    Enforce,
    /// The same, and the service leaks.
    Leak,
    /// Half of what fits, and a file that fills the group with page cache.
    PageCache,
}

impl Scenario {
    pub(crate) const ALL: [Self; 6] =
        [Self::Fits, Self::Unprotected, Self::Measure, Self::Enforce, Self::Leak, Self::PageCache];

    /// The name in files, tables and arguments.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Unprotected => "unprotected",
            Self::Measure => "measure",
            Self::Enforce => "enforce",
            Self::Leak => "leak",
            Self::PageCache => "page-cache",
        }
    }

    /// What happens in it, for the table and the picture.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Fits => "the most that fits, unprotected",
            Self::Unprotected => "three times that, unprotected",
            Self::Measure => "three times that, `measure`",
            Self::Enforce => "three times that, `enforce`",
            Self::Leak => "three times that, `enforce`, and a leak",
            Self::PageCache => "half of that, `enforce`, and a large file",
        }
    }

    const fn mode(self) -> Mode {
        match self {
            Self::Fits | Self::Unprotected => Mode::Off,
            Self::Measure => Mode::Measure,
            Self::Enforce | Self::Leak | Self::PageCache => Mode::Enforce,
        }
    }

    /// The clients of each kind, if this many fit.
    const fn clients(self, fit: usize) -> usize {
        match self {
            Self::Fits => fit,
            Self::PageCache => fit / 2,
            Self::Unprotected | Self::Measure | Self::Enforce | Self::Leak => OVERLOAD * fit,
        }
    }

    /// The checks of what was seen. `fits` is the run with what fits.
    pub(crate) fn checks(self, seen: &Observed, fits: &Observed) -> Vec<Check> {
        match self {
            Self::Fits => checks::fits(seen),
            Self::Unprotected => checks::unprotected(seen),
            Self::Measure => checks::measure(seen),
            Self::Enforce => checks::enforce(seen, fits),
            Self::Leak => checks::leak(seen),
            Self::PageCache => checks::page_cache(seen),
        }
    }
}

/// The place of all runs.
#[derive(Debug)]
pub(crate) struct Lab<'a> {
    pub(crate) parent: &'a Parent,
    /// The folder of logs and of the large file.
    pub(crate) folder: &'a Path,
    pub(crate) scale: Scale,
}

impl Lab<'_> {
    /// Finds how many clients of each kind fit, and runs with them. "Fit" means that the kernel
    /// does not kill the unprotected service.
    pub(crate) fn fit(&self) -> anyhow::Result<(usize, Observed)> {
        let (mut survived, mut killed) = (0, MOST_CLIENTS);
        while killed - survived > 1 {
            let clients = (survived + killed) / 2;
            let seen = self.observe(Scenario::Fits, "attempt", clients, self.scale.attempt)?;
            if seen.died.is_some() { killed = clients } else { survived = clients }
        }
        // A long run may find a moment that the short attempts did not have.
        while survived > 0 {
            let seen = self.observe(Scenario::Fits, "fits", survived, self.scale.time)?;
            if seen.died.is_none() {
                return Ok((survived, seen));
            }
            survived -= survived.div_ceil(20);
        }
        ensure!(survived > 0, "the service is killed with one client, too");
        unreachable!("the loop ends with a run or with no clients")
    }

    /// Runs the scenario, if this many clients fit.
    pub(crate) fn run(&self, scenario: Scenario, fit: usize) -> anyhow::Result<Observed> {
        let time = self.scale.time;
        self.observe(scenario, scenario.name(), scenario.clients(fit), time)
            .with_context(|| format!("the run `{}`", scenario.name()))
    }

    fn observe(
        &self,
        scenario: Scenario,
        name: &str,
        clients: usize,
        time: Duration,
    ) -> anyhow::Result<Observed> {
        let ramp = match scenario {
            Scenario::Unprotected | Scenario::Measure => self.scale.ramp,
            Scenario::PageCache => WARM_UP,
            _ => Duration::ZERO,
        };
        let file = self.folder.join("large-file");
        let seen = observe(&Setup {
            name: name.to_owned(),
            parent: self.parent,
            limit_bytes: LIMIT_BYTES,
            folder: self.folder,
            arguments: self.arguments(scenario, &file),
            plan: Plan { large: clients, small: clients, ramp, time },
            idle: self.scale.idle,
            examined: scenario == Scenario::Leak,
        });
        if scenario == Scenario::PageCache {
            std::fs::remove_file(&file).context("the large file cannot be removed")?;
        }
        seen
    }

    fn arguments(&self, scenario: Scenario, file: &Path) -> Vec<String> {
        let mut arguments = vec![format!("--mode={}", scenario.mode().name())];
        match scenario {
            Scenario::Leak => {
                let pace = LEAK_BYTES as f64 / self.scale.time.as_secs_f64();
                arguments.push(format!("--leak-per-second={}", pace as u64));
                arguments.push(format!("--leak-most={LEAK_MOST}"));
            }
            Scenario::PageCache => {
                arguments.push(format!("--file={}", file.display()));
                arguments.push(format!("--file-bytes={FILE_BYTES}"));
            }
            _ => {}
        }
        arguments
    }
}
