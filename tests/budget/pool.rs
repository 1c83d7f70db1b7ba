//! Memory in the pool counts, and never makes a request fail.

use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};

use request_arena::{Site, report, scope};

use super::under;
use crate::support::on_a_fresh_thread;

const BUDGET: usize = 1 << 20;

fn use_bytes(site: &'static Site, bytes: usize) {
    scope(site, |arena| assert!(arena.try_alloc_slice_fill_copy(bytes, 1_u8).is_ok()));
}

#[test]
fn idle_arenas_of_all_threads_make_room_for_a_request() {
    static SITES: [Site; 4] = [
        Site::new("small", module_path!(), file!(), line!()),
        Site::new("middle", module_path!(), file!(), line!()),
        Site::new("large", module_path!(), file!(), line!()),
        Site::new("whole", module_path!(), file!(), line!()),
    ];
    let budget = under(BUDGET);
    // The threads stay until the request is over, also if it panics.
    let (gate, (ready, kept)): (_, (Sender<()>, _)) = (Mutex::new(()), mpsc::channel());
    std::thread::scope(|threads| {
        let open = gate.lock();
        for _ in 0..3 {
            let (ready, gate) = (ready.clone(), &gate);
            threads.spawn(move || {
                use_bytes(&SITES[0], 3000);
                use_bytes(&SITES[1], 50_000);
                use_bytes(&SITES[2], 130_000);
                drop(ready);
                drop(gate.lock().unwrap_or_else(PoisonError::into_inner));
            });
        }
        drop(ready);
        assert!(kept.recv().is_err(), "all threads have dropped their sender");
        assert!(report().pool.retained_bytes > BUDGET / 4, "{:?}", report().pool);
        on_a_fresh_thread(|| use_bytes(&SITES[3], BUDGET - 150_000));
        drop(open);
    });
    budget.held();
}

#[test]
fn a_request_that_the_pool_cannot_help_leaves_it_alone() {
    static SITE: Site = Site::new("hopeless", module_path!(), file!(), line!());
    let budget = under(BUDGET);
    on_a_fresh_thread(|| {
        use_bytes(&SITE, 50_000);
        let before = report().pool;
        assert!(before.retained_bytes >= 50_000);
        scope(&SITE, |arena| {
            assert!(arena.try_alloc_slice_fill_copy(2 * BUDGET, 1_u8).is_err());
        });
        assert_eq!(report().pool.discarded.trimmed, before.discarded.trimmed);
        assert_eq!(report().pool.retained_bytes, before.retained_bytes);
    });
    budget.held();
}

#[test]
fn a_scope_that_finds_its_arena_in_the_pool_needs_nothing_of_the_budget() {
    static SITE: Site = Site::new("warm", module_path!(), file!(), line!());
    let budget = under(BUDGET);
    on_a_fresh_thread(|| {
        use_bytes(&SITE, 50_000);
        let taken = report().budget.taken_bytes;
        // All that is left is taken, and more.
        request_arena::configure(|settings| settings.budget = Some(taken / 2));
        request_arena::configure(|settings| settings.budget = Some(BUDGET));
        use_bytes(&SITE, 50_000);
        let taken = report().budget.taken_bytes;
        use_bytes(&SITE, 50_000);
        assert_eq!(report().budget.taken_bytes, taken);
    });
    budget.held();
}
