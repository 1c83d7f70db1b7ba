//! A limit of the scope holds for each document. `arena.try_json(..)` returns an error at the limit,
//! and otherwise the value that serde_json returns.

#![no_main]

mod twins;

use libfuzzer_sys::fuzz_target;
use request_arena::{Site, scope};
use twins::{arena, heap};

const LIMIT: usize = 2 << 10;

static SITE: Site = Site::new("limit", module_path!(), file!(), line!()).with_limit(LIMIT);

fuzz_target!(|document: &[u8]| {
    scope(&SITE, |arena| {
        let ours = arena.try_json::<Events<'_>>(document);
        assert!(arena.used() <= LIMIT);
        match (ours, serde_json::from_slice::<Vec<heap::Event<'_>>>(document)) {
            (Ok(ours), Ok(serdes)) => assert_eq!(format!("{ours:?}"), format!("{serdes:?}")),
            (Err(ours), _) if ours.refused().is_some() => {}
            (Err(ours), Err(serdes)) => assert_eq!(ours.get_ref().to_string(), serdes.to_string()),
            (ours, serdes) => panic!("{ours:?} in the arena, {serdes:?} on the heap"),
        }
    });
});

type Events<'a> = &'a [arena::Event<'a>];
