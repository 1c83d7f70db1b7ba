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
        $(<$($parameter:ident $(: ?$sized:ident)?),*> $type:ty),+;
    )+) => {$(
        /// A bound that never holds. Its error names the type to write instead.
        #[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
        pub trait $name<'a, Owned: ?Sized> {}

        $(
            impl<'a, $($parameter: $(?$sized +)? 'a),*> DeserializeIn<'a> for $type
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
        <> String, <> Cow<'a, str>, <> CString, <> OsString;

    SliceOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `&'a [T]`",
    "a list that grows later is `request_arena::collections::owned::Vec<'a, T>`":
        <T> Vec<T>, <T> LinkedList<T>, <T> BinaryHeap<T>, <T> VecDeque<T>;

    // One `impl` for sized and unsized types: two would make the compiler report neither.
    ReferenceToTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write a reference: `&'a T`, `&'a str` or `&'a [T]`",
    "the arena holds the value behind the reference":
        <T: ?Sized> Box<T>, <T: ?Sized> Rc<T>, <T: ?Sized> Arc<T>;

    PathOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `&'a std::path::Path`",
    "the arena holds the text of the path":
        <> PathBuf;

    MapOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `request_arena::collections::owned::HashMap<'a, K, V>`",
    "a function that is not `async` may use `request_arena::collections::HashMap<'a, K, V>`":
        <K, V, S> HashMap<K, V, S>;

    SortedMapOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `request_arena::collections::owned::SortedMap<'a, K, V>`",
    "a function that is not `async` may use `request_arena::collections::SortedMap<'a, K, V>`":
        <K, V> BTreeMap<K, V>;

    SetOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `request_arena::collections::owned::HashSet<'a, T>`",
    "a function that is not `async` may use `request_arena::collections::HashSet<'a, T>`":
        <T, S> HashSet<T, S>;

    SortedSetOfTheArena,
    "`{Owned}` owns heap memory, so an arena cannot hold it",
    "write `request_arena::collections::owned::SortedSet<'a, T>`",
    "a function that is not `async` may use `request_arena::collections::SortedSet<'a, T>`":
        <T> BTreeSet<T>;
}
