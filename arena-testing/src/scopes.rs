//! Assertions about scopes: their peaks, their chunks, their heap allocations, and their futures.

use core::hint::black_box;

use request_arena_core::{Exactness, heap, observe};

use super::failure::{Failure, counted, named};
use super::log::{Owner, Tally};
use super::size::{Asked, Size};
use super::watch::Watch;

/// The scopes of a [`Watch`] that assertions check. Assertions can be chained.
///
/// They check the scopes that have ended since the watch started. If there is none, they fail.
#[derive(Clone, Copy, Debug)]
pub struct Scopes<'w> {
    watch: &'w Watch,
    /// `None` for all names.
    name: Option<&'w str>,
}

impl Watch {
    /// Selects the scopes with this name: the function's, or the annotation's `name`. If several
    /// handlers have the name, an assertion must hold for each of them.
    pub fn scope<'w>(&'w self, name: &'w str) -> Scopes<'w> {
        Scopes { watch: self, name: Some(name) }
    }

    /// Selects all scopes, whatever their name.
    pub fn every_scope(&self) -> Scopes<'_> {
        Scopes { watch: self, name: None }
    }
}

impl<'w> Scopes<'w> {
    /// Returns the number of scopes that have ended.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.chosen().map(|tally| tally.scopes).sum()
    }

    /// Asserts that every scope's peak is at most `size`, including its forks and child scopes.
    ///
    /// If the peak is [only known as a bound](Exactness), the bound decides. For a scope that uses
    /// its raw `&Bump`, the bound is `reserved`.
    ///
    /// # Panics
    ///
    /// Panics if a scope had or may have had a higher peak, or if no scope has ended.
    #[track_caller]
    pub fn peak_used_at_most(self, size: impl Size) -> Self {
        let asked = size.asked();
        for tally in self.tallies() {
            if tally.peak_bound > asked.bytes {
                peak_failure(&tally, &asked).panic();
            }
        }
        self
    }

    /// Asserts that every scope held at most `size` bytes of chunks at its peak.
    ///
    /// # Panics
    ///
    /// Panics if a scope held more, or if no scope has ended.
    #[track_caller]
    pub fn reserved_at_most(self, size: impl Size) -> Self {
        let asked = size.asked();
        for tally in self.tallies() {
            if tally.reserved > asked.bytes {
                let (site, reserved) = (named(tally.site), tally.reserved);
                Failure::new(format_args!(
                    "{site} held {reserved} bytes of chunks at its peak, expected at most {asked}"
                ))
                .line(format_args!("{}; its peak_used was {} bytes", largest(&tally), peak(&tally)))
                .next(
                    "set the size of the first chunk (`initial = \"..\"`), which wastes least, or \
                     raise the bound",
                )
                .panic();
            }
        }
        self
    }

    /// Asserts that no scope allocated anything outside its arena.
    ///
    /// The first call of a function may allocate values that are built once, such as statics and
    /// thread locals. Call the function once before the watch.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`Scopes::heap_at_most`].
    #[track_caller]
    pub fn no_heap(self) -> Self {
        self.heap_is_within(&Asked::NOTHING, "nothing");
        self
    }

    /// Asserts that every scope allocated at most `size` bytes outside its arena, freed or not.
    ///
    /// # Panics
    ///
    /// Panics if a scope allocated more, or if no scope has ended. It also panics if the heap is
    /// not measured: without a [hook of the allocator](heap), or for a
    /// [`RequestScope`](request_arena_core::RequestScope).
    #[track_caller]
    pub fn heap_at_most(self, size: impl Size) -> Self {
        let asked = size.asked();
        self.heap_is_within(&asked, &format!("at most {asked}"));
        self
    }

    #[track_caller]
    fn heap_is_within(self, asked: &Asked, words: &str) {
        check_hook();
        for tally in self.tallies() {
            let site = named(tally.site);
            if tally.heap > asked.bytes {
                heap_failure(&tally, words).panic();
            }
            if tally.unmeasured > 0 {
                let (unmeasured, scopes) = (tally.unmeasured, counted(tally.scopes, "scope"));
                Failure::new(format_args!(
                    "{site}: the heap of {unmeasured} of {scopes} was not \
                    measured"
                ))
                .next(
                    "use an annotated function, `scope` or `scope_async` instead of the guard \
                         `RequestScope`, and install the allocator's hook before the scopes open",
                )
                .panic();
            }
        }
    }

    /// Asserts that the future of each handler has at most `size` bytes. Every open request has one
    /// beside its arena, and each caller holds it within its own future.
    ///
    /// The size is a constant that the compiler knows, so one request is enough. It includes
    /// everything that the body holds across an `.await`. It is larger in a debug build: assert a
    /// tight bound in a release build.
    ///
    /// # Panics
    ///
    /// Panics if the future is larger, if the handler is not `async`, or if no scope has ended.
    #[track_caller]
    pub fn future_at_most(self, size: impl Size) -> Self {
        let asked = size.asked();
        for tally in self.tallies() {
            let site = named(tally.site);
            let Some(bytes) = tally.site.future_bytes() else {
                Failure::new(format_args!("{site} has no future"))
                    .next(
                        "the handler is not `async`, so no request holds a future of it: remove \
                         this assertion",
                    )
                    .panic();
            };
            if bytes as u64 > asked.bytes {
                Failure::new(format_args!(
                    "{site} has a future of {bytes} bytes, expected at most {asked}"
                ))
                .line("it has all that the body holds across an `.await`, for each open request")
                .next(
                    "allocate large values in the arena, or end their scope before the `.await`. \
                     Box large calls: `Box::pin(call()).await`. Clippy's `large_futures` names \
                     them. Or raise the bound",
                )
                .panic();
            }
        }
        self
    }

    fn chosen(&self) -> impl Iterator<Item = Tally> + use<'w> {
        let name = self.name;
        self.watch
            .tallies()
            .into_iter()
            .filter(move |tally| name.is_none_or(|name| tally.site.name() == name))
    }

    /// The tallies to check.
    #[track_caller]
    fn tallies(&self) -> Vec<Tally> {
        let tallies: Vec<Tally> = self.chosen().collect();
        if tallies.is_empty() {
            self.nothing().panic();
        }
        tallies
    }

    /// The failure if there is no tally.
    fn nothing(&self) -> Failure {
        let of_name = |site: &str| self.name.is_none_or(|name| site == name);
        let mut failure = Failure::new(match self.name {
            Some(name) => format!("no scope `{name}` has ended in this test"),
            None => "no scope has ended in this test".to_owned(),
        });
        let others: Vec<String> =
            self.watch.tallies().iter().map(|tally| named(tally.site)).collect();
        if !others.is_empty() {
            failure = failure.line(format_args!("scopes that have ended: {}", others.join(", ")));
        }
        let log = self.watch.log();
        let open = log
            .unended()
            .iter()
            .filter(|(owner, open)| self.watch.counts(*owner) && of_name(open.site.name()))
            .count();
        if open > 0 {
            failure = failure.line(format_args!("{} still open", counted(open as u64, "scope")));
        }
        let is_elsewhere = |tally: &Tally| tally.owner == Owner::None && of_name(tally.site.name());
        let elsewhere: u64 = log
            .tallies()
            .iter()
            .filter(|tally| is_elsewhere(tally))
            .map(|tally| tally.scopes)
            .sum();
        if elsewhere > 0 {
            return failure
                .line(format_args!("{} ended on other threads", counted(elsewhere, "scope")))
                .next(
                    "give the work the watch's `handle()`, or count every thread: \
                     `testing::watch().on_every_thread()`",
                );
        }
        failure.next(
            "start the watch before the request, and check the name: it is the function's, or \
             `name = \"..\"`",
        )
    }
}

fn heap_failure(tally: &Tally, words: &str) -> Failure {
    let (site, heap) = (named(tally.site), tally.heap);
    let mut failure =
        Failure::new(format_args!("{site} allocated {heap} bytes from the heap, expected {words}"))
            .line(format_args!(
                "{}; scopes that allocated from the heap: {}",
                largest(tally),
                tally.with_heap
            ));
    if tally.is_raw {
        failure = failure.line(
            "the handler used a raw `&Bump`: bytes that the allocator adds to its new chunks count \
             as heap. Make some requests before the watch, so that its chunks come from the pool",
        );
    }
    failure.next(
        "build the value in the arena: `arena.alloc_str`, `collections::Vec::new_in(&arena)`, \
         `format!(in arena, ..)`. If it is built only once, call the function before the watch. Or \
         allow it: `heap_at_most(..)`",
    )
}

fn peak_failure(tally: &Tally, asked: &Asked) -> Failure {
    const UNSEEN: &str = "memory that is given back through a raw `&Bump` is not seen";
    const LESS: &str = "free scratch memory early (`arena.scope(..)`), avoid building it, or raise \
        the bound";
    let site = named(tally.site);
    let failure = if tally.peak_used > asked.bytes {
        let peak = peak(tally);
        Failure::new(format_args!("{site} used {peak} bytes at its peak, expected at most {asked}"))
    } else {
        Failure::new(format_args!(
            "{site} may have used more at its peak than expected: at most {asked}"
        ))
        .line(format_args!(
            "known: {} bytes used, and at most {} bytes of chunks",
            peak(tally),
            tally.peak_bound
        ))
    };
    let failure = failure.line(format_args!(
        "{}; it held {} bytes of chunks",
        largest(tally),
        tally.reserved
    ));
    let is_over = tally.peak_used > asked.bytes;
    match tally.exactness {
        Exactness::Exact if is_over => failure.next(LESS),
        Exactness::AtMost if is_over => failure
            .line(
                "the figure is an upper bound: it adds up the peaks of forks and child scopes, \
                 which may have come at different times",
            )
            .next(LESS),
        _ if is_over => failure.line(UNSEEN).next(LESS),
        _ => failure.line(UNSEEN).next(
            "use `&arena` instead of `&Bump`, which makes the peak exact, or assert what is known: \
             `reserved_at_most(..)`",
        ),
    }
}

/// The peak, with a word for a bound.
fn peak(tally: &Tally) -> String {
    let sign = match tally.exactness {
        Exactness::Exact => "",
        Exactness::AtMost => "at most ",
        Exactness::AtLeast => "at least ",
        _ => "about ",
    };
    format!("{sign}{}", tally.peak_used)
}

fn largest(tally: &Tally) -> String {
    match tally.scopes {
        1 => "the only scope in this test".to_owned(),
        scopes => format!("the largest of {scopes} scopes in this test"),
    }
}

/// Checks that the hook counts this thread's allocations.
#[track_caller]
fn check_hook() {
    const INSTALL: &str = "with jemalloc, put `request_arena::use_jemalloc!()` in one place of the \
        test file (feature `jemalloc`), before the watch. With another allocator, pass its counter \
        of the thread to `request_arena::heap::install`";
    if !heap::is_installed() {
        Failure::new("heap allocations are not counted: the allocator has no hook")
            .next(INSTALL)
            .panic();
    }
    let before = observe::heap_reading();
    drop(black_box(Box::new([0_u8; 64])));
    if before == observe::heap_reading() {
        Failure::new("the allocator's hook does not count: it missed an allocation of 64 bytes")
            .next(INSTALL)
            .panic();
    }
}
