//! A metered arena that grows with the requests of a handler, which the doctor can find.

use std::time::Duration;

use request_arena_core::{Site, scope};
use request_arena_telemetry::doctor::{Doctor, MeteredBump};

/// Lets `arena` grow by 30 MiB in 1,500 requests, with a reading after each round.
pub(crate) fn grow(doctor: &Doctor, arena: &MeteredBump, site: &'static Site) {
    for round in 0..40 {
        // Every fourth round has no requests.
        if round % 4 != 3 {
            (0..50).for_each(|_| scope(site, |arena| _ = arena.alloc_slice_fill_copy(1000, 1_u8)));
            arena.alloc_slice_fill_copy(1 << 20, 1_u8);
            arena.observe();
        }
        std::thread::sleep(Duration::from_millis(5));
        doctor.sample();
    }
}
