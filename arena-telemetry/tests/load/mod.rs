//! A small shop under load: requests of several kinds, streams that stay open, and a cache on the
//! heap.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use request_arena_core::{Arena, ArenaError, Site, scope, try_scope};
use request_arena_telemetry::jemalloc::{self, Jemalloc};

/// The page has its figures.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

static SEARCH: Site = Site::new("search", "shop::search", "src/search.rs", 41).with_limit(1 << 20);
static UPLOAD: Site = Site::new("upload", "shop::media", "src/media.rs", 17).with_limit(256 << 10);
static RENDER: Site = Site::new("render", "shop::pages", "src/pages.rs", 88);
static STREAM: Site = Site::new("stream", "shop::events", "src/events.rs", 23);
static CHECKOUT: Site =
    Site::new("checkout", "shop::orders", "src/orders.rs", 60).with_limit(512 << 10);

/// Threads that run scopes until this is dropped.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// Five sites come to be.
    pub(crate) fn start() -> Self {
        jemalloc::start();
        let stop = Arc::new(AtomicBool::new(false));
        let thread = |body: fn(&AtomicBool)| {
            let stop = Arc::clone(&stop);
            spawn(move || body(&stop))
        };
        let threads = vec![
            thread(requests),
            thread(requests),
            thread(stream),
            thread(stream),
            thread(stream),
            thread(cache),
        ];
        Self { stop, threads }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.drain(..).for_each(|thread| thread.join().expect("no panic"));
    }
}

/// Sizes as requests have them: most are small, few are large.
struct Sizes(u64);

impl Sizes {
    fn new() -> Self {
        static SEED: AtomicU64 = AtomicU64::new(7);
        Self(SEED.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed))
    }

    fn next(&mut self, least: usize, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let part = (self.0 >> 40) as f64 / (1_u64 << 24) as f64;
        (least as f64 * (most as f64 / least as f64).powf(part * part)) as usize
    }
}

fn fill(arena: &Arena<'_>, bytes: usize) -> Result<(), ArenaError> {
    for part in [bytes / 2, bytes / 3, bytes / 6] {
        black_box(arena.try_alloc_slice_fill_copy(part, 1_u8)?);
    }
    Ok(())
}

fn requests(stop: &AtomicBool) {
    let mut sizes = Sizes::new();
    for turn in 0_u64.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        for _ in 0..4 {
            let bytes = sizes.next(2 << 10, 400 << 10);
            scope(&SEARCH, |arena| {
                black_box(vec![1_u8; bytes / 9]);
                fill(&arena, bytes).is_ok()
            });
        }
        let bytes = sizes.next(8 << 10, 400 << 10);
        // Those beyond the limit end with an error.
        let _ = try_scope(&UPLOAD, |arena| fill(&arena, bytes));
        let bytes = sizes.next(1 << 10, 90 << 10);
        scope(&RENDER, |arena| {
            // The raw arena makes the peak a lower bound.
            arena.bump().alloc_slice_fill_copy(bytes, 1_u8).len()
        });
        if turn % 7 == 0 {
            let bytes = sizes.next(300, 20 << 10);
            scope(&CHECKOUT, |arena| fill(&arena, bytes).is_ok());
        }
        sleep(Duration::from_millis(3));
    }
}

/// Each is open for long.
fn stream(stop: &AtomicBool) {
    let mut sizes = Sizes::new();
    while !stop.load(Ordering::Relaxed) {
        scope(&STREAM, |arena| {
            for _ in 0..sizes.next(10, 200) {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                black_box(arena.alloc_slice_fill_copy(sizes.next(2000, 200_000), 1_u8));
                sleep(Duration::from_millis(100));
            }
        });
    }
}

/// Fills up on the heap, and is emptied.
fn cache(stop: &AtomicBool) {
    let mut cache = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        cache.push(vec![1_u8; 256 << 10]);
        if cache.len() > 100 {
            cache.clear();
        }
        sleep(Duration::from_millis(100));
    }
}
