//! Types of the standard library that own heap memory. A field of such a type does not build, and
//! the error names the type to write instead.
//!
//! Each has an implementation with a bound that never holds. The compiler reports the bound, and
//! with it the text of its trait.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use serde::Deserializer;

use crate::deserialize::{DeserializeIn, Destination};

macro_rules! refused {
    ($(
        $name:ident, $message:literal, $label:literal, $note:literal:
        $(<$($parameter:ident),*> $type:ty),+;
    )+) => {$(
        /// A bound that never holds. Its error names the type to write instead.
        #[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
        pub trait $name<'a, Owned: ?Sized> {}

        $(
            impl<'a, $($parameter: 'a),*> DeserializeIn<'a> for $type
            where
                (): $name<'a, $type>,
            {
                fn deserialize_in<'de, __D>(
                    _: Destination<'_, 'a>,
                    _: __D,
                ) -> Result<Self, __D::Error>
                where
                    __D: Deserializer<'de>,
                {
                    unreachable!("the bound never holds")
                }
            }
        )+
    )+};
}

refused! {
    TextOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `&'a str`",
    "a text that changes later is `request_arena::collections::owned::String<'a>`":
        <> String, <> Box<str>, <> Rc<str>,
        <> Arc<str>, <> Cow<'a, str>, <> CString,
        <> OsString;

    SliceOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `&'a [T]`",
    "a list that grows later is `request_arena::collections::owned::Vec<'a, T>`":
        <T> Vec<T>, <T> Box<[T]>, <T> Rc<[T]>,
        <T> Arc<[T]>, <T> LinkedList<T>,
        <T> BinaryHeap<T>, <T> VecDeque<T>;

    ReferenceToTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `&'a T`",
    "the arena holds the value behind the reference":
        <T> Box<T>, <T> Rc<T>, <T> Arc<T>,
        <> PathBuf;

    MapOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `request_arena::collections::HashMap<'a, K, V>`",
    "a map in the order of its keys is `request_arena::collections::SortedMap<'a, K, V>`":
        <K, V, S> HashMap<K, V, S>, <K, V> BTreeMap<K, V>;

    CollectionOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `request_arena::collections::HashSet<'a, T>`",
    "a set in order is `request_arena::collections::SortedSet<'a, T>`":
        <T, S> HashSet<T, S>, <T> BTreeSet<T>;
}
