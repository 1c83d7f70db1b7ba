//! An admitted request that finds credit allocates nothing.

mod support;

use core::convert::Infallible;
use std::alloc::System;

use futures_util::FutureExt as _;
use http::{Request, Response};
use request_arena_admission::AdmissionLayer;
use request_arena_core::Site;
use request_arena_core::heap::{CountingAllocator, allocated_by_thread};
use support::{MIB, Place, gate, learned};
use tower::{Layer as _, Service as _, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator<System> = CountingAllocator::new(System);

static SITE: Site = Site::new("allocates nothing", module_path!(), file!(), line!());

#[test]
fn a_request_that_finds_credit_allocates_nothing() {
    let place = Place::new(1000 * MIB, 0);
    let gate = gate(&place, |_| {});
    learned(gate, &SITE, 100_000);
    let layer: AdmissionLayer<(), ()> =
        gate.layer("other").with_handler(|_| &SITE).with_exempt(|_| false);
    let mut service =
        layer.layer(service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(()))));
    let mut round = || {
        for _ in 0..1000 {
            drop(gate.admit(&SITE).now_or_never().unwrap().unwrap());
            service.call(Request::new(())).now_or_never().unwrap().unwrap();
        }
    };
    round();
    let before = allocated_by_thread();
    round();
    assert_eq!(allocated_by_thread() - before, 0);
    // The counter counts.
    drop(std::hint::black_box(vec![1_u8; 100]));
    assert_eq!(allocated_by_thread() - before, 100);
    // All but the first few found credit.
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.reserved_bytes, snapshot.refused.total()), (0, 0));
    assert!(snapshot.admitted >= 4000 && snapshot.credit_bytes > 0, "{snapshot:?}");
}
