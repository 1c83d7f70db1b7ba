//! Each crate's own way of serving a request: an arena of a few lines for each, and the list of
//! them all.
//!
//! A candidate is written as its crate's documentation does it, in the way that is fastest for
//! requests that come one after the other. To add one: a file here with a [`Peer`] and a
//! [`Space`](crate::memory::Space), and a line in the list.

/// A [`Space`](crate::memory::Space) by the names that bumpalo gave these calls, and others have
/// too.
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

/// One way of serving requests. Each thread makes its own; what threads share is in the type's
/// statics.
pub trait Peer {
    /// Whether its arena is an allocator for collections of `allocator-api2` 0.2, which hashbrown
    /// and the other candidates use.
    const COLLECTIONS: bool = true;

    /// Whether there is an arena at all.
    const ARENA: bool = true;

    /// On a thread that is about to serve requests.
    fn new() -> Self;

    /// Bytes that it keeps for later requests of this thread, if it keeps any and can tell.
    fn retained_bytes() -> Option<usize> {
        None
    }

    /// Serves one request: memory is taken, `body` uses it, and it is given back.
    fn request(&mut self, body: &impl Body);
}

/// Something to do with whatever candidate it is.
pub trait Visitor {
    /// What comes out.
    type Result;

    /// Does it.
    fn visit<P: Peer>(self) -> Self::Result;
}

/// The list: names in the order of the table, and the way from a name to its type.
macro_rules! candidates {
    ($($(#[$when:meta])* $name:literal => $peer:path,)*) => {
        /// Their names, in the order of the table.
        pub const NAMES: &[&str] = &[$($(#[$when])* $name,)*];

        /// Does something with the candidate of this name; `None` if there is none.
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

/// Whether the candidate of this name has collections.
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
