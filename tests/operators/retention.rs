//! Retention of the pool: as many arenas as requests usually need, for as long as they are in use.

use core::time::Duration;
use std::sync::Barrier;
use std::time::Instant;

use request_arena::collections::Vec;
use request_arena::{Arena, RequestScope, Site, configure, report, scope, trim};

use crate::support::{alone_on_a_fresh_thread, figures, on_a_fresh_thread};

fn serve(site: &'static Site, bytes: usize) {
    scope(site, |arena| arena.alloc_slice_fill_copy(bytes, 1_u8).len());
}

/// Waits until `is` holds, with a timeout.
fn eventually(is: impl Fn() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        if is() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

#[test]
fn after_one_large_request_and_many_small_ones_the_pool_is_back_at_its_usual_size() {
    static SITE: Site = Site::new("ten mebibytes", module_path!(), file!(), line!());
    static FIRST: Site = Site::new("large first", module_path!(), file!(), line!());
    for (site, before) in [(&SITE, 1000), (&FIRST, 0)] {
        alone_on_a_fresh_thread(|| {
            trim();
            (0..before).for_each(|_| serve(site, 3000));
            serve(site, 10 << 20);
            (0..10_000).for_each(|_| serve(site, 3000));
            let retained = report().pool.retained_bytes;
            assert!((3000..=6000).contains(&retained), "{retained} bytes for a usual peak of 3000");
            assert_eq!(figures(site).learned_bytes, 4096 - 64);
        });
    }
}

#[test]
fn several_large_requests_become_usual_and_are_forgotten_again() {
    static SITE: Site = Site::new("usual", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        trim();
        (0..200).for_each(|_| serve(&SITE, 10 << 20));
        let chunks = figures(&SITE).chunks;
        (0..100).for_each(|_| serve(&SITE, 10 << 20));
        assert_eq!(
            figures(&SITE).chunks,
            chunks,
            "a warm handler allocates no chunk, however large"
        );
        assert!(report().pool.retained_bytes >= 10 << 20);
        (0..10_000).for_each(|_| serve(&SITE, 3000));
        let chunks = figures(&SITE).chunks;
        (0..100).for_each(|_| serve(&SITE, 3000));
        assert_eq!((figures(&SITE).chunks, figures(&SITE).learned_bytes), (chunks, 4096 - 64));
        // Unused arenas are freed over time.
        configure(|settings| settings.decay = Some(Duration::from_millis(100)));
        assert!(eventually(|| report().pool.retained_bytes <= 6000), "{:?}", report().pool);
        configure(|settings| settings.decay = Some(Duration::from_secs(5)));
    });
}

#[test]
fn the_pool_reports_how_much_of_its_memory_was_written() {
    static ROOMY: Site = Site::new("roomy", module_path!(), file!(), line!()).with_initial(1 << 20);
    static GROWING: Site = Site::new("growing once", module_path!(), file!(), line!());
    let touched = || report().pool.retained_touched_bytes;
    alone_on_a_fresh_thread(|| {
        trim();
        let before = touched();
        scope(&ROOMY, |arena| _ = arena.alloc_slice_fill_copy(10_000, 1_u8));
        scope(&ROOMY, |arena| _ = arena.alloc_slice_fill_copy(3000, 1_u8));
        assert_eq!(touched() - before, 10_000, "of 1 MiB");
        scope(&ROOMY, |arena| {
            let mut list = Vec::<u8>::with_capacity_in(20_000, &arena);
            list.push(1);
        });
        assert_eq!(touched() - before, 20_000, "and was given back before the end");
        scope(&ROOMY, |arena| {
            arena.alloc_slice_fill_copy(30_000, 1_u8);
            let written = report().site("roomy").unwrap().in_use_touched_bytes;
            assert_eq!(written, 20_000, "by the scopes before");
        });
        trim();
        let before = touched();
        scope(&GROWING, |arena| {
            arena.alloc_slice_fill_copy(1000, 1_u8);
            arena.alloc_slice_fill_copy(50_000, 1_u8);
        });
        assert!(
            (50_000..52_000).contains(&(touched() - before)),
            "{} of the last chunk",
            touched() - before
        );
    });
}

#[test]
fn an_idle_pool_frees_the_arenas_of_a_burst() {
    static SITE: Site = Site::new("burst", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        trim();
        configure(|settings| settings.decay = Some(Duration::from_millis(300)));
        (0..100).for_each(|_| serve(&SITE, 3000));
        let mut owners: std::vec::Vec<RequestScope> =
            (0..30).map(|_| RequestScope::enter(&SITE)).collect();
        owners
            .iter_mut()
            .for_each(|owner| assert_eq!(owner.arena().alloc_slice_fill_copy(200_000, 1_u8)[7], 1));
        drop(owners);
        assert!(report().pool.retained_bytes >= 30 * 200_000);
        let unused = report().pool.discarded.unused;
        // No thread opens a scope or reads a report meanwhile, so the background thread frees them.
        std::thread::sleep(Duration::from_millis(2000));
        assert!(eventually(|| report().pool.retained_bytes <= 6000), "{:?}", report().pool);
        assert!(report().pool.discarded.unused >= unused + 29);
        configure(|settings| settings.decay = Some(Duration::from_secs(5)));
    });
}

#[test]
fn the_pool_keeps_no_more_than_the_settings_allow() {
    static SITE: Site = Site::new("bounded", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        let fill = || {
            let mut owners: std::vec::Vec<RequestScope> =
                (0..100).map(|_| RequestScope::enter(&SITE)).collect();
            owners.iter_mut().for_each(|owner| {
                assert_eq!(owner.arena().alloc_slice_fill_copy(100_000, 1_u8)[0], 1);
            });
        };
        configure(|settings| settings.retain_bytes = 2 << 20);
        trim();
        fill();
        let pool = report().pool;
        assert!(pool.retained_bytes > 1 << 20 && pool.retained_bytes <= 2 << 20, "{pool:?}");
        configure(|settings| settings.retain_bytes = 0);
        request_arena::maintain();
        fill();
        assert_eq!(report().pool.retained_bytes, 0);
        configure(|settings| settings.retain_bytes = 64 << 20);
        fill();
        assert!(report().pool.retained_bytes > 2 << 20);
        assert!(trim() > 2 << 20);
        assert_eq!(report().pool.retained_bytes, 0);
        assert_eq!(report().settings.retain_bytes, 64 << 20);
    });
}

/// Runs `work` beside idle threads that keep two arenas each. Only on Linux can another thread free
/// these.
#[cfg(target_os = "linux")]
fn beside_idle_threads(threads: usize, work: impl FnOnce()) {
    static SITE: Site = Site::new("before it was idle", module_path!(), file!(), line!());
    let (idle, done) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    std::thread::scope(|scoped| {
        let keep = || {
            scope(&SITE, |arena| {
                serve(&SITE, 50_000);
                arena.alloc_slice_fill_copy(10_000, 1_u8).len()
            });
            idle.wait();
            done.wait();
        };
        (0..threads).for_each(|_| _ = scoped.spawn(keep));
        idle.wait();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        // The threads have to end, also after a panic.
        done.wait();
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_trim_frees_the_arenas_of_idle_threads() {
    alone_on_a_fresh_thread(|| {
        trim();
        let before = report().pool;
        beside_idle_threads(50, || {
            let kept = report().pool;
            assert!(kept.retained_arenas >= 100 && kept.retained_bytes >= 50 * 60_000, "{kept:?}");
            let trimmed = trim();
            let after = report().pool;
            assert_eq!((after.retained_arenas, trimmed), (0, kept.retained_bytes), "{after:?}");
            let freed = after.discarded.trimmed - before.discarded.trimmed;
            assert_eq!(freed, kept.retained_arenas as u64);
        });
    });
}

#[test]
#[cfg(target_os = "linux")]
fn arenas_of_idle_threads_are_freed_after_the_decay_time() {
    alone_on_a_fresh_thread(|| {
        trim();
        configure(|settings| settings.decay = Some(Duration::from_millis(300)));
        let before = report().pool;
        beside_idle_threads(50, || {
            let made = report().pool;
            // No thread reads a report meanwhile, so the background thread frees them.
            std::thread::sleep(Duration::from_millis(2000));
            assert!(
                eventually(|| report().pool.retained_bytes == 0),
                "{:?} of {made:?}",
                report().pool
            );
            assert!(report().pool.discarded.unused >= before.discarded.unused + 100);
        });
        configure(|settings| settings.decay = Some(Duration::from_secs(5)));
    });
}

#[test]
fn decay_keeps_arenas_in_use() {
    static SITE: Site = Site::new("used on", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        trim();
        configure(|settings| settings.decay = Some(Duration::from_secs(60)));
        serve(&SITE, 3000);
        let before = (figures(&SITE).chunks, report().pool.discarded.unused);
        for _ in 0..100 {
            request_arena::maintain();
            serve(&SITE, 3000);
        }
        assert_eq!((figures(&SITE).chunks, report().pool.discarded.unused), before);
        configure(|settings| settings.decay = Some(Duration::from_secs(5)));
    });
}

#[test]
fn a_trim_leaves_an_arena_that_is_in_use_to_its_scope() {
    static SITE: Site = Site::new("elsewhere", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        trim();
        let mut both = [RequestScope::enter(&SITE), RequestScope::enter(&SITE)];
        for (owner, bytes) in both.iter_mut().zip([3000, 20_000]) {
            owner.arena().alloc_slice_fill_copy(bytes, 1_u8);
        }
        drop(both);
        let before = report().pool;
        scope(&SITE, |arena| {
            let text = arena.alloc_str("kept");
            on_a_fresh_thread(trim);
            assert_eq!(text, "kept");
        });
        let after = report().pool;
        assert_eq!(after.discarded.trimmed, before.discarded.trimmed + 1, "the arena that waited");
        assert_eq!(
            after.retained_arenas,
            before.retained_arenas - 1,
            "the one that was in use is kept"
        );
    });
}

#[test]
fn a_threads_places_hold_no_more_than_the_settings_allow() {
    // The largest chunk of each size class, and a site for each, which learns no other size.
    const SIZES: [usize; 8] = [126_900, 61_300, 28_600, 12_200, 4000, 1900, 900, 400];
    static SITES: [Site; 8] = [const { Site::new("places", module_path!(), file!(), line!()) }; 8];
    fn nest(sites: &'static [Site], sizes: &[usize]) {
        let (Some((site, sites)), Some((&size, sizes))) =
            (sites.split_first(), sizes.split_first())
        else {
            return;
        };
        scope(site, |arena| {
            arena.alloc_slice_fill_copy(size, 1_u8);
            nest(sites, sizes);
        });
    }
    alone_on_a_fresh_thread(|| {
        for kib in [64, 192, 200, 232, 256, 512] {
            configure(|settings| settings.retain_bytes = kib << 10);
            trim();
            nest(&SITES, &SIZES);
            let retained = report().pool.retained_bytes;
            assert!(retained <= kib << 10, "{retained} bytes of {kib} KiB");
        }
        assert!(
            report().pool.retained_bytes >= SIZES.iter().sum::<usize>(),
            "all that one thread has places for"
        );
        configure(|settings| settings.retain_bytes = 64 << 20);
    });
}

/// Allocates this many bytes without writing to them.
fn serve_unwritten(site: &'static Site, bytes: usize) {
    let make = |arena: Arena<'_>| Vec::<u8>::with_capacity_in(bytes, &arena).len();
    scope(site, make);
}

/// The number of chunks that 8,000 scopes of 200 KB on four threads allocate. Beside them, 300 idle
/// threads have each ended some scopes of `bytes`.
fn chunks_beside_idle_threads(idlers: &'static Site, bytes: usize, work: &'static Site) -> u64 {
    const IDLE: usize = 300;
    const WORKERS: u64 = 4;
    const SCOPES: u64 = 8000;
    let (idle, done) = (Barrier::new(IDLE + 1), Barrier::new(IDLE + 1));
    std::thread::scope(|threads| {
        for _ in 0..IDLE {
            threads.spawn(|| {
                (0..4).for_each(|_| serve_unwritten(idlers, bytes));
                idle.wait();
                done.wait();
            });
        }
        idle.wait();
        request_arena::maintain();
        // The idle threads must be able to end before the checks below may panic.
        let serve = || (0..SCOPES / WORKERS).for_each(|_| serve_unwritten(work, 200_000));
        let workers: std::vec::Vec<_> = (0..WORKERS).map(|_| threads.spawn(serve)).collect();
        let ends: std::vec::Vec<_> =
            workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        done.wait();
        assert!(ends.iter().all(Result::is_ok));
    });
    let figures = figures(work);
    assert_eq!(figures.resets, SCOPES);
    figures.chunks
}

#[test]
fn threads_that_hold_little_leave_the_pool_to_others() {
    static IDLERS: Site = Site::new("idlers", module_path!(), file!(), line!());
    static WORK: Site = Site::new("work", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        trim();
        let chunks = chunks_beside_idle_threads(&IDLERS, 300, &WORK);
        assert!(chunks <= 8, "{chunks} chunks");
    });
}

#[test]
fn shelves_are_granted_the_bytes_that_they_hold() {
    static IDLERS: Site = Site::new("larger idlers", module_path!(), file!(), line!());
    static WORK: Site = Site::new("work beside", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        // Turn off decay for this time.
        configure(|settings| settings.decay = None);
        trim();
        // 40 of 64 MiB. In blocks of 256 KiB it would be 75 MiB.
        let chunks = chunks_beside_idle_threads(&IDLERS, 140_000, &WORK);
        assert!(chunks <= 8, "{chunks} chunks");
        configure(|settings| settings.decay = Some(Duration::from_secs(5)));
        trim();
    });
}

#[test]
fn the_grant_of_a_place_returns_when_its_thread_ends() {
    static SITE: Site = Site::new("granted", module_path!(), file!(), line!());
    alone_on_a_fresh_thread(|| {
        configure(|settings| settings.retain_bytes = 256 << 10);
        trim();
        for ended in 0..20 {
            let retained = on_a_fresh_thread(|| {
                serve(&SITE, 100_000);
                report().pool.retained_bytes
            });
            assert!(
                (100_000..=256 << 10).contains(&retained),
                "{retained} bytes after {ended} threads"
            );
        }
        configure(|settings| settings.retain_bytes = 64 << 20);
    });
}
