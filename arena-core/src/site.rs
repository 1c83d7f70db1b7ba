//! A site: the static that stands for one annotated function (or one hand-written scope) and
//! collects its figures.
//!
//! A site enters the process-wide list when its first scope opens, so that a report costs nothing
//! to the functions that never run.

use core::fmt;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use crate::clock;
use crate::coverage;
use crate::figures::cells::{Cells, Totals};
use crate::figures::ledger::{Entries, Ledger};
use crate::settings;
use crate::sync::{Mutex, lock};

/// The memory that a scope of a site asks of the pool.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// Room that its arena has in one chunk, from the start, in bytes.
    pub(crate) initial: usize,
    /// The most that its arena may hold, in bytes.
    pub(crate) limit: usize,
}

static SITES: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

/// One place in the code that opens request scopes: name, source position, options and figures.
///
/// `#[request_arena]` makes one for each function. By hand it is a `static`:
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
    initial: usize,
    soft_limit: Option<usize>,
    /// Whether `on_limit` answers what the limit refuses.
    pub(crate) answers: bool,
    /// One more than the place in [`SITES`]; 0 before the first scope.
    number: AtomicUsize,
    /// What a thread has learned last: see [`crate::pool`].
    learned: AtomicU8,
    pub(crate) ledger: Ledger<Cells>,
}

impl Site {
    /// A site with a name (the `scope` label of every figure) and where it stands in the source.
    ///
    /// # Panics
    ///
    /// If the name is empty; in a `static` that is an error of the compiler.
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
            initial: 0,
            soft_limit: None,
            answers: false,
            number: AtomicUsize::new(0),
            learned: AtomicU8::new(0),
            ledger: Ledger(Mutex::new(Entries { open: Vec::new(), closed: Totals::NOTHING })),
        }
    }

    /// At most `bytes` of chunks for one scope, its forks and child scopes together.
    ///
    /// It counts what is taken from the global allocator (without 48 bytes of book-keeping a
    /// chunk), not what is in use, and it is never exceeded. Not all of it can be used: the last
    /// chunk may not be filled, no further one is smaller than 448 bytes, and an arena from the
    /// pool, which may hold a quarter of the limit, counts whole.
    ///
    /// # Panics
    ///
    /// If `initial` is over it; in a `static` that is an error of the compiler.
    #[must_use]
    pub const fn with_limit(mut self, bytes: usize) -> Self {
        assert!(bytes >= self.initial, "`initial` is over the `limit`");
        self.limit = Some(bytes);
        self
    }

    /// Each scope starts with room for `bytes` in one chunk (for a little less where the limit is
    /// as small: chunks are whole pages).
    ///
    /// # Panics
    ///
    /// If it is over the `limit`; in a `static` that is an error of the compiler.
    #[must_use]
    pub const fn with_initial(mut self, bytes: usize) -> Self {
        if let Some(limit) = self.limit {
            assert!(limit >= bytes, "`initial` is over the `limit`");
        }
        self.initial = bytes;
        self
    }

    /// A scope whose `peak_used` is over `bytes` is warned about when it ends, by an event at level
    /// `WARN`; nothing is refused.
    #[must_use]
    pub const fn with_soft_limit(mut self, bytes: usize) -> Self {
        self.soft_limit = Some(bytes);
        self
    }

    /// What its arenas refuse is answered by `on_limit`. Part of the macro's expansion, not of the
    /// public interface.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_limit_answered(mut self) -> Self {
        self.answers = true;
        self
    }

    /// The name under which figures are reported.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The module of the annotated function.
    #[must_use]
    pub const fn module_path(&self) -> &'static str {
        self.module_path
    }

    /// The source file of the annotated function.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line of the annotated function.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// The limit in bytes, if there is one.
    #[must_use]
    pub const fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// The soft limit in bytes, if there is one.
    #[must_use]
    pub const fn soft_limit(&self) -> Option<usize> {
        self.soft_limit
    }

    /// Bytes that each scope starts with; 0 leaves it to the pool.
    #[must_use]
    pub const fn initial(&self) -> usize {
        self.initial
    }

    /// What a scope of this site asks of the pool.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted { initial: self.initial, limit: self.limit.unwrap_or(usize::MAX) }
    }

    /// The class of the first chunk that a thread has learned last; 0 is none.
    pub(crate) fn learned(&self) -> u8 {
        self.learned.load(Ordering::Relaxed)
    }

    pub(crate) fn set_learned(&self, class: u8) {
        self.learned.store(class, Ordering::Relaxed);
    }

    /// The site's number, if it is part of reports already.
    #[inline(always)]
    pub(crate) fn listed(&self) -> Option<usize> {
        match self.number.load(Ordering::Relaxed) {
            0 => None,
            number => Some(number),
        }
    }

    /// The site's number: a small one, from 1 on. From the first call on the site is part of every
    /// report.
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
                self.number.store(sites.len(), Ordering::Relaxed);
            }
        });
        self.number.load(Ordering::Relaxed)
    }

    /// The site with this number.
    pub(crate) fn numbered(number: usize) -> Option<&'static Self> {
        lock(&SITES).get(number.wrapping_sub(1)).copied()
    }

    /// Every site that has opened a scope, in the order of their first ones.
    pub(crate) fn all() -> Vec<&'static Site> {
        lock(&SITES).clone()
    }
}

impl PartialEq for Site {
    /// Sites are statics: two are equal if they are the same one.
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self, other)
    }
}

impl Eq for Site {}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Site({} at {}:{})", self.name, self.file, self.line)
    }
}
