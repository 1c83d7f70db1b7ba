//! Asserts that every arena was given back: no scope of the test is open.

use core::panic::Location;
use core::time::Duration;
use std::time::Instant;

use request_arena_core::Site;
use request_arena_core::observe::ObservedScope;

use super::failure::{Failure, counted, named};
use super::pause::pause;
use super::watch::Watch;

impl Watch {
    /// Asserts that no scope of this test is still open: each has given its arena back.
    ///
    /// It checks the test's own scopes, so other tests do not matter. For memory that a handler
    /// keeps outside of arenas, see [`requests`](super::requests).
    ///
    /// # Panics
    ///
    /// Panics if a scope is open, or if no scope was opened.
    #[track_caller]
    pub fn every_arena_is_back(&self) {
        if let Some(failure) = self.left_open() {
            failure.panic();
        }
    }

    /// Like [`every_arena_is_back`](Self::every_arena_is_back), but waits for up to `within`. Use
    /// it for tasks that end or are dropped a moment later, as when a client disconnects.
    ///
    /// It works without a runtime's timer, and other tasks of the thread run meanwhile.
    ///
    /// # Panics
    ///
    /// Panics if a scope is still open after that time, or if no scope was opened.
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

    /// The failure, if a scope is open or there was none.
    fn left_open(&self) -> Option<Failure> {
        let open = self.log().unended();
        let open: Vec<ObservedScope> = open
            .into_iter()
            .filter(|(owner, _)| self.counts(*owner))
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
            let of_site: Vec<&ObservedScope> =
                open.iter().filter(|open| open.site == site).collect();
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
