//! The size of each function's future is in the report, by itself and times the open scopes.

#![allow(missing_docs, reason = "a test")]

use core::pin::pin;
use core::task::{Context, Waker};

use request_arena_core::{Arena, Site, SiteReport, report, scope, scope_async};

fn figures(site: &'static Site) -> SiteReport {
    report().sites.into_iter().find(|found| found.name == site.name()).expect("a scope was open")
}

/// Holds so many bytes across an await.
async fn hold<const BYTES: usize>(arena: Arena<'_>) -> usize {
    let buffer = [1_u8; BYTES];
    let sum = arena.alloc(0);
    std::future::pending::<()>().await;
    *sum + buffer.len()
}

fn poll(future: core::pin::Pin<&mut impl Future>) {
    assert!(future.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

#[test]
fn a_future_has_its_exact_size_and_each_open_scope_has_one() {
    static SITE: Site = Site::new("sized", module_path!(), file!(), line!());
    let mut futures: Vec<_> =
        (0..3).map(|_| Box::pin(scope_async(&SITE, hold::<20_000>))).collect();
    assert_eq!(SITE.future_bytes(), None, "no future has been polled");
    futures.iter_mut().for_each(|future| poll(future.as_mut()));
    let bytes = size_of_val(&*futures[0]);
    assert!((20_000..20_200).contains(&bytes), "{bytes}");
    let open = figures(&SITE);
    assert_eq!((open.future_bytes, open.live_future_bytes), (Some(bytes), 3 * bytes as u64));
    drop(futures);
    let closed = figures(&SITE);
    assert_eq!((closed.future_bytes, closed.live_future_bytes), (Some(bytes), 0));
}

#[test]
fn a_box_keeps_what_it_holds_out_of_the_size() {
    static SITE: Site = Site::new("boxed", module_path!(), file!(), line!());
    let future = scope_async(&SITE, async |arena| Box::pin(hold::<20_000>(arena)).await);
    let mut future = pin!(future);
    poll(future.as_mut());
    let bytes = figures(&SITE).future_bytes.expect("it was polled");
    assert!(bytes < 200, "{bytes}");
}

#[test]
fn the_largest_of_futures_in_several_sizes_counts_whichever_is_first() {
    static SITE: Site = Site::new("generic", module_path!(), file!(), line!());
    let poll_one = |expected: usize, future: &mut dyn FnMut()| {
        future();
        let bytes = SITE.future_bytes().expect("it was polled");
        assert!((expected..expected + 200).contains(&bytes), "{bytes}");
    };
    poll_one(1000, &mut || poll(pin!(scope_async(&SITE, hold::<1000>))));
    poll_one(5000, &mut || poll(pin!(scope_async(&SITE, hold::<5000>))));
    poll_one(5000, &mut || poll(pin!(scope_async(&SITE, hold::<1000>))));
}

#[test]
fn a_function_without_a_future_has_no_size_and_may_get_one_later() {
    static SITE: Site = Site::new("plain", module_path!(), file!(), line!());
    scope(&SITE, |arena| _ = arena.alloc(1));
    let plain = figures(&SITE);
    assert_eq!((plain.future_bytes, plain.live_future_bytes), (None, 0));
    let row = report().to_string().lines().find(|row| row.starts_with("plain")).unwrap().to_owned();
    assert!(row.ends_with(" -"), "{row}");
    poll(pin!(scope_async(&SITE, hold::<100>)));
    let bytes = figures(&SITE).future_bytes.expect("it was polled");
    assert_eq!(figures(&SITE).outcomes.total(), 2, "both scopes are of one site");
    let table = report().to_string();
    assert!(table.lines().next().unwrap().ends_with(" future each/live"), "{table}");
    let row = table.lines().find(|row| row.starts_with("plain")).unwrap();
    assert!(row.ends_with(&format!(" {bytes}/0")), "{row}");
}
