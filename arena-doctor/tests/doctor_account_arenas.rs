//! The account while the pool keeps arenas with large unused parts: live heap does not shrink by
//! them. It is a process of its own, since other tests would allocate between two readings.
#![cfg(target_os = "linux")]

use std::time::Duration;

use request_arena_core::{Site, report, scope};
use request_arena_doctor::{Account, Doctor, Options};
use request_arena_memory::jemalloc;

#[global_allocator]
static JEMALLOC: jemalloc::Jemalloc = jemalloc::Jemalloc;

/// The most that `heap live` may change by the doctor's own memory and by jemalloc's rounding.
const LITTLE: u64 = 2 << 20;

#[test]
fn arenas_that_are_mostly_room_take_nothing_from_the_heap() {
    static ROOMY: Site = Site::new("roomy", module_path!(), file!(), line!()).with_initial(8 << 20);
    let held: Vec<Vec<u8>> = (0..15 << 10).map(|_| vec![1; 1024]).collect();
    let doctor =
        Doctor::start(Options { interval: Duration::from_secs(3600), ..Options::default() });
    let read = || -> (Account, u64) {
        let account = doctor.diagnose().account;
        // `read` reuses its figures for this time. A diagnosis may take less.
        std::thread::sleep(jemalloc::MAX_AGE);
        (account, jemalloc::read().unwrap().allocated_bytes)
    };
    let (before, allocated_before) = read();
    // Four at once, so that the pool has four after them.
    fn nested(depth: usize) {
        scope(&ROOMY, |arena| {
            arena.alloc_slice_fill_copy(20_000, 1_u8);
            if depth > 1 {
                nested(depth - 1);
            }
        });
    }
    nested(4);
    let more: Vec<Vec<u8>> = (0..5 << 10).map(|_| vec![1; 1024]).collect();
    assert!(report().pool.retained_bytes > 4 * (7 << 20), "{:?}", report().pool);
    let (after, allocated_after) = read();
    let heap = |account: &Account| account.bytes_of("heap live");
    let arenas = report().pool.retained_bytes as u64;
    let rose = heap(&after) - heap(&before);
    assert!(rose.abs_diff(5 << 20) < LITTLE, "{before:#?} {after:#?}");
    assert!(
        (allocated_after - allocated_before - arenas).abs_diff(rose) < LITTLE,
        "{before:#?} {after:#?}"
    );
    assert!(
        after.bytes_of("arenas retained") < LITTLE,
        "80 kB of them were ever written: {after:#?}"
    );
    drop((held, more));
}
