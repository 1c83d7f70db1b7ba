//! `arena.json(..)` accepts the documents that serde_json accepts for the same type on the heap. It
//! returns the same value, or the same error at the same place.

#![no_main]

mod twins;

use libfuzzer_sys::fuzz_target;
use request_arena::{Site, scope};
use twins::{arena, heap};

static SITE: Site = Site::new("json", module_path!(), file!(), line!());

fuzz_target!(|document: &[u8]| {
    let serdes = serde_json::from_slice::<heap::All<'_>>(document);
    scope(&SITE, |arena| match (arena.json::<arena::All<'_>>(document), serdes) {
        (Ok(ours), Ok(serdes)) => assert_eq!(format!("{ours:?}"), format!("{serdes:?}")),
        (Err(ours), Err(serdes)) => assert_eq!(ours.get_ref().to_string(), serdes.to_string()),
        (ours, serdes) => panic!("{ours:?} in the arena, {serdes:?} on the heap"),
    });
});
