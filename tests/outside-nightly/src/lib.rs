//! Our collections are std's here, and the limit is an error for all of them.
#![cfg(test)]
#![feature(allocator_api)]

use allocator_api2::vec::Vec as Api2Vec;
use request_arena::collections::{CollectIn, HashMap, IntoArenaSlice, SortedMap, String};
use request_arena::{Arena, Site, collections, scope};

static SITE: Site = Site::new("one trait", module_path!(), file!(), line!()).with_limit(8192);

/// Takes what only std's `Vec` is.
fn last<'b>(list: &std::vec::Vec<u32, &'b Arena<'b>>) -> Option<u32> {
    list.last().copied()
}

#[test]
fn all_collections_have_the_one_trait() {
    scope(&SITE, |arena| {
        let mut list: collections::Vec<'_, u32> = Api2Vec::new_in(&arena);
        list.extend(0..100);
        assert_eq!(last(&list), Some(99));
        assert!(list.try_reserve(10_000).is_err());
        assert_eq!(list.into_arena_slice(&arena).len(), 100);

        let counts: HashMap<'_, _, _> = ["a", "b"].iter().map(|key| (*key, 1)).collect_in(&arena);
        let sorted: SortedMap<'_, _, _> = counts.into_iter().collect_in(&arena);
        assert!(sorted.keys().eq(&["a", "b"]));
        let text: String<'_> = "abc".chars().rev().collect_in(&arena);
        assert_eq!(text, "cba");
    });
}
