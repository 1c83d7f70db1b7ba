//! Many threads under one budget, while it changes and the pool is trimmed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;
use request_arena::{Arena, ResponseBuffer, Site, configure, report, scope, trim};

use super::under;

/// The lowest budget during the soak, and the highest.
const BUDGETS: [usize; 3] = [400_000, 700_000, 1_000_000];
const THREADS: u64 = 8;

static SITES: [Site; 3] = [
    Site::new("budget", module_path!(), file!(), line!()),
    Site::new("budget limit", module_path!(), file!(), line!()).with_limit(100_000),
    Site::new("budget initial", module_path!(), file!(), line!()).with_initial(40_000),
];

/// Responses that wait for their clients. ThreadSanitizer sees this lock, but not the standard
/// library's.
static RESPONSES: Mutex<Vec<ResponseBuffer>> = Mutex::new(Vec::new());
static SERVED: AtomicU64 = AtomicU64::new(0);

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn bytes(&mut self) -> usize {
        let bits = self.below(18);
        self.below(1 << bits) as usize
    }
}

fn work(arena: &Arena<'_>, random: &mut Random, depth: u32) {
    for _ in 0..random.below(8) {
        let bytes = random.bytes();
        match random.below(10) {
            0..=3 => _ = arena.try_alloc_slice_fill_copy(bytes, 1_u8),
            4 => _ = arena.alloc_slice_fill_copy(bytes, 1_u8),
            5 => _ = arena.bump().try_alloc_slice_fill_copy(bytes, 1_u8),
            6 if depth < 3 => work(&arena.fork(), random, depth + 1),
            7 if depth < 3 => arena.scope(|child| work(&child, random, depth + 1)),
            8 => {
                let mut list = request_arena::collections::Vec::new_in(arena);
                (0..bytes / 8).for_each(|number| list.push(number));
            }
            _ => {
                let mut buffer = arena.buffer();
                for _ in 0..4 {
                    _ = buffer.try_extend(&[7; 1000][..bytes.min(1000)]);
                }
                _ = buffer.try_reserve(bytes);
                let mut responses = RESPONSES.lock();
                responses.push(buffer);
                if responses.len() > 5 {
                    let at = random.below(responses.len() as u64) as usize;
                    let sent = responses.swap_remove(at);
                    drop(responses);
                    drop(sent);
                }
            }
        }
    }
    SERVED.fetch_add(1, Relaxed);
}

#[test]
fn chunks_never_exceed_the_budget_whatever_threads_do() {
    let rounds = std::env::var("SOAK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    let rounds = rounds.unwrap_or(3000_u64);
    let budget = under(BUDGETS[2]);
    std::panic::set_hook(Box::new(|_| ()));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let operator = threads.spawn(|| {
            let mut random = Random(5);
            while !is_over.load(Relaxed) {
                configure(|settings| settings.budget = Some(BUDGETS[random.below(3) as usize]));
                if random.below(4) == 0 {
                    trim();
                }
                std::thread::yield_now();
            }
        });
        let servers: Vec<_> = (1..=THREADS)
            .map(|seed| {
                threads.spawn(move || {
                    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                    for _ in 0..rounds {
                        let site = &SITES[random.below(3) as usize];
                        let serve = || scope(site, |arena| work(&arena, &mut random, 0));
                        _ = catch_unwind(AssertUnwindSafe(serve));
                    }
                })
            })
            .collect();
        servers.into_iter().for_each(|server| server.join().expect("panics are caught"));
        is_over.store(true, Relaxed);
        operator.join().expect("no panic");
    });
    _ = std::panic::take_hook();
    RESPONSES.lock().clear();
    budget.held();
    let refusals: u64 = report().sites.iter().map(|site| site.budget_refusals).sum();
    assert!(refusals > 100, "the budget was reached: {refusals}");
    assert!(SERVED.load(Relaxed) > THREADS * rounds / 10, "{SERVED:?}");
    trim();
    assert_eq!(report().budget.taken_bytes, super::HELD.load(std::sync::atomic::Ordering::SeqCst));
}
