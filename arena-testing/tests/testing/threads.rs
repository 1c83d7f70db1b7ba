//! The owner of a scope: the watch of its thread, or of the handle that the work took along, and no
//! other.

use std::sync::Barrier;
use std::thread;

use request_arena_core::{Site, scope_async};
use request_arena_testing::watch;
use tokio::runtime::Builder;

use crate::{panic_of, runtime, serve};

#[test]
fn tests_that_run_the_same_scope_at_the_same_time_see_their_own() {
    static SITE: Site = Site::new("crowded", "m", "src/crowded.rs", 7);
    const TESTS: usize = 8;
    let barrier = Barrier::new(TESTS);
    thread::scope(|threads| {
        for test in 1..=TESTS {
            let barrier = &barrier;
            threads.spawn(move || {
                let watch = watch();
                barrier.wait();
                (0..500).for_each(|_| serve(&SITE, test * 1000));
                barrier.wait();
                let scopes = watch.scope("crowded").peak_used_at_most(test * 1000);
                assert_eq!(scopes.ended(), 500);
                let message = panic_of(|| scopes.peak_used_at_most(test * 1000 - 1));
                assert!(
                    message.contains(&format!(" used {test}000 bytes at its peak")),
                    "{message}"
                );
                watch.every_arena_is_back();
            });
        }
    });
}

#[test]
fn scopes_on_other_threads_are_not_counted_but_mentioned() {
    static SITE: Site = Site::new("elsewhere", "m", "src/elsewhere.rs", 7);
    let watch = watch();
    thread::scope(|threads| _ = threads.spawn(|| serve(&SITE, 1000)).join());
    assert_eq!(
        panic_of(|| watch.scope("elsewhere").peak_used_at_most("1 MiB")),
        "no scope `elsewhere` has ended in this test\n  1 scope ended on other threads\n  next: \
         give the work the watch's `handle()`, or count every thread: \
         `testing::watch().on_every_thread()`"
    );
    let watch = watch.on_every_thread();
    let message = panic_of(|| watch.scope("elsewhere").peak_used_at_most(999));
    assert!(message.contains(" used 1000 bytes at its peak"), "{message}");
}

#[test]
fn every_thread_is_every_thread_but_those_of_other_watches() {
    static SITE: Site = Site::new("others", "m", "src/others.rs", 7);
    let own = watch().on_every_thread();
    serve(&SITE, 10);
    thread::scope(|threads| {
        threads.spawn(|| {
            let watch = watch();
            serve(&SITE, 5000);
            watch.scope("others").peak_used_at_most(5000);
        });
    });
    own.scope("others").peak_used_at_most(10);
    assert_eq!(own.scope("others").ended(), 1);
}

#[test]
fn handles_count_threads_tasks_and_runtimes_in() {
    static SITE: Site = Site::new("handed", "m", "src/handed.rs", 7);
    async fn request(bytes: usize) {
        scope_async(&SITE, async |arena| {
            tokio::task::yield_now().await;
            arena.alloc_slice_fill_copy(bytes, 1_u8).len()
        })
        .await;
    }
    let watch = watch();
    let handle = watch.handle();
    thread::spawn(move || handle.run(|| serve(&SITE, 1000))).join().unwrap();
    assert_eq!(watch.scope("handed").peak_used_at_most(1000).ended(), 1);

    let workers = Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let handle = watch.handle();
    workers.block_on(async { tokio::spawn(handle.around(request(2000))).await }).unwrap();
    assert_eq!(watch.scope("handed").peak_used_at_most(2000).ended(), 2);

    let handle = watch.handle();
    let workers = Builder::new_multi_thread()
        .worker_threads(2)
        .on_thread_start(move || handle.adopt())
        .build()
        .unwrap();
    workers.block_on(async { tokio::spawn(request(3000)).await }).unwrap();
    assert_eq!(watch.scope("handed").peak_used_at_most(3000).ended(), 3);
    let message = panic_of(|| watch.scope("handed").peak_used_at_most(2999));
    assert!(message.contains("the largest of 3 scopes in this test"), "{message}");
}

#[test]
fn tasks_of_a_runtime_on_the_tests_thread_are_the_tests() {
    static SITE: Site = Site::new("spawned", "m", "src/spawned.rs", 7);
    runtime().block_on(async {
        let watch = watch();
        let task = tokio::spawn(scope_async(&SITE, async |arena| {
            arena.alloc_slice_fill_copy(500, 1_u8).len()
        }));
        task.await.unwrap();
        assert_eq!(watch.scope("spawned").peak_used_at_most(500).ended(), 1);
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_of_a_test_are_counted_in_by_a_handle_or_all_together() {
    static SITE: Site = Site::new("workers", "m", "src/workers.rs", 7);
    let request = || scope_async(&SITE, async |arena| arena.alloc_slice_fill_copy(700, 1_u8).len());
    let watch = watch();
    tokio::spawn(request()).await.unwrap();
    let message = panic_of(|| watch.scope("workers").peak_used_at_most("1 MiB"));
    assert!(message.contains("\n  1 scope ended on other threads\n"), "{message}");
    tokio::spawn(watch.handle().around(request())).await.unwrap();
    assert_eq!(watch.scope("workers").peak_used_at_most(700).ended(), 1);
    let watch = watch.on_every_thread();
    assert_eq!(watch.scope("workers").peak_used_at_most(700).ended(), 2);
    watch.every_arena_is_back();
}

#[test]
fn a_watch_within_a_watch_takes_nothing_from_it() {
    static SITE: Site = Site::new("nested", "m", "src/nested.rs", 7);
    let outer = watch();
    serve(&SITE, 10);
    {
        let inner = watch();
        serve(&SITE, 20);
        assert_eq!(inner.scope("nested").ended(), 1);
    }
    serve(&SITE, 30);
    assert_eq!(outer.scope("nested").peak_used_at_most(30).ended(), 3);
}
