//! The timeline: RSS by class over time. The last minutes are fine and the last day is coarse, so
//! that one chart can show both.

use request_arena_memory::maps::Maps;
use serde::{Deserialize, Serialize};

use super::account::{CLASSES, Split};
use super::history::History;
use super::reading::Reading;
use super::sampler::Known;

/// RSS by class over time: a moment for each reading in the history.
///
/// A moment is an estimate of the [`Account`](super::Account) at that time. It assumes that stacks
/// and the program's data are as large as now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Timeline {
    /// The classes of the account, and [`UNEXPLAINED`](Self::UNEXPLAINED) as the last one.
    pub classes: Vec<String>,
    /// The moments before `fine`, one a minute for at most a day, the oldest first.
    pub older: Vec<Moment>,
    /// The last 600 readings, the oldest first.
    pub fine: Vec<Moment>,
    /// The limit of the process's container at the last reading, in bytes. `None` without one. The
    /// container also has memory that is in no RSS.
    #[serde(default)]
    pub limit_bytes: Option<u64>,
}

/// RSS by class at one moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Moment {
    /// Seconds after the doctor's start.
    pub at_seconds: f64,
    /// Physical memory of the process, in bytes: the sum of `bytes`.
    pub rss_bytes: u64,
    /// Bytes of each class, in the order of [`Timeline::classes`].
    pub bytes: Vec<u64>,
}

impl Timeline {
    /// The class of memory that no class explains.
    pub const UNEXPLAINED: &str = "unexplained";

    /// All moments, the oldest first.
    pub fn moments(&self) -> impl DoubleEndedIterator<Item = &Moment> {
        self.older.iter().chain(&self.fine)
    }

    pub(super) fn of(
        history: &History,
        maps: &Maps,
        known: &[Known],
        limit_bytes: Option<u64>,
    ) -> Self {
        let moment = |reading: &Reading| Moment::of(reading, maps, known);
        let first = history.fine().next().map(|reading| reading.at);
        let older =
            history.coarse().take_while(|reading| first.is_some_and(|first| reading.at < first));
        let classes = CLASSES.iter().map(|(name, _)| *name).chain([Self::UNEXPLAINED]);
        Self {
            classes: classes.map(str::to_owned).collect(),
            older: older.map(moment).collect(),
            fine: history.fine().map(moment).collect(),
            limit_bytes,
        }
    }

    /// The meaning of a class; empty if there is no class of this name.
    #[must_use]
    pub fn meaning_of(class: &str) -> &'static str {
        let classes =
            CLASSES.into_iter().chain([(Self::UNEXPLAINED, "memory that no class explains")]);
        classes.into_iter().find(|(name, _)| *name == class).map_or("", |(_, meaning)| meaning)
    }
}

impl Moment {
    fn of(reading: &Reading, now: &Maps, known: &[Known]) -> Self {
        let Split { rss, bytes, .. } = Split::of(reading, &now.at(&reading.process), known);
        let unexplained = rss.saturating_sub(bytes.iter().sum());
        Self {
            at_seconds: reading.at.as_secs_f64(),
            rss_bytes: rss,
            bytes: bytes.into_iter().chain([unexplained]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::reading::HeapSample;
    use crate::{Account, HeapReading, Serves};
    use request_arena_memory::ProcessReading;

    /// Counters of a process with so much anonymous memory.
    fn process(anonymous_bytes: u64) -> ProcessReading {
        let (file_bytes, shared_bytes) = (300, 50);
        let rss_bytes = anonymous_bytes + file_bytes + shared_bytes;
        let mut process = ProcessReading::default();
        (process.rss_bytes, process.anonymous_bytes) = (rss_bytes, anonymous_bytes);
        (process.file_bytes, process.shared_bytes) = (file_bytes, shared_bytes);
        process
    }

    /// A reading in which jemalloc has 700 bytes and glibc 200.
    fn reading(second: u64, anonymous: u64) -> Reading {
        let jemalloc = HeapReading {
            live_bytes: Some(500),
            active_bytes: Some(600),
            dirty_bytes: Some(100),
            ..HeapReading::default()
        };
        let glibc = HeapReading { live_bytes: Some(200), ..HeapReading::default() };
        let sample = |figures| Some(HeapSample { figures, is_live_new: true, is_new: true });
        let heaps = [sample(jemalloc), sample(glibc)].into();
        let arenas = request_arena_core::Counts::read();
        let reading = Reading::of(Duration::from_secs(second), process(anonymous), heaps, &arenas);
        // Other tests have arenas of their own.
        Reading {
            has_counters: false,
            given_back_pages: None,
            arenas_in_use: 60,
            arenas_in_use_touched: 60,
            arenas_retained: 40,
            arenas_retained_touched: 40,
            metered: Box::default(),
            ..reading
        }
    }

    fn known() -> [Known; 2] {
        [("jemalloc", true), ("glibc", false)].map(|(name, rust)| Known {
            name,
            serves: Serves::new(rust, !rust, ""),
            decay: None,
            keeps_less: None,
            keeps_longer: None,
            gives_back_at_once: None,
            delays_frees: false,
        })
    }

    fn maps() -> Maps {
        Maps { stacks: 30, data: 20, ..Maps::default() }
    }

    #[test]
    fn each_moment_adds_up_to_rss_however_little_there_is() {
        let mut history = History::default();
        let sizes = [0, 10, 45, 300, 700, 760, 900, 949, 950, 951, 5000];
        (0..).zip(sizes).for_each(|(second, size)| history.push(reading(second, size)));
        let timeline = Timeline::of(&history, &maps(), &known(), None);
        assert_eq!(timeline.fine.len(), sizes.len());
        for (moment, size) in timeline.moments().zip(sizes) {
            assert_eq!(moment.rss_bytes, size + 350);
            assert_eq!(moment.bytes.iter().sum::<u64>(), moment.rss_bytes, "{moment:?}");
            assert_eq!(moment.bytes.len(), timeline.classes.len());
        }
        let of = |moment: &Moment, class: &str| {
            moment.bytes[timeline.classes.iter().position(|known| known == class).unwrap()]
        };
        let last = timeline.fine.last().unwrap();
        // 700 of jemalloc, 200 of glibc, 50 of stacks and data.
        assert_eq!(of(last, Timeline::UNEXPLAINED), 5000 - 950);
        assert_eq!(
            (of(last, "heap live"), of(last, "second allocator"), of(last, "stacks")),
            (400, 200, 30)
        );
        assert_eq!(
            (of(&timeline.fine[1], "stacks"), of(&timeline.fine[1], "other anonymous")),
            (10, 0)
        );
    }

    #[test]
    fn a_moment_is_what_the_account_of_the_same_memory_says() {
        let mut history = History::default();
        history.push(reading(0, 2000));
        let now = Maps { rss: 2350, anonymous: 1950, file: 300, shared: 50, ..maps() };
        let account = Account::of(history.last().unwrap(), &now, &known());
        let timeline = Timeline::of(&history, &now, &known(), None);
        let classes = account.classes.iter().map(|class| (&class.name, class.bytes));
        let expected: Vec<_> = classes
            .chain([(timeline.classes.last().unwrap(), account.unexplained_bytes as u64)])
            .collect();
        let moment: Vec<_> =
            timeline.classes.iter().zip(timeline.fine[0].bytes.iter().copied()).collect();
        assert_eq!(moment, expected);
    }

    #[test]
    fn what_is_older_than_the_last_minutes_is_there_once_and_coarsely() {
        let mut history = History::default();
        (0..1000).for_each(|second| history.push(reading(second, 1000)));
        let timeline = Timeline::of(&history, &maps(), &known(), None);
        let older: Vec<_> = timeline.older.iter().map(|moment| moment.at_seconds).collect();
        assert_eq!(older, [0.0, 60.0, 120.0, 180.0, 240.0, 300.0, 360.0]);
        assert_eq!((timeline.fine.len(), timeline.fine[0].at_seconds), (600, 400.0));
        assert!(timeline.moments().map(|moment| moment.at_seconds).is_sorted());
    }
}
