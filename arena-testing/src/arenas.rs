//! That every arena is back: no scope of the test is open.

use core::panic::Location;
use core::time::Duration;
use std::time::Instant;

use request_arena_core::Site;
use request_arena_core::observe::Unended;

use super::failure::{Failure, counted, named};
use super::pause::pause;
use super::watch::Watch;

impl Watch {
    /// No scope that this test opened is open still: each has given its arena back.
    ///
    /// It looks at the scopes themselves, so other tests do not matter. Memory that a handler keeps
    /// elsewhere is not an arena's: see [`requests`](super::requests).
    ///
    /// # Panics
    /// If one is open, or if none was opened.
    #[track_caller]
    pub fn every_arena_is_back(&self) {
        if let Some(failure) = self.left_open() {
            failure.panic();
        }
    }

    /// As [`every_arena_is_back`](Self::every_arena_is_back), but waits for up to `within`: for
    /// tasks that are dropped or end a moment later, as when a client hangs up.
    ///
    /// It needs no runtime's timer, and other tasks of the thread run meanwhile.
    ///
    /// # Panics
    /// If one is still open then, or if none was opened.
    #[track_caller]
    pub fn every_arena_comes_back(&self, within: Duration) -> impl Future<Output = ()> {
        let place = Location::caller();
        async move {
            let began = Instant::now();
            while let Some(failure) = self.left_open() {
                if began.elapsed() >= within {
                    failure.line(format_args!("waited for {within:?}")).at(place).panic();
                }
                pause().await;
            }
        }
    }

    /// What is wrong, if something is.
    fn left_open(&self) -> Option<Failure> {
        let open = self.log().unended();
        let open: Vec<Unended> = open
            .into_iter()
            .filter(|(whose, _)| self.counts(*whose))
            .map(|(_, open)| open)
            .collect();
        let ended = self.tallies();
        if open.is_empty() {
            let nothing = || {
                Failure::new("no scope was opened in this test, so there is no arena to give back")
                    .next(WATCH)
            };
            return ended.is_empty().then(nothing);
        }
        let mut sites: Vec<&'static Site> = open.iter().map(|open| open.site).collect();
        sites.sort_by_key(|site| (site.name(), site.file(), site.line()));
        sites.dedup();
        let count = open.len() as u64;
        let verb = if count == 1 { "is" } else { "are" };
        let mut failure = Failure::new(format_args!("{} {verb} not back", counted(count, "arena")));
        for site in sites {
            let of_site: Vec<&Unended> = open.iter().filter(|open| open.site == site).collect();
            let bytes: u64 = of_site.iter().map(|open| open.in_use_bytes).sum();
            let back =
                ended.iter().find(|tally| tally.site == site).map_or(0, |tally| tally.scopes);
            let (site, count) = (named(site), of_site.len() as u64);
            let of = counted(count + back, "scope");
            failure = failure.line(format_args!(
                "{site}: {count} of {of} still open, holding {bytes} bytes of chunks"
            ));
        }
        Some(failure.next(NEXT))
    }
}

const WATCH: &str = "start the watch before the request. If the request runs on another thread, \
    use `handle()` or `on_every_thread()`";

const NEXT: &str = "a scope ends when its future or its `RequestScope` is dropped. Look for one \
    that is kept in a task, a static or a cycle of `Arc`s, or forgotten. If it ends a moment \
    later, wait for it: `every_arena_comes_back(Duration::from_secs(1)).await`";
