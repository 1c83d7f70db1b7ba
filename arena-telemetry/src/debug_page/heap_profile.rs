//! Links to the heap profile, if its routes are mounted, and whether jemalloc samples.

use maud::{Markup, html};
use request_arena_chart::human::time;

use crate::doctor::HeapProfile;
use crate::jemalloc::profiling::{self, State};
use crate::pprof;

/// The links. Nothing if no route is mounted.
pub(super) fn section() -> Markup {
    if pprof::is_mounted() { links() } else { Markup::default() }
}

fn links() -> Markup {
    html! {
        section #heap-profile {
            h2 { "Heap profile" }
            @match HeapProfile::check() {
                Ok(()) => p {
                    a href="pprof/heap" { "pprof" }
                    @if cfg!(feature = "flamegraph") {
                        " · " a href="pprof/heap/flamegraph" { "flame graph" }
                        " · " a href="pprof/heap/flamegraph?seconds=30" { "growth in 30 s" }
                    }
                    @if let State::Active { left: Some(left) } = profiling::state() {
                        ". jemalloc samples for " (time(left)) " more."
                    }
                },
                Err(error) => p.note { "No profile: " (error.to_string()) "." },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_sampling_the_page_says_what_to_do() {
        // This program's allocator is the system's. In a build of the whole workspace, that is
        // jemalloc, which does not sample.
        let page = links().into_string();
        assert!(page.contains("No profile: jemalloc "), "{page}");
        assert!(!page.contains("href"), "{page}");
    }
}
