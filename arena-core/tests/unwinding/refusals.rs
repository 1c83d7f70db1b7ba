//! What unwinds: a refusal by the limit, or of a scope with a limit. All else is an error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use allocator_api2::vec::Vec;
use request_arena_core::{LimitMode, Site, scope};

/// No global allocator is asked for so much.
const ENDLESS: usize = 1 << 60;

/// The text of the panic, or whether the collection got an error.
fn refused(site: &'static Site, bytes: usize) -> Result<bool, String> {
    let work =
        || scope(site, |arena| Vec::<u8, _>::new_in(&arena).try_reserve_exact(bytes).is_err());
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| *payload.downcast::<String>().unwrap())
}

#[test]
fn the_allocators_refusal_is_an_error_without_a_limit() {
    static PLAIN: Site = Site::new("plain", module_path!(), file!(), line!());
    static MEASURED: Site = Site::new("measured", module_path!(), file!(), line!())
        .with_limit(4096)
        .with_limit_mode(LimitMode::Measure);
    for site in [&PLAIN, &MEASURED] {
        for bytes in [ENDLESS, isize::MAX as usize] {
            assert_eq!(refused(site, bytes), Ok(true), "{} {bytes}", site.name());
        }
    }
    assert_eq!(refused(&MEASURED, 100_000), Ok(false));
}

#[test]
fn with_a_limit_it_ends_only_the_request() {
    static LIMITED: Site =
        Site::new("limited", module_path!(), file!(), line!()).with_limit(2 * ENDLESS);
    let out_of_memory = refused(&LIMITED, ENDLESS).unwrap_err();
    assert!(out_of_memory.starts_with("out of memory"), "{out_of_memory}");
    let at_limit = refused(&LIMITED, isize::MAX as usize).unwrap_err();
    assert!(at_limit.starts_with("the arena of `limited` is at its limit"), "{at_limit}");
}
