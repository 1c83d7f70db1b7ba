//! Why std's trait never unwinds: most of std's collections stay sound when an allocator unwinds,
//! but `BTreeMap` and `Arc` do not. `&Arena` fits them all, since a reference is `Clone`.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use crate::faulty::Faulty;
use crate::live::Live;
use crate::sweep::mistakes;
use crate::{boxes, collections, fault, ring, vectors};

#[test]
fn most_collections_stay_sound() {
    assert_eq!(mistakes::<vectors::Vector>(), [""; 0]);
    assert_eq!(mistakes::<boxes::Slice>(), [""; 0]);
    assert_eq!(mistakes::<boxes::Boxes>(), [""; 0]);
    assert_eq!(mistakes::<ring::Ring>(), [""; 0]);
    assert_eq!(mistakes::<collections::Heap>(), [""; 0]);
    assert_eq!(mistakes::<collections::List>(), [""; 0]);
    assert_eq!(mistakes::<collections::Counted>(), [""; 0]);
}

/// rust-lang/rust#156490. If this fails, std has repaired it.
#[test]
fn a_btreemap_loses_entries_that_it_still_counts() {
    let mut map = BTreeMap::new_in(Faulty);
    // The next entry splits a leaf, and then the inner node above it.
    (0..88).for_each(|key| _ = map.insert(key, key));
    assert!(fault::at(1, || _ = map.insert(88, 88)));
    assert!(map.range(..).count() < map.len(), "{} entries", map.len());
    // To drop it would be undefined behaviour.
    mem::forget(map);
}

/// rust-lang/rust#157203. If this fails, std has repaired it.
#[test]
fn an_arc_frees_its_value_while_it_exists() {
    let mut value = Arc::new_in(Live::new(7), Faulty);
    let weak = Arc::downgrade(&value);
    assert!(fault::at(0, || Arc::make_mut(&mut value).value += 1));
    assert_eq!(Arc::strong_count(&value), 0);
    // To use or drop it would be undefined behaviour.
    mem::forget((value, weak));
}
