//! At the limit, std's trait returns an error. A collection that cannot report it aborts, and none
//! unwinds.

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::Arc;

use request_arena_core::{Arena, Site, collections, report, scope};

static SITE: Site = Site::new("standard", module_path!(), file!(), line!()).with_limit(4096);
static COUNTED: Site = Site::new("counted", module_path!(), file!(), line!()).with_limit(4096);

#[test]
fn what_can_report_an_error_does() {
    scope(&COUNTED, |arena| {
        let mut list = Vec::new_in(&arena);
        assert!(list.try_reserve(10_000).is_err());
        list.push(1_u8);
        assert!(list.try_reserve(1000).is_ok());
        assert!(Box::try_new_in([0_u8; 10_000], &arena).is_err());
        let mut ring = VecDeque::new_in(&arena);
        assert!(ring.try_reserve(10_000).is_err());
        ring.push_back(1_u8);
        assert!(Arc::try_new_in([0_u8; 10_000], arena.fork()).is_err());
        assert_eq!((list[..].to_vec(), ring.len()), (vec![1], 1));
    });
    let report = report();
    let site = report.site("counted").unwrap();
    assert_eq!((site.refusals, site.outcomes.limit_exceeded), (4, 0));
}

/// The collections of this package keep to their own trait, and so end only the request.
#[test]
fn the_arenas_own_collections_still_unwind() {
    scope(&SITE, |arena| {
        let mut list: collections::Vec<'_, u8> = collections::Vec::new_in(&arena);
        let refused = catch_unwind(AssertUnwindSafe(|| list.reserve(10_000)));
        let text = *refused.unwrap_err().downcast::<String>().unwrap();
        assert!(text.starts_with("the arena of `standard` is at its limit"), "{text}");
        list.push(1);
        assert_eq!(list[..], [1]);
    });
}

/// An operation that cannot report an error.
type Aborts = fn(&Arena<'_>);

const ABORT: [(&str, Aborts); 4] = [
    ("Vec::reserve", |arena| Vec::<u8, _>::new_in(arena).reserve(10_000)),
    ("Box::new_in", |arena| drop(Box::new_in([0_u8; 10_000], arena))),
    ("BTreeMap::insert", |arena| {
        let mut map = BTreeMap::new_in(arena);
        (0..10_000).for_each(|key| _ = map.insert(key, key));
    }),
    ("Arc::make_mut", |arena| {
        let mut value = Arc::new_in([0_u8; 2500], arena);
        let weak = Arc::downgrade(&value);
        Arc::make_mut(&mut value)[0] = 1;
        drop(weak);
    }),
];

#[test]
fn what_cannot_report_an_error_aborts() {
    const OPERATION: &str = "OPERATION_THAT_ABORTS";
    if let Ok(chosen) = env::var(OPERATION) {
        let (_, operation) = ABORT[chosen.parse::<usize>().unwrap()];
        let _ = catch_unwind(|| scope(&SITE, |arena| operation(&arena)));
        return;
    }
    for (index, (name, _)) in ABORT.iter().enumerate() {
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "at_limit::what_cannot_report_an_error_aborts", "--nocapture"])
            .env(OPERATION, index.to_string())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&child.stderr);
        assert_eq!(child.status.signal(), Some(6), "{name}: {} {text}", child.status);
        assert!(text.contains("memory allocation of"), "{name}: {text}");
    }
}
