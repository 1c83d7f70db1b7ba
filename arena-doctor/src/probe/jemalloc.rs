//! jemalloc, under any name that builds give its functions. A program may contain two: one of
//! Rust's, and one of C's. Each has a probe.
//!
//! A build without statistics does not count live bytes. `tikv-jemallocator` has them with its
//! feature `stats`. Without them
//! [`CountingAllocator`](request_arena_core::heap::CountingAllocator) around it counts them. If it
//! is not there either, only pages are known: those in use, and free ones.
//!
//! To collect its figures, jemalloc adds up the caches of all threads under a lock. That takes 2 to
//! 3 ms with 1,500 threads, so such a process has new figures every half minute, and at each
//! judgement. Between two of them, the kernel's counters show growth.

use core::time::Duration;

use request_arena_sys::jemalloc::{Figure, Jemalloc as Linked};

use super::paced::{LESSER_SHARE, Paced};
use super::{HeapReading, Probe, Serves, counted};

/// Above the limits of all thread caches, and a size class of jemalloc.
const TELLING_BYTES: usize = 112 << 10;

#[derive(Debug)]
pub(super) struct Jemalloc {
    linked: Linked,
    serves_rust: bool,
    paced: Paced,
    /// Whether it counts its live bytes itself, at the last reading.
    counts_live: bool,
}

impl Jemalloc {
    /// A probe for each jemalloc in the program.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Linked::all().into_iter().map(|linked| Self {
            linked,
            serves_rust: false,
            paced: Paced::new(LESSER_SHARE),
            counts_live: true,
        })
    }

    /// Whether this thread allocates [`TELLING_BYTES`] from it in `work`.
    fn is_asked(&self, work: impl FnOnce()) -> bool {
        let before = self.linked.allocated_by_thread();
        work();
        let allocated = self.linked.allocated_by_thread().zip(before);
        allocated.is_some_and(|(now, before)| now - before >= TELLING_BYTES as u64)
    }

    fn pages(&self, figure: Figure) -> Option<u64> {
        Some(self.linked.figure(figure)? * self.linked.figure(Figure::Page)?)
    }
}

impl Probe for Jemalloc {
    fn name(&self) -> &'static str {
        "jemalloc"
    }

    fn serves(&mut self) -> Serves {
        let rust =
            self.is_asked(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(TELLING_BYTES))));
        #[cfg(unix)]
        let c = self.is_asked(|| {
            request_arena_sys::c::with_malloc(TELLING_BYTES, |_| ());
        });
        #[cfg(not(unix))]
        let c = false;
        self.serves_rust = rust;
        let evidence = "jemalloc's counter of the thread was read before and after Rust, and C, \
            allocated";
        Serves::new(rust, c, evidence)
    }

    fn read(&mut self) -> Option<HeapReading> {
        // Figures that are older than the arenas' would count chunks twice, or not at all.
        let is_new = self.paced.ask(|| self.linked.refresh().then_some(())).is_some();
        if !is_new {
            return if self.counts_live || !self.serves_rust { None } else { counted::live() };
        }
        let live = self.linked.figure(Figure::Allocated);
        self.counts_live = live.is_some();
        let counted = if live.is_none() && self.serves_rust { counted::live() } else { None };
        let (large_bytes, large_count) = self.linked.large().unzip();
        Some(HeapReading {
            live_bytes: live.or(counted.and_then(|counted| counted.live_bytes)),
            peak_bytes: counted.and_then(|counted| counted.peak_bytes),
            active_bytes: Some(self.pages(Figure::ActivePages)?),
            dirty_bytes: self.pages(Figure::DirtyPages),
            muzzy_bytes: self.pages(Figure::MuzzyPages),
            metadata_bytes: self.linked.figure(Figure::Metadata),
            large_bytes,
            large_count,
        })
    }

    fn pace(&mut self, interval: Duration) {
        self.paced.pace(interval);
    }

    fn hurry(&mut self) {
        self.paced.hurry();
    }

    fn decay(&self) -> Option<Duration> {
        self.linked.decay_ms().map(Duration::from_millis)
    }

    fn release(&mut self) -> bool {
        self.linked.purge()
    }

    fn given_back_pages(&mut self) -> Option<u64> {
        // The figures are those of the last reading.
        self.linked.purged_pages()
    }

    fn purges_on_threads(&self) -> bool {
        self.serves_rust && self.linked.background_thread() == Some(false)
    }

    fn gives_back_at_once(&self) -> Option<String> {
        (self.linked.dirty_decay_ms() == Some(0)).then(|| "dirty_decay_ms:0".into())
    }

    fn keeps_longer(&self) -> Option<String> {
        let processors = std::thread::available_parallelism().ok().map(|count| count.get() as u64);
        Some(longer(self.linked.dirty_decay_ms()?, self.linked.arenas(), processors))
    }

    fn keeps_less(&self) -> Option<String> {
        let advice = match (self.linked.background_thread(), self.decay()) {
            (_, None) => {
                "set dirty_decay_ms and muzzy_decay_ms to a time: at -1 jemalloc never gives pages \
                 back"
            }
            (Some(false), _) => {
                "turn jemalloc's background thread on (`use_jemalloc!()`, or \
                 `background_thread:true`): without it a thread's pages are given back only while \
                 that thread allocates"
            }
            _ => "set jemalloc's dirty_decay_ms lower",
        };
        Some(advice.into())
    }
}

/// The settings that make jemalloc keep pages for longer.
fn longer(dirty_decay_ms: i64, arenas: Option<u64>, processors: Option<u64>) -> String {
    let mut advice = match dirty_decay_ms {
        0 => String::from(
            "set jemalloc's `dirty_decay_ms` to 10000, which is its default: it is 0, so each \
             freed page goes back at once",
        ),
        // Blocks above the threshold ignore the decay: `opt.oversize_threshold` in jemalloc(3).
        millis => format!(
            "raise jemalloc's `dirty_decay_ms`, which is {millis}, and its `oversize_threshold`: \
             larger blocks (8 MiB by default) go back at once"
        ),
    };
    // A thread that gives pages back holds its arena's lock.
    let few = arenas.zip(processors).filter(|(arenas, processors)| arenas < processors);
    if let Some((arenas, processors)) = few {
        advice.push_str(&format!(
            "; and raise `narenas`: it is {arenas} for {processors} processors, so their threads \
             wait for each other while one of them gives pages back"
        ));
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::longer;

    #[test]
    fn the_advice_names_what_is_set() {
        let at_once = longer(0, Some(8), Some(2));
        assert!(at_once.contains("it is 0") && !at_once.contains("narenas"), "{at_once}");
        let few = longer(10_000, Some(1), Some(8));
        assert!(few.contains("which is 10000") && few.contains("1 for 8 processors"), "{few}");
    }

    #[test]
    fn arenas_that_nothing_counts_are_not_too_few() {
        assert!(!longer(0, None, Some(8)).contains("narenas"));
        assert!(!longer(0, Some(1), None).contains("narenas"));
    }
}
