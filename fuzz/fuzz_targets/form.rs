//! `arena.form(..)` accepts the forms that serde_urlencoded accepts for the same type on the heap.

#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use request_arena::{DeserializeIn, Site, deserialize::FormError, scope};

static SITE: Site = Site::new("form", module_path!(), file!(), line!());

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code, reason = "only `Debug` reads the fields")]
struct Heap {
    #[serde(default)]
    q: Option<String>,
    #[serde(default)]
    page: u16,
    #[serde(default)]
    sort: Option<Sort>,
    #[serde(default)]
    price: Option<f64>,
}

#[derive(Debug, serde::Deserialize, DeserializeIn)]
#[serde(rename_all = "lowercase")]
enum Sort {
    Ascending,
    Descending,
}

#[derive(Debug, DeserializeIn)]
#[allow(dead_code, reason = "only `Debug` reads the fields")]
struct Arena<'a> {
    #[serde(default)]
    q: Option<&'a str>,
    #[serde(default)]
    page: u16,
    #[serde(default)]
    sort: Option<Sort>,
    #[serde(default)]
    price: Option<f64>,
}

fn same<A: Debug, H: Debug>(
    ours: Result<A, FormError>,
    serdes: Result<H, serde_urlencoded::de::Error>,
) {
    match (ours, serdes) {
        (Ok(ours), Ok(serdes)) => assert_eq!(
            format!("{ours:?}").replace("Arena {", "Heap {"),
            format!("{serdes:?}").replace("Arena {", "Heap {")
        ),
        (Err(ours), Err(serdes)) => assert_eq!(ours.get_ref().to_string(), serdes.to_string()),
        (ours, serdes) => panic!("{ours:?} in the arena, {serdes:?} on the heap"),
    }
}

fuzz_target!(|form: &[u8]| {
    scope(&SITE, |arena| {
        same(arena.form::<Arena<'_>>(form), serde_urlencoded::from_bytes::<Heap>(form));
        same(
            arena.form::<&[(&str, &str)]>(form),
            serde_urlencoded::from_bytes::<Vec<(String, String)>>(form),
        );
    });
});
