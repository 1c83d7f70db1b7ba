//! Collections in an arena: `Vec`, `VecDeque`, `String`, `HashMap`, `HashSet`, `SortedMap`,
//! `SortedSet`.
//!
//! The names are aliases of types that take the arena as their allocator: `allocator_api2`'s `Vec`,
//! `hashbrown`'s tables, and [`text::String`](crate::text::String), [`deque`], [`sorted_map`] and
//! [`sorted_set`]. There are three kinds:
//!
//! | module | allocator | created by | `Send` |
//! |---|---|---|---|
//! | this one | `&Arena` | `Vec::new_in(&arena)` | no: not across `.await` in a spawned task |
//! | [`owned`] | `Arena`, by value | `owned::Vec::new_in(arena.fork())` | yes, if the elements are |
//! | [`fallible`] | [`Fallible`](crate::allocator::Fallible) | `fallible::Vec::new_in(arena.fallible())` | no |
//!
//! [`CollectIn::collect_in`] builds any of them from an iterator.
//!
//! A collection of the first kind can become a slice or text of the arena's whole lifetime, without
//! a copy. For a `Vec`, use [`IntoArenaSlice`]. For a `String`, use
//! [`into_arena_str`](crate::text::String::into_arena_str). Collections of the second kind do the
//! same with `leak`.
//!
//! A collection drops its elements, as it does on the heap. At the scope's limit it panics (see
//! [`allocator`](crate::allocator)).
//!
//! ```
//! use request_arena_core::{Site, collections::{HashMap, Vec}, scope};
//!
//! static SITE: Site = Site::new("collections", module_path!(), file!(), line!());
//! scope(&SITE, |arena| {
//!     let mut counts = HashMap::new_in(&arena);
//!     for word in ["a", "b", "a"] {
//!         *counts.entry(word).or_insert(0) += 1;
//!     }
//!     let mut most: Vec<'_, _> = Vec::new_in(&arena);
//!     most.extend(counts.into_iter().filter(|&(_, count)| count > 1));
//!     assert_eq!(most[..], [("a", 2)]);
//! });
//! ```
//!
//! # Keys that clients choose
//!
//! The hash maps and sets use hashbrown's default hasher, foldhash. Its seeds differ between
//! processes and between maps. foldhash 0.2 derives them from addresses, and states that it "does
//! not claim to provide HashDoS resistance against interactive attackers". If a client chooses many
//! keys, name the standard library's keyed hasher, `HashMap<'_, K, V, RandomState>`, or use a
//! [`SortedMap`], which needs no hash.
//!
//! ```
//! use request_arena_core::{Site, collections::HashMap, scope};
//! use std::hash::RandomState;
//!
//! static SITE: Site = Site::new("count", module_path!(), file!(), line!());
//! scope(&SITE, |arena| {
//!     let mut counts: HashMap<'_, &str, u32, RandomState> =
//!         HashMap::with_hasher_in(RandomState::new(), &arena);
//!     counts.insert("a", 1);
//!     assert_eq!(counts["a"], 1);
//! });
//! ```

use hashbrown::DefaultHashBuilder;

use crate::arena::handle::Arena;

pub mod deque;
mod from_iter;
pub(crate) mod hashed;
mod keep;
pub(crate) mod leaves;
pub mod sorted_map;
pub mod sorted_set;

pub use from_iter::{CollectIn, FromIteratorIn};
pub use keep::IntoArenaSlice;
pub use leaves::CollectionOverTheHandle;

/// A `Vec` that borrows the arena.
pub type Vec<'b, T> = allocator_api2::vec::Vec<T, &'b Arena<'b>>;

/// A `String` that borrows the arena.
pub type String<'b> = crate::text::String<&'b Arena<'b>>;

/// A hash map that borrows the arena.
pub type HashMap<'b, K, V, S = DefaultHashBuilder> = hashbrown::HashMap<K, V, S, &'b Arena<'b>>;

/// A hash set that borrows the arena.
pub type HashSet<'b, T, S = DefaultHashBuilder> = hashbrown::HashSet<T, S, &'b Arena<'b>>;

/// A double-ended queue that borrows the arena.
pub type VecDeque<'b, T> = deque::VecDeque<T, &'b Arena<'b>>;

/// A sorted map that borrows the arena, like `BTreeMap` on the heap.
#[doc(alias = "BTreeMap")]
pub type SortedMap<'b, K, V> = sorted_map::SortedMap<K, V, &'b Arena<'b>>;

/// A sorted set that borrows the arena, like `BTreeSet` on the heap.
#[doc(alias = "BTreeSet")]
pub type SortedSet<'b, T> = sorted_set::SortedSet<T, &'b Arena<'b>>;

/// Collections that own their handle, usually a [`fork`](Arena::fork). They are `Send` and may live
/// across `.await`s.
///
/// ```
/// use request_arena_core::{Site, collections::owned, scope_async};
///
/// # static SITE: Site = Site::new("owned", module_path!(), file!(), line!());
/// # async fn more() {}
/// # fn spawn(_: impl Future<Output = usize> + Send) {}
/// spawn(scope_async(&SITE, async |arena| {
///     let mut hits = owned::Vec::new_in(arena.fork());
///     hits.push(1);
///     more().await;
///     hits.push(2);
///     hits.len()
/// }));
/// ```
pub mod owned {
    use super::{Arena, DefaultHashBuilder};

    /// A `Vec` that owns its handle.
    pub type Vec<'a, T> = allocator_api2::vec::Vec<T, Arena<'a>>;

    /// A `String` that owns its handle.
    pub type String<'a> = crate::text::String<Arena<'a>>;

    /// A hash map that owns its handle.
    pub type HashMap<'a, K, V, S = DefaultHashBuilder> = hashbrown::HashMap<K, V, S, Arena<'a>>;

    /// A hash set that owns its handle.
    pub type HashSet<'a, T, S = DefaultHashBuilder> = hashbrown::HashSet<T, S, Arena<'a>>;

    /// A double-ended queue that owns its handle.
    pub type VecDeque<'a, T> = super::deque::VecDeque<T, Arena<'a>>;

    /// A sorted map that owns its handle.
    #[doc(alias = "BTreeMap")]
    pub type SortedMap<'a, K, V> = super::sorted_map::SortedMap<K, V, Arena<'a>>;

    /// A sorted set that owns its handle.
    #[doc(alias = "BTreeSet")]
    pub type SortedSet<'a, T> = super::sorted_set::SortedSet<T, Arena<'a>>;
}

/// Collections that return an error at the limit, from `try_reserve`. Reserve room with it before
/// each push, because other growth aborts the process at the limit.
///
/// ```
/// use request_arena_core::{Site, collections::fallible::Vec, scope};
///
/// static SITE: Site = Site::new("fallible", module_path!(), file!(), line!()).with_limit(4096);
/// scope(&SITE, |arena| {
///     let mut bytes: Vec<'_, u8> = Vec::new_in(arena.fallible());
///     assert!(bytes.try_reserve(100_000).is_err());
/// });
/// ```
pub mod fallible {
    use super::DefaultHashBuilder;
    use crate::arena::allocator::Fallible;

    /// A `Vec` that returns an error at the limit.
    pub type Vec<'b, T> = allocator_api2::vec::Vec<T, Fallible<'b>>;

    /// A hash map that returns an error at the limit.
    pub type HashMap<'b, K, V, S = DefaultHashBuilder> = hashbrown::HashMap<K, V, S, Fallible<'b>>;

    /// A hash set that returns an error at the limit.
    pub type HashSet<'b, T, S = DefaultHashBuilder> = hashbrown::HashSet<T, S, Fallible<'b>>;

    /// A `String` that returns an error at the limit.
    pub type String<'b> = crate::text::String<Fallible<'b>>;

    /// A double-ended queue that returns an error at the limit.
    pub type VecDeque<'b, T> = super::deque::VecDeque<T, Fallible<'b>>;
}
