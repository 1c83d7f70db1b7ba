//! The checks: what must be seen in each run, with the figures that were seen.

use std::fmt::Display;
use std::time::Duration;

use request_arena::doctor::Mode as Cause;
use request_arena_chart::human;
use serde::Serialize;

use super::observe::Observed;
use crate::load::{Kind, Reading};

/// The least share of the throughput of what fits.
const THROUGHPUT: f64 = 0.85;
/// How much longer than in the idle service a health check may take.
const HEALTH: Duration = Duration::from_millis(50);
const HEALTH_CHECKS: &str = "health checks take at most 50 ms more than in the idle service";
/// The function that leaks.
const LEAK: &str = "remember_events";
/// The share of the limit that the page cache has to fill.
const CACHED: f64 = 0.5;

/// From this share of the processors' time on, other programs disturb the health checks.
const DISTURBED: f64 = 0.1;

/// One check.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Check {
    /// What has to hold.
    pub(crate) what: &'static str,
    pub(crate) holds: bool,
    /// What was seen.
    pub(crate) seen: String,
}

impl Check {
    /// Whether it is about times, which other programs can disturb.
    pub(crate) fn is_of_time(&self) -> bool {
        self.what == HEALTH_CHECKS
    }

    fn new(what: &'static str, holds: bool, seen: impl Display) -> Self {
        Self { what, holds, seen: seen.to_string() }
    }
}

/// The load is served as if there was no limit.
pub(super) fn fits(seen: &Observed) -> Vec<Check> {
    vec![not_killed(seen), only(seen, &[200]), all_home(seen)]
}

/// The kernel kills the service.
pub(super) fn unprotected(seen: &Observed) -> Vec<Check> {
    vec![killed(seen), only(seen, &[200])]
}

/// The kernel kills it, too, and the log and the figures have said so before.
pub(super) fn measure(seen: &Observed) -> Vec<Check> {
    let lacked = |reading: &&Reading| reading.figures.would_have_waited > 0;
    let first = seen.loaded.readings.iter().find(lacked);
    let died = seen.died.map(|(at, _)| at);
    let before = first.zip(died).map(|(first, died)| died.saturating_sub(first.at));
    let line = seen.log_line("would");
    vec![
        killed(seen),
        only(seen, &[200]),
        Check::new(
            "the figures say before that requests would not have been admitted",
            before.is_some_and(|before| before > Duration::ZERO),
            match (before, seen.loaded.readings.last()) {
                (Some(before), Some(last)) => format!(
                    "{:.1} s before; in the end {} would have waited",
                    before.as_secs_f64(),
                    last.figures.would_have_waited
                ),
                _ => "they do not".to_owned(),
            },
        ),
        Check::new(
            "the log says so, too",
            line.is_some(),
            line.unwrap_or_else(|| "it does not".to_owned()),
        ),
    ]
}

/// The service outlives the load, at nearly the throughput of what fits.
pub(super) fn enforce(seen: &Observed, fits: &Observed) -> Vec<Check> {
    let mut checks = protected(seen);
    for (kind, what) in [
        (Kind::Large, "large requests have 85 % of the throughput of what fits"),
        (Kind::Small, "small requests have 85 % of the throughput of what fits"),
    ] {
        let [now, then] = [seen, fits].map(|run| run.tally.throughput(kind));
        let share = now / then;
        let seen = format!("{:.0} % ({now:.0}/s of {then:.0}/s)", share * 100.0);
        checks.push(Check::new(what, share >= THROUGHPUT, seen));
    }
    checks.push(healthy(seen));
    checks.push(acted(seen));
    checks
}

/// The service outlives the leak. Less and less is admitted, and the reason is given.
pub(super) fn leak(seen: &Observed) -> Vec<Check> {
    let mut checks = protected(seen);
    let readings = &seen.loaded.readings;
    let at = |part: f64| {
        let place = ((readings.len() as f64 - 1.0) * part).max(0.0) as usize;
        readings.get(place).map_or(0, |reading| reading.figures.budget_bytes)
    };
    let budgets = [0.1, 0.4, 0.7].map(at);
    checks.push(Check::new(
        "the budget of requests shrinks more and more",
        budgets.windows(2).all(|pair| pair[1] < pair[0]) && budgets[2] > 0,
        budgets.map(human::size).join(", "),
    ));
    let base = readings.last().map_or(0, |reading| reading.figures.base_bytes);
    checks.push(Check::new(
        "the figures say that memory belongs to no request",
        base as f64 > seen.limit_bytes as f64 * 0.4,
        human::size(base),
    ));
    let line = seen.log_line("belong to no request");
    checks.push(Check::new(
        "the log says so, too",
        line.is_some(),
        line.unwrap_or_else(|| "it does not".to_owned()),
    ));
    let first = seen.diagnosis.as_ref().and_then(|diagnosis| diagnosis.findings.first());
    let named = first
        .is_some_and(|first| first.mode == Cause::RealGrowth && format!("{first}").contains(LEAK));
    checks.push(Check::new(
        "the doctor names the function that leaks",
        named,
        first.map_or_else(
            || "it finds nothing".to_owned(),
            |first| format!("{first}").lines().next().unwrap_or_default().to_owned(),
        ),
    ));
    checks.push(healthy(seen));
    checks.push(acted(seen));
    checks
}

/// Page cache fills the group, and nothing is refused for it.
pub(super) fn page_cache(seen: &Observed) -> Vec<Check> {
    let most = seen.samples.iter().map(|sample| sample.usage.cache).max().unwrap_or(0);
    let share = most as f64 / seen.limit_bytes as f64;
    vec![
        not_killed(seen),
        only(seen, &[200]),
        all_home(seen),
        Check::new(
            "page cache fills half of the group",
            share >= CACHED,
            format!("{:.0} %", share * 100.0),
        ),
    ]
}

/// What holds in every run under `enforce` with more load than fits.
fn protected(seen: &Observed) -> Vec<Check> {
    let share = seen.peak_bytes as f64 / seen.limit_bytes as f64 * 100.0;
    let missing = seen.tally.without_retry_after;
    vec![
        not_killed(seen),
        only(seen, &[200, 503]),
        Check::new(
            "memory is below the limit all the time",
            seen.peak_bytes < seen.limit_bytes,
            format!("{} at most, {share:.0} %", human::size(seen.peak_bytes)),
        ),
        Check::new("each refusal has `Retry-After`", missing == 0, format!("{missing} have none")),
        all_home(seen),
    ]
}

fn killed(seen: &Observed) -> Check {
    let how = match seen.died {
        Some((at, end)) => {
            format!("{end} after {:.1} s, oom_kill {}", at.as_secs_f64(), seen.kills)
        }
        None => "it outlived the load".to_owned(),
    };
    Check::new("the kernel kills the service", seen.is_killed(), how)
}

fn not_killed(seen: &Observed) -> Check {
    let holds = seen.died.is_none() && seen.kills == 0;
    let how = match seen.died {
        Some((at, end)) => {
            format!("{end} after {:.1} s, oom_kill {}", at.as_secs_f64(), seen.kills)
        }
        None => format!("oom_kill {}", seen.kills),
    };
    Check::new("the kernel does not kill the service", holds, how)
}

fn only(seen: &Observed, statuses: &[u16]) -> Check {
    let statuses_are = seen.tally.statuses.keys().all(|status| statuses.contains(status));
    let counts: Vec<_> =
        seen.tally.statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
    let what = match statuses {
        [200] => "all answers are 200",
        _ => "all answers are 200 or 503",
    };
    Check::new(what, statuses_are && !counts.is_empty(), counts.join(", "))
}

fn all_home(seen: &Observed) -> Check {
    let lost = &seen.tally.lost;
    let how = match lost.first() {
        Some(first) => format!("{} are not: {first}", lost.len()),
        None => format!("{:.1} s after the load's end", seen.tally.home.as_secs_f64()),
    };
    Check::new("all requests are answered in the end", lost.is_empty(), how)
}

fn healthy(seen: &Observed) -> Check {
    let (idle, worst) = (seen.idle.health.quantile(0.5), seen.loaded.health.max());
    let holds = seen.loaded.failed.is_none() && worst < idle + HEALTH;
    let how = match &seen.loaded.failed {
        Some(failed) => failed.clone(),
        None => format!(
            "{:.1} ms at most of {}, idle {:.1} ms",
            millis(worst),
            human::count(seen.loaded.health.len()),
            millis(idle)
        ),
    };
    Check::new(HEALTH_CHECKS, holds, how)
}

/// Whether there was anything to do, so that the run shows something.
fn acted(seen: &Observed) -> Check {
    let figures = seen.loaded.readings.last().map(|reading| reading.figures).unwrap_or_default();
    let [waited, refused] = [figures.waited, figures.refused].map(human::count);
    Check::new(
        "some requests waited, and some were refused",
        figures.waited > 0 && figures.refused > 0,
        format!("{waited} waited and were admitted, {refused} were refused"),
    )
}

/// Whether other programs took so much of the machine that times mean little.
pub(crate) fn is_disturbed(seen: &Observed) -> bool {
    seen.others.is_some_and(|others| others >= DISTURBED)
}

/// For people and tables.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
