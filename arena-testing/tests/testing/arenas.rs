//! That every arena is back, and which is not.

use core::mem::forget;
use core::time::Duration;
use std::sync::mpsc;
use std::thread;

use request_arena_core::{RequestScope, Site, scope_async};
use request_arena_testing::watch;

use crate::{panic_of, runtime, serve};

#[test]
fn a_forgotten_guard_is_named() {
    static SITE: Site = Site::new("forgotten", "m", "src/forgotten.rs", 7);
    static FINE: Site = Site::new("fine", "m", "src/fine.rs", 7);
    let watch = watch();
    serve(&SITE, 100);
    serve(&FINE, 100);
    watch.every_arena_is_back();
    let mut owner = RequestScope::enter(&SITE);
    owner.arena().alloc_slice_fill_copy(100, 1_u8);
    forget(owner);
    let message = panic_of(|| watch.every_arena_is_back());
    let (first, rest) = message.split_once(", holding ").unwrap();
    assert_eq!(
        first,
        "1 arena is not back\n  scope `forgotten` (src/forgotten.rs:7): 1 of 2 scopes still open"
    );
    let (bytes, next) = rest.split_once(' ').unwrap();
    assert!(bytes.parse::<u64>().unwrap() >= 100, "{message}");
    assert_eq!(
        next,
        "bytes of chunks\n  next: a scope ends when its future or its `RequestScope` is dropped. \
         Look for one that is kept in a task, a static or a cycle of `Arc`s, or forgotten. If it \
         ends a moment later, wait for it: `every_arena_comes_back(Duration::from_secs(1)).await`"
    );
}

#[test]
fn a_test_without_scopes_proves_nothing() {
    assert_eq!(
        panic_of(|| watch().every_arena_is_back()),
        "no scope was opened in this test, so there is no arena to give back\n  next: start the \
         watch before the request. If the request runs on another thread, use `handle()` or \
         `on_every_thread()`"
    );
}

#[test]
fn what_other_tests_have_open_does_not_matter() {
    static SITE: Site = Site::new("busy", "m", "src/busy.rs", 7);
    let (done, wait) = mpsc::channel::<()>();
    let (open, opened) = mpsc::channel();
    let before = RequestScope::enter(&SITE);
    let other = thread::spawn(move || {
        let other = watch();
        let _mine = RequestScope::enter(&SITE);
        open.send(()).unwrap();
        wait.recv().unwrap_err();
        panic_of(|| other.every_arena_is_back())
    });
    opened.recv().unwrap();
    let watch = watch();
    serve(&SITE, 100);
    watch.every_arena_is_back();
    let watch = watch.on_every_thread();
    watch.every_arena_is_back();
    drop((done, before));
    assert!(
        other
            .join()
            .unwrap()
            .starts_with("1 arena is not back\n  scope `busy` (src/busy.rs:7): 1 of 1 scope")
    );
}

#[test]
fn a_scope_that_ends_on_another_thread_is_back() {
    static SITE: Site = Site::new("moved", "m", "src/moved.rs", 7);
    let watch = watch();
    let owner = RequestScope::enter(&SITE);
    assert!(panic_of(|| watch.every_arena_is_back()).contains("1 of 1 scope still open"));
    thread::spawn(move || drop(owner)).join().unwrap();
    watch.every_arena_is_back();
    assert_eq!(watch.scope("moved").ended(), 1);
}

#[test]
fn a_task_that_ends_a_moment_later_is_waited_for_but_not_for_ever() {
    static SITE: Site = Site::new("later", "m", "src/later.rs", 7);
    runtime().block_on(async {
        let watch = watch();
        let task = tokio::spawn(scope_async(&SITE, async |_| {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }));
        tokio::task::yield_now().await;
        assert!(panic_of(|| watch.every_arena_is_back()).contains("1 of 1 scope still open"));
        watch.every_arena_comes_back(Duration::from_secs(60)).await;
        task.await.unwrap();

        tokio::spawn(scope_async(&SITE, async |_| core::future::pending::<()>().await));
        tokio::task::yield_now().await;
        let line = line!() + 1;
        let late = watch.every_arena_comes_back(Duration::from_millis(20));
        let message = futures_util::FutureExt::catch_unwind(core::panic::AssertUnwindSafe(late))
            .await
            .unwrap_err();
        let message = message.downcast_ref::<String>().unwrap();
        assert!(
            message.starts_with(
                "1 arena is not back\n  scope `later` (src/later.rs:7): 1 of 2 scopes still open"
            ),
            "{message}"
        );
        assert!(
            message.contains("\n  waited for 20ms")
                && message.contains(&format!("arenas.rs:{line}:")),
            "{message}"
        );
    });
}
