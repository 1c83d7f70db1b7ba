//! Readers that ask at the same time, for one text and for several.

use core::time::Duration;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;

use futures_util::future::join_all;

use super::*;

/// As long as a rendering takes in these tests, so that its text lasts for long enough.
fn work() {
    thread::sleep(Duration::from_millis(50));
}

#[test]
fn readers_on_threads_share_one_rendering() {
    let flights = Flights::<u8>::default();
    let (renderings, together) = (AtomicUsize::new(0), Barrier::new(50));
    let read = || {
        together.wait();
        let render = || {
            renderings.fetch_add(1, SeqCst);
            work();
            Ok("text".to_owned())
        };
        flights.here(&0, render).unwrap()
    };
    let texts: Vec<_> = thread::scope(|scope| {
        let readers: Vec<_> = (0..50).map(|_| scope.spawn(read)).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    assert_eq!(renderings.load(SeqCst), 1);
    assert!(texts.iter().all(|text| Arc::ptr_eq(&text.0, &texts[0].0)), "the same bytes");
}

#[tokio::test(flavor = "current_thread")]
async fn tasks_share_one_rendering_on_another_thread() {
    let flights = Flights::<u8>::default();
    let renderings = Arc::new(AtomicUsize::new(0));
    let here = thread::current().id();
    let read = || {
        let renderings = Arc::clone(&renderings);
        flights.elsewhere(0, move || {
            assert_ne!(thread::current().id(), here, "this would stop the runtime");
            renderings.fetch_add(1, SeqCst);
            work();
            Ok("text".to_owned())
        })
    };
    let texts = join_all((0..200).map(|_| read())).await;
    assert_eq!(renderings.load(SeqCst), 1);
    let first = texts[0].as_ref().unwrap();
    assert!(texts.iter().all(|text| Arc::ptr_eq(&text.as_ref().unwrap().0, &first.0)));
    assert_eq!(flights.elsewhere(0, || unreachable!("it is kept")).await.unwrap().as_str(), "text");
}

#[test]
fn texts_of_one_kind_are_rendered_one_after_another() {
    let flights = Flights::<usize>::default();
    let rendering = AtomicUsize::new(0);
    let read = |key: usize| {
        let render = || {
            assert_eq!(rendering.fetch_add(1, SeqCst), 0, "two at a time");
            thread::sleep(Duration::from_millis(5));
            rendering.fetch_sub(1, SeqCst);
            Ok(key.to_string())
        };
        flights.here(&key, render).unwrap()
    };
    let flights_of = |key| (key, read(key));
    thread::scope(|scope| {
        let readers: Vec<_> = (0..20).map(|key| scope.spawn(move || flights_of(key))).collect();
        for reader in readers {
            let (key, text) = reader.join().unwrap();
            assert_eq!(text.as_str(), key.to_string(), "each reader gets its own text");
        }
    });
    assert_eq!(flights.lock().kept.len(), MOST_KEPT);
}

#[test]
fn while_a_text_is_rendered_the_last_one_serves() {
    let flights = Flights::<u8>::default();
    let old = flights.here(&0, || Ok("old".to_owned())).unwrap();
    // It began so long ago that it needs a successor, and may still be read until then.
    let aged = crate::rendering::Content {
        content: "old".to_owned(),
        etag: old.etag().to_owned(),
        began: Instant::now().checked_sub(Duration::from_secs(6)).unwrap(),
        took: Duration::from_secs(60),
    };
    flights.lock().kept[0].1 = Rendered(Arc::new(aged));
    let (begin, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let flights = &flights;
        let newer = scope.spawn(move || {
            let render = move || {
                begin.send(()).unwrap();
                ended.recv().unwrap();
                Ok("new".to_owned())
            };
            flights.here(&0, render).unwrap()
        });
        begun.recv().unwrap();
        let reader = flights.here(&0, || unreachable!("one at a time")).unwrap();
        assert_eq!(reader.as_str(), "old", "it does not wait");
        end.send(()).unwrap();
        assert_eq!(newer.join().unwrap().as_str(), "new");
    });
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_next_reader_renders() {
    let flights = Flights::<u8>::default();
    let failed = flights.elsewhere(0, || panic!("a test of a panic")).await;
    assert!(failed.unwrap_err().to_string().contains("panicked"));
    let text = flights.elsewhere(0, || Ok("text".to_owned())).await;
    assert_eq!(text.unwrap().as_str(), "text");
    let error = flights.elsewhere(1, || Err(RenderError::new("no space"))).await;
    assert_eq!(error.unwrap_err(), RenderError::new("no space"));
}

#[tokio::test]
async fn the_memory_of_a_text_goes_when_it_is_too_old() {
    let flights = Flights::<u8>::default();
    let text = flights.elsewhere(0, || Ok("text".to_owned())).await.unwrap();
    let text = Arc::downgrade(&{ text }.0);
    for _ in 0..1000 {
        if text.strong_count() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it is still there");
}

#[cfg(feature = "heap-profile")]
#[tokio::test(flavor = "current_thread")]
async fn a_text_apart_is_rendered_on_another_thread_for_one_reader() {
    let here = thread::current().id();
    let render = move || {
        assert_ne!(thread::current().id(), here, "this would stop the runtime");
        Ok("text".to_owned())
    };
    assert_eq!(apart(render).await.unwrap().as_str(), "text");
    let failed = apart::<String, _>(|| panic!("it fails")).await.unwrap_err();
    assert!(failed.to_string().contains("panicked"), "{failed}");
}
