//! Totals are exact over all threads, and a reader never sees them fall.

use std::sync::atomic::{AtomicBool, Ordering};

use request_arena::{Site, configure, scope};

use crate::support::{alone, figures};

#[test]
fn a_million_scopes_on_threads_that_come_and_go_are_all_counted_under_a_reader() {
    static SITE: Site = Site::new("million", module_path!(), file!(), line!());
    const GENERATIONS: u64 = 125;
    const THREADS: u64 = 8;
    const SCOPES: u64 = 1000;
    let _alone = alone();
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let mut before = 0;
            while !done.load(Ordering::Relaxed) {
                let Some(site) = request_arena::report().site("million").cloned() else { continue };
                assert!(site.resets >= before, "totals fell from {before} to {}", site.resets);
                assert!(
                    site.resets <= GENERATIONS * THREADS * SCOPES && site.live_scopes <= THREADS
                );
                before = site.resets;
            }
        });
        for generation in 0..GENERATIONS {
            std::thread::scope(|workers| {
                for thread in 0..THREADS {
                    workers.spawn(move || {
                        for round in 0..SCOPES {
                            let bytes =
                                usize::try_from((generation + thread + round) % 300).unwrap();
                            scope(&SITE, |arena| arena.alloc_slice_fill_copy(bytes, 0_u8).len());
                        }
                    });
                }
            });
        }
        done.store(true, Ordering::Relaxed);
    });
    let site = figures(&SITE);
    let all = GENERATIONS * THREADS * SCOPES;
    let bytes = |generation, thread, round| (generation + thread + round) % 300;
    let sum: u64 = (0..GENERATIONS)
        .flat_map(|g| (0..THREADS).flat_map(move |t| (0..SCOPES).map(move |r| bytes(g, t, r))))
        .sum();
    assert_eq!(all, 1_000_000);
    assert_eq!((site.outcomes.returned, site.outcomes.total(), site.resets), (all, all, all));
    assert_eq!((site.used.count(), site.used.sum, site.used.max), (all, sum, 299));
    assert_eq!((site.peak_used, site.reserved.count(), site.live_scopes), (site.used, all, 0));
}

#[test]
fn a_scope_in_a_thread_locals_destructor_is_counted() {
    static SITE: Site = Site::new("destructor", module_path!(), file!(), line!());
    struct AtTheEnd;
    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            scope(&SITE, |arena| arena.alloc_slice_fill_copy(50, 1_u8).len());
        }
    }
    thread_local! {
        static LAST: AtTheEnd = const { AtTheEnd };
    }
    for _ in 0..2 {
        let own_first = std::thread::spawn(|| {
            LAST.with(|_| ());
            scope(&SITE, |arena| *arena.alloc(1_u8));
        });
        own_first.join().unwrap();
        std::thread::spawn(|| LAST.with(|_| ())).join().unwrap();
    }
    let site = figures(&SITE);
    assert_eq!((site.outcomes.returned, site.used.sum, site.live_scopes), (6, 4 * 50 + 2, 0));
}

#[test]
fn durations_are_measured_only_on_request() {
    static SITE: Site = Site::new("duration", module_path!(), file!(), line!());
    let _alone = alone();
    scope(&SITE, |_| ());
    assert_eq!(figures(&SITE).duration, None);
    configure(|settings| settings.durations = true);
    scope(&SITE, |_| std::thread::sleep(core::time::Duration::from_millis(20)));
    configure(|settings| settings.durations = false);
    scope(&SITE, |_| ());
    let duration = figures(&SITE).duration.expect("one scope was measured");
    assert_eq!(duration.count(), 1);
    assert!(duration.sum >= 20_000_000 && duration.max == duration.sum, "{duration:?}");
}
