//! The work of a request with its memory, written once: all candidates run the same code, and only
//! the calls of their crates differ.
//!
//! The calls are always inlined, in every candidate. If the compiler chose, it would inline them in
//! some candidates, and differently in the next build. The body of a request is never inlined if it
//! only allocates, as a router calls a handler as a function. In the loop that measures, the
//! compiler would know that a `Bump` is not shared and keep it in registers. That makes 100 values
//! a quarter faster than in any handler that takes a `&Bump`.

use allocator_api2::alloc::Allocator;

/// A request's memory: `&Bump`, `&Arena`. Its values live for `'a`.
pub trait Space<'a>: Copy {
    /// The allocator of collections.
    type Allocator: Allocator + Copy;

    /// Allocates a value.
    fn value<T: Copy + 'static>(self, value: T) -> &'a mut T;

    /// Allocates a copy of bytes.
    fn bytes(self, bytes: &[u8]) -> &'a mut [u8];

    /// Allocates a copy of a text.
    fn text(self, text: &str) -> &'a str;

    /// The allocator of collections.
    fn allocator(self) -> Self::Allocator;
}

/// The work of one request, with an arena and with the heap.
pub trait Body: Sync {
    /// Whether it uses memory. If not, it does nothing without an arena, and the heap is not
    /// measured.
    const MEMORY: bool = true;

    /// With an arena: no memory is given back before the request's end.
    fn in_arena<'a>(&self, space: impl Space<'a>);

    /// With `Box`, `Vec`, `String`: everything is dropped at the request's end.
    fn on_heap(&self);

    /// In a function under `#[request_arena]`. [`handlers!`](crate::handlers) writes it.
    fn annotated(&self);

    /// In an `async` function under `#[request_arena]`.
    fn annotated_async(&self) -> impl Future<Output = ()>;

    /// The site of a scope without the macro.
    fn site() -> &'static request_arena::Site;
}

/// Writes the parts of a [`Body`] that are request-arena's own. A handler has one site, so each
/// body has its own annotated functions.
#[macro_export]
macro_rules! handlers {
    ($name:literal) => {
        fn annotated(&self) {
            #[::request_arena::request_arena(name = $name)]
            fn handler(arena: ::request_arena::Arena<'_>, body: &impl $crate::memory::Body) {
                body.in_arena(&arena);
            }
            handler(self);
        }

        async fn annotated_async(&self) {
            #[::request_arena::request_arena(name = $name)]
            async fn handler(arena: ::request_arena::Arena<'_>, body: &impl $crate::memory::Body) {
                body.in_arena(&arena);
            }
            handler(self).await;
        }

        fn site() -> &'static ::request_arena::Site {
            static SITE: ::request_arena::Site = ::request_arena::Site::new(
                $name,
                ::core::module_path!(),
                ::core::file!(),
                ::core::line!(),
            );
            &SITE
        }
    };
}
