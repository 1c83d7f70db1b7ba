//! A site: the static that represents one annotated function (or one hand-written scope) and
//! collects its figures.
//!
//! A site enters the process-wide list when its first scope opens. So functions that never run add
//! no cost to a report.

use core::fmt;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use crate::clock;
use crate::coverage;
use crate::exemplar::{self, Largest};
use crate::figures::cells::{Cells, Totals};
use crate::figures::histogram::Nanoseconds;
use crate::figures::ledger::{Entries, Ledger};
use crate::printable::printable;
use crate::settings;
use crate::sync::{Mutex, lock};

/// The memory that a scope of a site requests from the pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Room that its arena has in one chunk from the start, in bytes.
    pub(crate) initial: usize,
    /// The most that its arena may hold, in bytes.
    pub(crate) limit: usize,
}

/// Classes of a future's size: below 64 bytes, each power of two, and 1 MiB or more.
const FUTURE_CLASSES: usize = 16;

/// The class of a future of this size, which the compiler computes.
#[inline(always)]
const fn future_class(bytes: usize) -> usize {
    const SMALLEST_BITS: usize = 6;
    let bits = (usize::BITS - bytes.leading_zeros()) as usize;
    let class = bits.saturating_sub(SMALLEST_BITS);
    if class < FUTURE_CLASSES { class } else { FUTURE_CLASSES - 1 }
}

/// Whether a site's limit refuses allocations: [`Site::with_limit_mode`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum LimitMode {
    /// The limit refuses allocations. This is the default.
    #[default]
    Enforce,
    /// The limit refuses nothing. Figures count the scopes that it would have refused.
    Measure,
}

impl LimitMode {
    /// The name that the macro and the exporters use: `enforce` or `measure`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Measure => "measure",
        }
    }
}

static SITES: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

/// A place in the code that opens request scopes, with a name, a source position, options and
/// figures.
///
/// `#[request_arena]` creates one for each function. To open scopes by hand, write a `static`:
///
/// ```
/// use request_arena_core::{Site, scope};
///
/// static IMPORT: Site = Site::new("import", module_path!(), file!(), line!()).with_limit(8 << 20);
///
/// let words = scope(&IMPORT, |arena| arena.alloc_from_iter("a b c".split(' ')).len());
/// assert_eq!(words, 3);
/// ```
pub struct Site {
    name: &'static str,
    module_path: &'static str,
    file: &'static str,
    line: u32,
    limit: Option<usize>,
    limit_mode: LimitMode,
    initial: usize,
    soft_limit: Option<usize>,
    /// Whether `on_limit` handles a refusal at the limit.
    pub(crate) answers: bool,
    /// The position in [`SITES`] plus one. 0 before the first scope.
    number: AtomicUsize,
    /// The class of the first chunk that a thread learned last; see [`crate::pool`].
    learned: AtomicU8,
    /// The same for the site's response buffers.
    learned_of_buffers: AtomicU8,
    /// The most live response buffers that a look found, and the most bytes of them.
    most_buffers: AtomicU64,
    most_buffer_bytes: AtomicU64,
    /// See [`crate::demand::expected`].
    pub(crate) expected: AtomicU64,
    /// The size of the largest future that has run a scope. 0 before the first one.
    future_bytes: AtomicUsize,
    /// `number` for futures of each class of sizes, 0 before the first one of the class. A scope of
    /// a future reads its number here. So it costs as much as any other scope, and a larger future
    /// of a generic function is still seen.
    number_of_futures: [AtomicU32; FUTURE_CLASSES],
    /// See [`crate::exemplar`].
    pub(crate) largest: Largest,
    pub(crate) ledger: Ledger<Cells>,
}

impl Site {
    /// Creates a site with a name and a source position. Every figure carries the name in its
    /// `scope` label.
    ///
    /// # Panics
    ///
    /// Panics if the name is empty. In a `static`, this is a compile error.
    #[must_use]
    pub const fn new(
        name: &'static str,
        module_path: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        assert!(!name.is_empty(), "`name` is empty: figures are reported under it");
        Self {
            name,
            module_path,
            file,
            line,
            limit: None,
            limit_mode: LimitMode::Enforce,
            initial: 0,
            soft_limit: None,
            answers: false,
            number: AtomicUsize::new(0),
            learned: AtomicU8::new(0),
            learned_of_buffers: AtomicU8::new(0),
            most_buffers: AtomicU64::new(0),
            most_buffer_bytes: AtomicU64::new(0),
            expected: AtomicU64::new(crate::demand::UNKNOWN),
            future_bytes: AtomicUsize::new(0),
            number_of_futures: [const { AtomicU32::new(0) }; FUTURE_CLASSES],
            largest: Largest::closed(),
            ledger: Ledger(Mutex::new(Entries { open: Vec::new(), closed: Totals::NOTHING })),
        }
    }

    /// Limits the chunks of one scope, its forks and its child scopes together to `bytes`.
    ///
    /// The limit counts the memory taken from the global allocator, not the bytes in use. It does
    /// not count the 48 bytes of book-keeping in each chunk. A scope never exceeds the limit.
    ///
    /// A scope cannot use all of the limit. The last chunk may stay partly empty, and no further
    /// chunk is smaller than 448 bytes. An arena from the pool counts in full, and may hold a
    /// quarter of the limit.
    ///
    /// # Panics
    ///
    /// Panics if `initial` exceeds `bytes`. In a `static`, this is a compile error.
    #[must_use]
    pub const fn with_limit(mut self, bytes: usize) -> Self {
        assert!(bytes >= self.initial, "`initial` is over the `limit`");
        self.limit = Some(bytes);
        self
    }

    /// Sets whether the limit refuses allocations, or only counts the scopes that it would refuse.
    ///
    /// With [`LimitMode::Measure`] a scope gets the same chunks as under the limit, until the limit
    /// would refuse it. Then [`SiteReport::over_limit`](crate::SiteReport::over_limit) counts the
    /// scope, and no limit applies to the rest of it. A response buffer over the limit is counted
    /// for itself. A scope that allocates through a raw `&Bump` is counted when it ends.
    ///
    /// ```
    /// use request_arena_core::{LimitMode, Site, report, scope};
    ///
    /// static SITE: Site = Site::new("import", module_path!(), file!(), line!())
    ///     .with_limit(16 << 10)
    ///     .with_limit_mode(LimitMode::Measure);
    ///
    /// for bytes in [1000, 1 << 20, 1000] {
    ///     scope(&SITE, |arena| { arena.alloc_slice_fill_copy(bytes, 0_u8); });
    /// }
    /// let import = report().site("import").unwrap().clone();
    /// assert_eq!((import.over_limit, import.refusals, import.outcomes.returned), (1, 0, 3));
    /// ```
    #[must_use]
    pub const fn with_limit_mode(mut self, mode: LimitMode) -> Self {
        self.limit_mode = mode;
        self
    }

    /// Starts each scope with room for `bytes` in one chunk. Chunks are whole pages, so the room is
    /// slightly smaller if the limit is about as small as `bytes`.
    ///
    /// # Panics
    ///
    /// Panics if `bytes` exceeds the `limit`. In a `static`, this is a compile error.
    #[must_use]
    pub const fn with_initial(mut self, bytes: usize) -> Self {
        if let Some(limit) = self.limit {
            assert!(limit >= bytes, "`initial` is over the `limit`");
        }
        self.initial = bytes;
        self
    }

    /// Logs a warning when a scope ends with a `peak_used` above `bytes`.
    ///
    /// The warning is an event at level `WARN`, when the scope ends. A soft limit refuses no
    /// allocation.
    #[must_use]
    pub const fn with_soft_limit(mut self, bytes: usize) -> Self {
        self.soft_limit = Some(bytes);
        self
    }

    /// Marks the site as having an `on_limit` handler for refusals. Part of the macro's expansion,
    /// not of the public interface.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_limit_answered(mut self) -> Self {
        self.answers = true;
        self
    }

    /// Returns the name that figures are reported under.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the module of the annotated function.
    #[must_use]
    pub const fn module_path(&self) -> &'static str {
        self.module_path
    }

    /// Returns the source file of the annotated function.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// Returns the line of the annotated function.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// Returns the limit in bytes, if there is one.
    #[must_use]
    pub const fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// Returns whether the limit refuses allocations.
    #[must_use]
    pub const fn limit_mode(&self) -> LimitMode {
        self.limit_mode
    }

    /// Returns the limit in bytes, if there is one that refuses allocations.
    pub(crate) fn enforced_limit(&self) -> Option<usize> {
        self.limit.filter(|_| self.limit_mode == LimitMode::Enforce)
    }

    /// Returns the soft limit in bytes, if there is one.
    #[must_use]
    pub const fn soft_limit(&self) -> Option<usize> {
        self.soft_limit
    }

    /// Returns the bytes that each scope starts with. 0 leaves the size to the pool.
    #[must_use]
    pub const fn initial(&self) -> usize {
        self.initial
    }

    /// Returns the memory that a scope of this site requests from the pool.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted { initial: self.initial, limit: self.limit.unwrap_or(usize::MAX) }
    }

    /// Returns the class of the first chunk that a thread learned last. 0 means none.
    pub(crate) fn learned(&self) -> u8 {
        self.learned.load(Ordering::Relaxed)
    }

    pub(crate) fn set_learned(&self, class: u8) {
        self.learned.store(class, Ordering::Relaxed);
    }

    /// Returns the memory that a response buffer of this site requests from the pool.
    pub(crate) fn wanted_by_buffers(&self) -> Wanted {
        Wanted { initial: 0, limit: self.limit.unwrap_or(usize::MAX) }
    }

    /// Returns the class of a buffer's chunk that a thread learned last. 0 means none.
    pub(crate) fn learned_of_buffers(&self) -> u8 {
        self.learned_of_buffers.load(Ordering::Relaxed)
    }

    pub(crate) fn set_learned_of_buffers(&self, class: u8) {
        self.learned_of_buffers.store(class, Ordering::Relaxed);
    }

    /// Raises the most live buffers, and the most bytes of them, to what a look found. Returns
    /// both.
    pub(crate) fn raise_most_buffers(&self, buffers: u64, bytes: u64) -> (u64, u64) {
        let most = self.most_buffers.fetch_max(buffers, Ordering::Relaxed);
        let most_bytes = self.most_buffer_bytes.fetch_max(bytes, Ordering::Relaxed);
        (most.max(buffers), most_bytes.max(bytes))
    }

    /// Returns the size of the future that runs the function, in bytes. `None` for a function that
    /// is not `async`, and before the first poll.
    ///
    /// It is the size of the future that the annotated function returns, with everything that the
    /// body holds across an `.await`. A function that keeps its `async` may have a future that is
    /// larger by its parameters.
    ///
    /// The compiler knows the size, the first poll stores it, and later ones cost nothing. If a
    /// generic function has futures of several sizes, it is the first one of the largest power of
    /// two: another may be up to twice as large.
    ///
    /// ```
    /// use std::pin::pin;
    /// use std::task::{Context, Waker};
    ///
    /// use request_arena_core::{Site, scope_async};
    ///
    /// static SITE: Site = Site::new("fetch", module_path!(), file!(), line!());
    /// let mut future = pin!(scope_async(&SITE, async |_| {
    ///     let buffer = [0_u8; 4096];
    ///     std::future::ready(()).await;
    ///     buffer.len()
    /// }));
    /// assert_eq!(SITE.future_bytes(), None);
    /// assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
    /// assert!(SITE.future_bytes().unwrap() >= 4096);
    /// ```
    #[must_use]
    pub fn future_bytes(&self) -> Option<usize> {
        Some(self.future_bytes.load(Ordering::Relaxed)).filter(|&bytes| bytes > 0)
    }

    /// Returns the number of scopes that have ended.
    pub(crate) fn ended(&self) -> u64 {
        self.ledger.read_part(|closed| closed.outcomes.total(), |sum, cells| *sum += cells.ended())
    }

    /// Returns how long its scopes were open. `None` if no [duration](crate::Settings::durations)
    /// was measured. It reads four cache lines for each thread that runs the site.
    #[must_use]
    pub fn durations(&self) -> Option<Nanoseconds> {
        let add = |sum: &mut Nanoseconds, cells: &Cells| cells.add_durations_to(sum);
        let durations = self.ledger.read_part(|closed| closed.duration, add);
        (durations.count() > 0).then_some(durations)
    }

    /// Returns the site's number if the site is already part of reports.
    #[inline(always)]
    pub(crate) fn listed(&self) -> Option<usize> {
        match self.number.load(Ordering::Relaxed) {
            0 => None,
            number => Some(number),
        }
    }

    /// Returns the site's number if a future of about this size has run before.
    #[inline(always)]
    pub(crate) fn listed_with_future(&self, bytes: usize) -> Option<usize> {
        match self.number_of_futures[future_class(bytes)].load(Ordering::Relaxed) {
            0 => None,
            number => Some(number as usize),
        }
    }

    /// Stores the size of the first future of its class, for the site with this number.
    pub(crate) fn add_future(&self, bytes: usize, number: usize) {
        self.future_bytes.fetch_max(bytes, Ordering::Relaxed);
        // A number that does not fit is read as 0, and its futures come here again.
        let number = u32::try_from(number).unwrap_or(0);
        self.number_of_futures[future_class(bytes)].store(number, Ordering::Relaxed);
    }

    /// Returns the site's number, a small number from 1 on. The first call makes the site part of
    /// every report.
    #[inline(always)]
    pub(crate) fn number(&'static self) -> usize {
        match self.listed() {
            Some(number) => number,
            None => self.list(),
        }
    }

    #[cold]
    #[inline(never)]
    fn list(&'static self) -> usize {
        coverage::own(|| {
            clock::advance();
            settings::current();
            let mut sites = lock(&SITES);
            if self.number.load(Ordering::Relaxed) == 0 {
                sites.push(self);
                // Under the lock: a source that is set later opens all sites of the list.
                if exemplar::is_wanted() {
                    self.largest.open();
                }
                self.number.store(sites.len(), Ordering::Relaxed);
            }
        });
        self.number.load(Ordering::Relaxed)
    }

    /// Returns the site with this number.
    pub(crate) fn numbered(number: usize) -> Option<&'static Self> {
        lock(&SITES).get(number.wrapping_sub(1)).copied()
    }

    /// Returns every site that has opened a scope, in the order of their first scopes.
    pub(crate) fn all() -> Vec<&'static Site> {
        lock(&SITES).clone()
    }
}

impl PartialEq for Site {
    /// Two sites are equal if they are the same static.
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self, other)
    }
}

impl Eq for Site {}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Site({} at {}:{})", printable(self.name), printable(self.file), self.line)
    }
}
