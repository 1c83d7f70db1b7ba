//! Eager purging: an allocator gives freed pages back, and the program soon needs them again. Each
//! page costs a system call's part, a flush of the processors' address caches, a page fault, and
//! zeroing. Memory is flat, and looks well.
//!
//! The finding is about processor time. The sign is page faults at a high rate while memory stands
//! still: as many pages must have gone back meanwhile. jemalloc counts the pages that it gives
//! back, so faults beyond them count for nothing. Other allocators do not count, and maps that the
//! program makes and removes, or maps of files, look the same. There the finding is *likely* if a
//! setting says that pages go back at once, and otherwise *possible*. It is none if files or shared
//! memory move.
//!
//! A service that starts or grows has faults, too. Its memory grows by as many pages.
//!
//! Reports: `dirty_decay_ms:0` took 18 % of 23 cores ([timefusion#153]). glibc shrank the heaps of
//! threads at each free page ([libc-alpha, 2015-02]). "the faster we return memory back to kernel,
//! the more CPU cycles will be spent" ([jemalloc#1128]).
//!
//! [timefusion#153]: https://github.com/monoscope-tech/timefusion/pull/153
//! [libc-alpha, 2015-02]: https://sourceware.org/ml/libc-alpha/2015-02/msg00501.html
//! [jemalloc#1128]: https://github.com/jemalloc/jemalloc/issues/1128

use core::time::Duration;

use crate::evidence::Evidence;
use crate::reading::Reading;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// The time looked at, in multiples of `settle`, in so many parts. A service that starts, or a
/// batch, is over sooner.
const PATIENCE: u32 = 2;
const PARTS: usize = 4;

/// A part without requests is quiet, so one of the parts may be.
const LEAST_PARTS: usize = 3;

/// The least time for a page that goes back and is faulted in again. Processors without
/// virtualisation take about this. In a virtual machine it was 3.3 us.
const A_PAGE_MICROS: f64 = 0.5;

/// 80 MiB a second, or a hundredth of a core at [`A_PAGE_MICROS`]. Less is not worth a person's
/// time.
const LEAST_PER_SECOND: f64 = 20_000.0;

/// At [`A_PAGE_MICROS`], the pages take at least this share of the time that the program itself
/// takes. Slower page faults do not change it.
const LEAST_SHARE: f64 = 0.1;

/// The kernel takes at least this share of the process's time, for all that it does.
const LEAST_IN_KERNEL: f64 = 0.15;

/// Memory stands still if it grew by at most this share of the pages that came.
const FLAT: f64 = 0.1;

/// The allocator explains the faults if it has given back at least this share of the pages.
const EXPLAINED: f64 = 0.5;

/// Files and shared memory stand still if they moved by at most this many bytes.
const STILL: u64 = 1 << 20;

const PAGE: f64 = 4096.0;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let counted = with_counts(&evidence.readings);
    let readings = last(&counted, evidence.settle)?;
    let churn = Churn::of(readings)?;
    let step = (readings.len() - 1) as f64 / PARTS as f64;
    let place = |part: usize| (part as f64 * step).round() as usize;
    let parts = (0..PARTS).map(|part| &readings[place(part)..=place(part + 1)]);
    let busy = parts.filter_map(Churn::of).filter(Churn::is_eager).count();
    let is_still = churn.given_back.is_some() || files_are_still(readings);
    if !churn.is_eager() || busy < LEAST_PARTS || !is_still {
        return None;
    }
    let rust = evidence.rust();
    let at_once = rust.and_then(|rust| rust.gives_back_at_once.as_deref());
    let confidence = match (churn.given_back, at_once) {
        (Some(_), Some(_)) => Confidence::High,
        (Some(_), None) | (None, Some(_)) => Confidence::Medium,
        (None, None) => Confidence::Low,
    };
    let advice = rust
        .and_then(|rust| rust.keeps_longer.as_deref())
        .unwrap_or("make the allocator keep freed pages for some seconds, and reuse large buffers");
    let mut remedy = format!("To save that time, {advice}. The memory that this keeps is free.");
    if confidence == Confidence::Low {
        remedy.push_str(
            " Maps that the program itself makes and removes have the same cost: `strace -f -c -e \
             trace=madvise,munmap,mmap,brk -p PID` counts the calls.",
        );
    }
    Some(Finding {
        bytes: None,
        share: 0.0,
        subject: rust.filter(|rust| rust.name != "unknown").map(|rust| rust.name.to_owned()),
        evidence: churn.figures(at_once),
        remedy,
        ..evidence.finding(Mode::EagerPurging, 0, confidence)
    })
}

/// The readings with counters, and with a new count of pages given back if an allocator counts
/// them. In a large service these figures are not read each time.
fn with_counts<'r>(readings: &[&'r Reading]) -> Vec<&'r Reading> {
    let counts = readings.iter().any(|reading| reading.given_back_pages.is_some());
    let is_whole = |reading: &&&Reading| {
        reading.has_counters && (!counts || reading.given_back_pages.is_some())
    };
    readings.iter().filter(is_whole).copied().collect()
}

/// The last readings, if there are enough of them after the service's start.
fn last<'a, 'r>(readings: &'a [&'r Reading], settle: Duration) -> Option<&'a [&'r Reading]> {
    let (first, last) = (readings.first()?, readings.last()?);
    let from = last.at.checked_sub(settle * PATIENCE)?;
    let start = readings.partition_point(|reading| reading.at <= from);
    // The reading at its start, and one for each part at least.
    let start = start.min(readings.len().checked_sub(PARTS)?).checked_sub(1)?;
    (readings[start].at >= first.at + settle).then_some(&readings[start..])
}

/// Pages that go back and come again, between two readings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Churn {
    seconds: f64,
    /// Page faults without a read from disk.
    faults: f64,
    /// Pages that an allocator gave back, if it counts them.
    given_back: Option<f64>,
    /// The growth of anonymous memory.
    grown_bytes: f64,
    user_micros: f64,
    system_micros: f64,
    requests: f64,
}

impl Churn {
    fn of(readings: &[&Reading]) -> Option<Self> {
        let (first, last) = (readings.first()?, readings.last()?);
        let since = |of: fn(&Reading) -> u64| of(last).saturating_sub(of(first)) as f64;
        let churn = Self {
            seconds: (last.at - first.at).as_secs_f64(),
            faults: since(|reading| reading.process.minor_page_faults),
            given_back: last
                .given_back_pages
                .zip(first.given_back_pages)
                .map(|(now, before)| now.saturating_sub(before) as f64),
            grown_bytes: since(|reading| reading.process.anonymous_bytes),
            user_micros: since(|reading| reading.process.user_micros),
            system_micros: since(|reading| reading.process.system_micros),
            requests: since(|reading| reading.requests),
        };
        (churn.seconds > 0.0).then_some(churn)
    }

    /// Pages that went back and came again.
    fn pages(&self) -> f64 {
        self.faults.min(self.given_back.unwrap_or(f64::INFINITY))
    }

    fn all_micros(&self) -> f64 {
        (self.user_micros + self.system_micros).max(1.0)
    }

    /// The least share of the process's time that the pages take.
    fn share(&self) -> f64 {
        self.pages() * A_PAGE_MICROS / self.all_micros()
    }

    fn in_kernel(&self) -> f64 {
        self.system_micros / self.all_micros()
    }

    fn is_eager(&self) -> bool {
        let is_flat = self.grown_bytes <= FLAT * self.faults * PAGE;
        let is_explained = self.pages() >= EXPLAINED * self.faults;
        self.pages() >= LEAST_PER_SECOND * self.seconds
            && self.pages() * A_PAGE_MICROS >= LEAST_SHARE * self.user_micros
            && self.in_kernel() >= LEAST_IN_KERNEL
            && is_flat
            && is_explained
    }

    fn figures(&self, at_once: Option<&str>) -> Vec<Figure> {
        let a_second = |count: f64| count / self.seconds;
        let mut figures = vec![
            Figure::new(
                "processor time in the kernel",
                self.in_kernel(),
                FigureUnit::Ratio,
                format!("of the process's time in the last {:.0} s", self.seconds),
            ),
            Figure::new(
                "processor time for these pages",
                self.share(),
                FigureUnit::Ratio,
                format!("of it at least, at {A_PAGE_MICROS} us a page; several times that in a VM"),
            ),
            Figure::new(
                "page faults a second",
                a_second(self.faults),
                FigureUnit::Count,
                "without a read from disk",
            ),
        ];
        if let Some(given_back) = self.given_back {
            figures.push(Figure::new(
                "pages given back a second",
                a_second(given_back),
                FigureUnit::Count,
                at_once.unwrap_or("by the allocator's own count"),
            ));
        } else if let Some(at_once) = at_once {
            let meaning = format!("{at_once}: freed pages go back at once");
            figures.push(Figure::new("time that pages stay", 0.0, FigureUnit::Seconds, meaning));
        }
        if self.requests > 0.0 {
            figures.push(Figure::new(
                "page faults a request",
                self.faults / self.requests,
                FigureUnit::Count,
                "on average",
            ));
        }
        figures.push(Figure::bytes(
            "growth of anonymous memory",
            self.grown_bytes as u64,
            "in the same time, so the pages are not new memory",
        ));
        figures
    }
}

/// Whether files and shared memory stand still. If they move, the faults may be theirs.
fn files_are_still(readings: &[&Reading]) -> bool {
    let moved = |of: fn(&Reading) -> u64| {
        let all = || readings.iter().map(|reading| of(reading));
        all().max().unwrap_or(0) - all().min().unwrap_or(0)
    };
    moved(|reading| reading.process.file_bytes) <= STILL
        && moved(|reading| reading.process.shared_bytes) <= STILL
}
