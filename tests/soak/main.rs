//! A soak test: random scopes, forks, child scopes, panics and cancelled futures on several
//! threads. Meanwhile the settings change and the pool is trimmed. In the end no scope is open, the
//! totals equal an independent count, and the pool is within its bound.
//!
//! The environment variable `SOAK_ROUNDS` makes it longer.

#[path = "../support/mod.rs"]
mod support;

use core::pin::Pin;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;
use request_arena::{
    Arena, RequestScope, Site, configure, report, scope, scope_async, trim, try_scope,
};
use support::{figures, pause, poll_at_most};

static SITES: [Site; 4] = [
    Site::new("soak", module_path!(), file!(), line!()),
    Site::new("soak limit", module_path!(), file!(), line!()).with_limit(200_000),
    Site::new("soak initial", module_path!(), file!(), line!()).with_initial(3000),
    Site::new("soak both", module_path!(), file!(), line!()).with_initial(500).with_limit(20_000),
];

/// The number of opened scopes by site, and of deferred closures.
#[derive(Default)]
struct Count {
    ended: [AtomicU64; 4],
    deferred: AtomicU64,
    ran: AtomicU64,
}

static COUNT: Count = Count {
    ended: [const { AtomicU64::new(0) }; 4],
    deferred: AtomicU64::new(0),
    ran: AtomicU64::new(0),
};

static AFTER: Site = Site::new("after the soak", module_path!(), file!(), line!());

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Futures that one thread started, for other threads to poll or drop. ThreadSanitizer sees this
/// lock, but not the standard library's.
static TASKS: Mutex<Vec<Task>> = Mutex::new(Vec::new());

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn bytes(&mut self) -> usize {
        let bits = self.below(17);
        self.below(1 << bits) as usize
    }
}

fn work(arena: &Arena<'_>, random: &mut Random, depth: u32) {
    for _ in 0..random.below(6) {
        match random.below(12) {
            0..=4 => _ = arena.alloc_slice_fill_copy(random.bytes(), 1_u8),
            5 => {
                let fork = arena.fork();
                std::thread::scope(|threads| {
                    let bytes = random.bytes();
                    let fill = move || _ = fork.try_alloc_slice_fill_copy(bytes, 1_u8);
                    // Joined here, since ThreadSanitizer does not see a scope's wait for its
                    // threads.
                    threads.spawn(fill).join().expect("a refusal is no panic");
                });
            }
            6 if depth < 4 => work(&arena.fork(), random, depth + 1),
            7 if depth < 4 => arena.scope(|child| work(&child, random, depth + 1)),
            8 if arena.try_defer(|| _ = COUNT.ran.fetch_add(1, Relaxed)).is_ok() => {
                COUNT.deferred.fetch_add(1, Relaxed);
            }
            9 => {
                let mut list = request_arena::collections::Vec::new_in(arena);
                (0..random.below(2000)).for_each(|number| list.push(number));
                list.shrink_to_fit();
            }
            10 if depth < 4 => serve(random, depth + 1),
            11 if random.below(10) == 0 => panic!("soak"),
            _ => {}
        }
    }
}

/// One scope of a random kind.
fn serve(random: &mut Random, depth: u32) {
    let index = random.below(4) as usize;
    let site = &SITES[index];
    let seed = random.below(u64::MAX) | 1;
    COUNT.ended[index].fetch_add(1, Relaxed);
    match random.below(5) {
        0 => scope(site, |arena| work(&arena, random, depth)),
        1 => {
            _ = try_scope(site, |arena| {
                work(&arena, random, depth);
                if random.below(2) == 0 { Ok(()) } else { Err(()) }
            });
        }
        2 => {
            let mut owner = RequestScope::enter(site);
            work(&owner.arena(), random, depth);
        }
        3 => {
            // Plain values of a known size.
            let bytes = random.bytes().min(300);
            scope(site, |arena| _ = arena.alloc_slice_fill_copy(bytes, 1_u8));
        }
        _ => {
            let mut task: Task = Box::pin(scope_async(site, async move |mut arena| {
                let mut random = Random(seed);
                for _ in 0..random.below(4) {
                    arena
                        .scope_async(async |child| {
                            _ = child.try_alloc_slice_fill_copy(1000, 1_u8);
                            pause().await;
                        })
                        .await;
                    work(&arena, &mut random, depth + 3);
                    pause().await;
                }
            }));
            // A future that was never polled has opened no scope.
            let polled = catch_unwind(AssertUnwindSafe(|| poll_at_most(task.as_mut(), 1)));
            if polled.is_ok_and(|result| result.is_none()) {
                TASKS.lock().push(task);
            }
        }
    }
}

fn go_on(random: &mut Random) {
    let task = TASKS.lock().pop();
    let Some(mut task) = task else { return };
    if random.below(4) > 0 {
        let polls = random.below(8) as usize;
        _ = catch_unwind(AssertUnwindSafe(|| poll_at_most(task.as_mut(), polls)));
    }
    drop(task);
}

#[test]
fn random_work_leaves_no_scope_open_and_is_counted_completely() {
    let rounds = std::env::var("SOAK_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(30_000_u64);
    std::panic::set_hook(Box::new(|_| ()));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let operator = threads.spawn(|| {
            let mut random = Random(99);
            while !is_over.load(Relaxed) {
                configure(|settings| {
                    settings.retain_bytes =
                        [0, 100_000, 300_000, 1 << 20, 64 << 20][random.below(5) as usize];
                });
                configure(|settings| settings.durations = random.below(2) == 0);
                trim();
                for site in report().sites {
                    // A reader never sees more open scopes than there are.
                    assert!(site.in_use_bytes < 1 << 40, "{site:?}");
                }
                std::thread::yield_now();
            }
        });
        let servers: Vec<_> = (1..=4_u64)
            .map(|seed| {
                threads.spawn(move || {
                    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                    for _ in 0..rounds {
                        _ = catch_unwind(AssertUnwindSafe(|| serve(&mut random, 0)));
                        if random.below(3) == 0 {
                            go_on(&mut random);
                        }
                    }
                })
            })
            .collect();
        let ends: Vec<_> = servers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        is_over.store(true, Relaxed);
        assert!(ends.iter().all(Result::is_ok), "panics are caught");
        operator.join().expect("no figure was out of bounds");
    });
    let rest = core::mem::take(&mut *TASKS.lock());
    drop(rest);
    _ = std::panic::take_hook();
    for (site, ended) in SITES.iter().zip(&COUNT.ended) {
        let figures = figures(site);
        let ended = ended.load(Relaxed);
        assert_eq!((figures.live_scopes, figures.in_use_bytes), (0, 0), "{site:?}");
        assert_eq!((figures.resets, figures.outcomes.total()), (ended, ended), "{site:?}");
        for histogram in [figures.used, figures.peak_used, figures.reserved] {
            assert_eq!(histogram.count(), ended, "{site:?}");
        }
        assert!(
            figures.used.sum <= figures.peak_used.sum
                && figures.peak_used.sum <= figures.reserved.sum,
            "{site:?}"
        );
        assert!(
            site.limit().is_none_or(|limit| figures.peak_used.max <= limit as u64),
            "{figures:?}"
        );
    }
    assert_eq!(
        COUNT.ran.load(Relaxed),
        COUNT.deferred.load(Relaxed),
        "each deferred closure ran once"
    );

    // The pool's account is right: after a last trim, the pool can fill a small bound completely.
    for bytes in [0, 300_000, 64 << 20] {
        configure(|settings| settings.retain_bytes = bytes);
        trim();
        assert_eq!(report().pool.retained_bytes, 0);
        scope(&AFTER, |arena| _ = arena.alloc_slice_fill_copy(5000, 1_u8));
        let retained = report().pool.retained_bytes;
        assert!(
            if bytes == 0 { retained == 0 } else { (5000..=bytes).contains(&retained) },
            "{retained} of {bytes}"
        );
    }
}
