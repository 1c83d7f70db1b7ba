//! The candidates: each crate's own way of serving a request, in a few lines, and the list of all.
//!
//! A candidate follows its crate's documentation, in the way that is fastest for requests one after
//! the other. To add one, add a file with a [`Peer`] and a [`Space`](crate::memory::Space), and a
//! line in the list.

/// Implements [`Space`](crate::memory::Space) by bumpalo's names of the calls, which other crates
/// have, too.
macro_rules! space {
    ([$($lifetime:lifetime),+] $space:ty: $of:lifetime) => {
        impl<$($lifetime),+> $crate::memory::Space<$of> for $space {
            type Allocator = Self;

            #[inline(always)]
            fn value<T: Copy + 'static>(self, value: T) -> &$of mut T {
                self.alloc(value)
            }

            #[inline(always)]
            fn bytes(self, bytes: &[u8]) -> &$of mut [u8] {
                self.alloc_slice_copy(bytes)
            }

            #[inline(always)]
            fn text(self, text: &str) -> &$of str {
                self.alloc_str(text)
            }

            #[inline(always)]
            fn allocator(self) -> Self {
                self
            }
        }
    };
}

mod blink;
#[cfg(feature = "bump-scope")]
mod bump_scope;
mod bumpalo;
mod heap;
mod herd;
#[cfg(feature = "multitude")]
mod multitude;
#[cfg(feature = "oxc_allocator")]
mod oxc;
mod request_arena;

use crate::memory::Body;

/// One way of serving requests. Each thread makes its own. What threads share is in statics.
pub trait Peer {
    /// Whether the arena is an allocator of `allocator-api2` 0.2, which hashbrown and the other
    /// candidates use.
    const COLLECTIONS: bool = true;

    /// Whether there is an arena at all.
    const ARENA: bool = true;

    /// Makes the candidate of a thread that is about to serve requests.
    fn new() -> Self;

    /// Bytes that it retains for later requests of this thread, if it retains any and counts them.
    fn retained_bytes() -> Option<usize> {
        None
    }

    /// Serves one request: takes memory, runs `body`, and gives the memory back.
    fn request(&mut self, body: &impl Body);
}

/// Work that any candidate can do.
pub trait Visitor {
    /// The result.
    type Result;

    /// Does the work with the candidate `P`.
    fn visit<P: Peer>(self) -> Self::Result;
}

/// The list: the names in the order of the table, and the type of each name.
macro_rules! candidates {
    ($($(#[$when:meta])* $name:literal => $peer:path,)*) => {
        /// The names of the candidates, in the order of the table.
        pub const NAMES: &[&str] = &[$($(#[$when])* $name,)*];

        /// Gives the visitor the candidate with this name. `None` if there is none.
        pub fn with<V: Visitor>(name: &str, visitor: V) -> Option<V::Result> {
            Some(match name {
                $($(#[$when])* $name => visitor.visit::<$peer>(),)*
                _ => return None,
            })
        }
    };
}

candidates! {
    "request_arena macro" => request_arena::Macro,
    "request_arena macro, async" => request_arena::AsyncMacro,
    "request_arena scope" => request_arena::Scope,
    "bumpalo new" => bumpalo::New,
    "bumpalo reset" => bumpalo::Reset,
    "bumpalo thread-local pool" => bumpalo::Pool,
    "bumpalo-herd" => herd::OfThread,
    #[cfg(feature = "bump-scope")]
    "bump-scope" => bump_scope::Scoped,
    #[cfg(feature = "bump-scope")]
    "bump-scope BumpPool" => bump_scope::Pool,
    "blink-alloc cache" => blink::Cache,
    #[cfg(feature = "multitude")]
    "multitude" => multitude::Reset,
    #[cfg(feature = "oxc_allocator")]
    "oxc_allocator pool" => oxc::Pool,
    "heap" => heap::Heap,
}

/// Whether the candidate with this name has collections.
#[must_use]
pub fn has_collections(name: &str) -> bool {
    struct Ask;
    impl Visitor for Ask {
        type Result = bool;
        fn visit<P: Peer>(self) -> bool {
            P::COLLECTIONS
        }
    }
    with(name, Ask).unwrap_or(false)
}
