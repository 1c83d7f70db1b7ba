//! Response buffers: what they hold, when they are back in the pool, and how the limit counts them.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::ResponseBuffer;
use crate::clock;
use crate::pool::report::PoolReport;
use crate::report::{ResponseReport, report};
use crate::scope::{scope, try_scope};
use crate::settings::configure;
use crate::site::Site;
use crate::thread::arenas::tests::on_an_empty_pool;
use crate::thread::arenas::{trim, trim_own};

macro_rules! site {
    () => {
        Site::new("buffer", module_path!(), file!(), line!())
    };
}

fn filled(site: &'static Site, bytes: usize) -> ResponseBuffer {
    scope(site, |arena| {
        let mut buffer = arena.buffer();
        for chunk in vec![7_u8; bytes].chunks(100) {
            buffer.write_all(chunk).expect("there is memory");
        }
        buffer
    })
}

fn responses(site: &'static Site) -> ResponseReport {
    let mut sites = Site::all().into_iter().zip(report().sites);
    let found = sites.find(|(of, _)| *of == site).expect("it has opened a scope");
    found.1.responses.expect("it has taken a buffer")
}

fn is_send_sync_static<T: Send + Sync + 'static>(_: &T) {}

#[test]
fn a_buffer_holds_its_bytes_after_its_scope() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        let buffer = filled(&SITE, 10_050);
        is_send_sync_static(&buffer);
        // Other scopes use the arena of the buffer's scope meanwhile.
        scope(&SITE, |arena| assert_eq!(arena.alloc_slice_fill_copy(20_000, 1_u8).len(), 20_000));
        assert_eq!((buffer.len(), buffer.iter().all(|&byte| byte == 7)), (10_050, true));
        let live = responses(&SITE);
        assert_eq!(live.live, 1);
        assert!(live.live_bytes >= 10_050, "{live:?}");
        drop(buffer);
        let live = responses(&SITE);
        assert_eq!((live.live, live.live_bytes, live.most_live), (0, 0, 1));
        assert_eq!((live.bytes.count(), live.bytes.max), (1, 10_050));
    });
}

#[test]
fn a_warm_buffer_starts_with_the_chunk_that_responses_need() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        for _ in 0..100 {
            drop(filled(&SITE, 4000));
        }
        let (first, second) = scope(&SITE, |arena| (arena.buffer(), arena.buffer()));
        assert_eq!((first.capacity(), second.capacity()), (4032, 4032));
        let before = first.memory;
        drop(first);
        let again = scope(&SITE, |arena| arena.buffer());
        assert_eq!(again.memory, before, "the same chunk, still warm in the cache");
    });
}

#[test]
fn growth_leaves_one_chunk_behind_at_most() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        let buffer = filled(&SITE, 1 << 20);
        let live = responses(&SITE);
        assert_eq!(live.live, 1, "the chunks that it outgrew are in the pool");
        assert!(live.live_bytes <= 2 << 20, "{live:?}");
        assert!(buffer.has_grown);
    });
}

#[test]
fn a_buffer_that_another_thread_drops_goes_to_the_pool_of_that_thread() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        for _ in 0..100 {
            drop(filled(&SITE, 4000));
        }
        let buffer = filled(&SITE, 4000);
        let memory = buffer.memory.as_ptr() as usize;
        std::thread::spawn(move || {
            drop(buffer);
            let next = scope(&SITE, |arena| arena.buffer());
            assert_eq!(next.memory.as_ptr() as usize, memory);
        })
        .join()
        .expect("no panic");
        assert_eq!(responses(&SITE).live, 0);
    });
}

#[test]
fn a_thread_that_ends_with_a_buffer_in_a_thread_local_frees_it() {
    use std::cell::RefCell;
    static SITE: Site = site!();
    thread_local! {
        static LATE: RefCell<Option<ResponseBuffer>> = const { RefCell::new(None) };
    }
    std::thread::spawn(|| {
        LATE.with(|_| ());
        let buffer = filled(&SITE, 4000);
        LATE.with(|late| *late.borrow_mut() = Some(buffer));
    })
    .join()
    .expect("no panic");
    assert_eq!((responses(&SITE).live, responses(&SITE).bytes.count()), (0, 1));
}

#[test]
fn the_pool_keeps_no_chunk_of_one_large_response_and_frees_unused_ones() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        trim();
        for _ in 0..100 {
            drop(filled(&SITE, 4000));
        }
        let before = PoolReport::read().discarded.too_large;
        drop(filled(&SITE, 20 << 20));
        assert!(PoolReport::read().discarded.too_large > before);
        assert!(PoolReport::read().retained_bytes < 20 << 20);
        trim_own();
        let next = scope(&SITE, |arena| arena.buffer().capacity());
        assert!((4032..1 << 20).contains(&next), "{next}: no chunk of the large response");
    });
}

#[test]
fn a_buffer_grows_beyond_the_limit_after_its_scope() {
    static SITE: Site = site!().with_limit(64 << 10);
    on_an_empty_pool(|| {
        let mut buffer = filled(&SITE, 100);
        buffer.try_extend(&[7; 200_000]).expect("no limit applies");
        assert_eq!(buffer.len(), 200_100);
        // The next scope has the whole limit, and so has its buffer.
        let mut next = scope(&SITE, |arena| {
            let mut next = arena.buffer();
            next.try_extend(&[7; 40_000]).expect("within the limit");
            assert!(next.try_extend(&[7; 40_000]).is_err());
            drop(buffer);
            assert!(next.try_extend(&[7; 40_000]).is_err());
            next
        });
        next.try_extend(&[7; 40_000]).expect("its scope has ended, too");
    });
}

#[test]
fn trim_frees_the_buffers_in_places() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        // The decay runs on a thread of its own, and may come first.
        let is_freed = (0..10).any(|_| {
            for _ in 0..100 {
                drop(filled(&SITE, 4000));
            }
            trim() >= 4000
        });
        assert!(is_freed);
        assert_eq!(responses(&SITE).live, 0);
    });
}

#[test]
fn a_burst_is_bounded_by_retain_bytes() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        let most = crate::settings::current().retain_bytes;
        configure(|settings| settings.retain_bytes = 1 << 20);
        let burst: Vec<_> = (0..100).map(|_| filled(&SITE, 30_000)).collect();
        assert_eq!(responses(&SITE).live, 100);
        drop(burst);
        let retained = PoolReport::read().retained_bytes;
        configure(|settings| settings.retain_bytes = most);
        assert!(retained <= 1 << 20, "{retained} bytes");
        assert!(responses(&SITE).most_live_bytes >= 100 * 30_000);
    });
}

#[test]
fn unused_buffers_are_freed_by_the_decay() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        drop(filled(&SITE, 4000));
        let free = crate::thread::arenas::buffers::free_unused_since;
        // A call marks the buffer, and a later one finds it unused.
        std::thread::sleep(core::time::Duration::from_millis(5));
        let now = clock::advance();
        assert_eq!(free(now - 1), 0);
        assert!(free(u64::MAX - 2) > 0);
    });
}

#[test]
fn the_limit_of_the_scope_counts_its_buffers() {
    static SITE: Site = site!().with_limit(64 << 10);
    on_an_empty_pool(|| {
        scope(&SITE, |arena| {
            let mut buffer = arena.buffer();
            let error = buffer.try_extend(&[0; 70_000]).expect_err("over the limit");
            assert_eq!((error.limit(), error.requested()), (Some(64 << 10), 70_000));
            assert_eq!(buffer.refusal().map(|error| error.requested()), Some(70_000));
            buffer.try_extend(&[0; 30_000]).expect("within the limit");
            assert!(arena.try_alloc_slice_fill_copy(40_000, 0_u8).is_err(), "with the arena");
            arena.alloc_slice_fill_copy(10_000, 0_u8);
            drop(buffer);
            arena.alloc_slice_fill_copy(40_000, 0_u8);
            assert!(arena.buffer().try_extend(&[0; 30_000]).is_err(), "with the arena");
        });
        // The fork's budget counts them, too.
        scope(&SITE, |arena| {
            let fork = arena.fork();
            let mut buffer = arena.buffer();
            buffer.try_extend(&[0; 30_000]).expect("within the limit");
            assert!(fork.try_alloc_slice_fill_copy(40_000, 0_u8).is_err());
        });
    });
}

#[test]
fn the_limit_counts_a_growing_buffer_once() {
    static SITE: Site = site!().with_limit(64 << 10);
    on_an_empty_pool(|| {
        scope(&SITE, |arena| {
            // Another test may have left an arena of a quarter of the limit in the pool.
            let mut buffer = arena.buffer();
            for _ in 0..46 {
                buffer.try_extend(&[7; 1000]).expect("within the limit");
            }
            assert_eq!(buffer.len(), 46_000);
            assert!(buffer.try_extend(&[7; 20_000]).is_err(), "over the limit");
            assert!(arena.try_alloc_slice_fill_copy(40_000, 0_u8).is_err(), "with the arena");
            drop(buffer);
            arena.alloc_slice_fill_copy(40_000, 0_u8);
        });
    });
}

#[test]
fn the_limit_still_holds_if_a_buffer_and_the_arena_exceed_it_together() {
    static SITE: Site = site!().with_limit(64 << 10);
    on_an_empty_pool(|| {
        scope(&SITE, |arena| {
            arena.alloc_slice_fill_copy(30_000, 0_u8);
            // Another thread took this chunk when the arena had not published its own yet.
            let buffer = arena.buffer();
            let generation = buffer.counted.expect("the site has a limit");
            assert!(buffer.place.slot.exchange_chunk(generation, 0, 60_000, usize::MAX));
            assert!(arena.try_alloc_slice_fill_copy(100_000, 0_u8).is_err());
            assert!(arena.bump().try_alloc_slice_fill_copy(100_000, 0_u8).is_err());
            buffer.place.slot.uncount_chunk(generation, 60_000);
        });
    });
}

#[test]
fn a_buffer_of_an_ended_scope_takes_nothing_of_the_next_ones_limit() {
    static SITE: Site = site!().with_limit(64 << 10);
    on_an_empty_pool(|| {
        let mut left = filled(&SITE, 30_000);
        scope(&SITE, |arena| {
            arena.alloc_slice_fill_copy(40_000, 0_u8);
            left.try_extend(&[0; 100_000]).expect("its own scope has ended");
            drop(left);
            assert!(arena.buffer().try_extend(&[0; 30_000]).is_err());
        });
    });
}

#[test]
fn a_panic_returns_the_buffer() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            scope(&SITE, |arena| {
                let mut buffer = arena.buffer();
                buffer.write_all(&[1; 5000]).expect("there is memory");
                assert_eq!(responses(&SITE).live, 1);
                panic!("while serialising");
            });
        }));
        assert!(panicked.is_err());
        let left = responses(&SITE);
        assert_eq!((left.live, left.bytes.count()), (0, 0), "an incomplete response is not sent");
    });
}

#[test]
fn a_discarded_buffer_is_no_response_and_teaches_no_size() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        for _ in 0..100 {
            drop(filled(&SITE, 400));
        }
        let learned = responses(&SITE).learned_bytes;
        for _ in 0..100 {
            filled(&SITE, 40_000).discard();
        }
        let found = responses(&SITE);
        assert_eq!((found.live, found.live_bytes), (0, 0), "the memory is back");
        assert_eq!((found.bytes.count(), found.bytes.max), (100, 400));
        drop(filled(&SITE, 400));
        assert_eq!(responses(&SITE).learned_bytes, learned);
        assert!(scope(&SITE, |arena| arena.buffer().capacity()) < 40_000);
    });
}

#[test]
fn empty_and_cleared_buffers_have_no_bytes() {
    static SITE: Site = site!();
    on_an_empty_pool(|| {
        let result = try_scope(&SITE, |arena| {
            let mut buffer = arena.buffer();
            assert!(buffer.is_empty() && buffer.as_ref().is_empty());
            write!(buffer, "{}", 12)?;
            buffer.clear();
            write!(buffer, "{}", 345)?;
            assert!(buffer.try_reserve(usize::MAX).is_err());
            Ok::<_, std::io::Error>(buffer)
        });
        assert_eq!(&*result.expect("there is memory"), b"345");
    });
}

#[test]
fn many_threads_fill_and_drop_each_others_buffers() {
    static SITE: Site = site!().with_limit(1 << 20);
    let (send, receive) = std::sync::mpsc::sync_channel::<(u8, ResponseBuffer)>(16);
    let receive = std::sync::Mutex::new(receive);
    std::thread::scope(|threads| {
        for id in 0..2_u8 {
            let send = send.clone();
            threads.spawn(move || {
                for round in 0..500_usize {
                    let buffer = scope(&SITE, |arena| {
                        let mut buffer = arena.buffer();
                        buffer.write_all(&vec![id; 100 + 37 * (round % 300)]).expect("memory");
                        buffer
                    });
                    send.send((id, buffer)).expect("a receiver");
                }
            });
        }
        drop(send);
        for _ in 0..2 {
            threads.spawn(|| {
                loop {
                    let received = receive.lock().expect("no panic").recv();
                    let Ok((id, buffer)) = received else { return };
                    assert!(buffer.iter().all(|&byte| byte == id));
                }
            });
        }
    });
    assert_eq!((responses(&SITE).live, responses(&SITE).bytes.count()), (0, 1000));
}
