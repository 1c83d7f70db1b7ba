//! An unknown allocator: its live bytes, if the program counts them.

use request_arena_core::heap;

use super::{HeapReading, Probe, Serves};

#[derive(Debug)]
pub(super) struct Unknown;

impl Probe for Unknown {
    fn name(&self) -> &'static str {
        "unknown"
    }

    fn serves(&mut self) -> Serves {
        let evidence = "no known allocator counted what Rust allocated";
        Serves::new(true, false, evidence)
    }

    fn read(&mut self) -> Option<HeapReading> {
        live()
    }
}

/// The figures of [`heap::CountingAllocator`], if it is the global allocator.
pub(super) fn live() -> Option<HeapReading> {
    let live = heap::live_bytes()?;
    let peak_bytes = Some(live + heap::take_largest());
    Some(HeapReading { live_bytes: Some(live), peak_bytes, ..HeapReading::default() })
}
