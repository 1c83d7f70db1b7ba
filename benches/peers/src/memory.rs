//! What a request does with its memory, written once: every candidate runs the same code, and only
//! the calls of its crate differ.
//!
//! What is written here and for it is always inlined, in every candidate: left to the compiler, it
//! is in one and not in another, and the next build decides anew. The body of a request is not,
//! where it does nothing but allocate: a handler is a function that a router calls. Inlined into
//! the loop that measures, a `Bump` of which the compiler knows that nobody else has it stays in
//! registers, which makes 100 values a quarter faster than any handler that is given a `&Bump`.

use allocator_api2::alloc::Allocator;

/// A request's memory, as what it allocates from: `&Bump`, `&Arena`. What it hands out lives for
/// `'a`.
pub trait Space<'a>: Copy {
    /// What collections allocate from.
    type Allocator: Allocator + Copy;

    /// A value.
    fn value<T: Copy + 'static>(self, value: T) -> &'a mut T;

    /// A copy of bytes.
    fn bytes(self, bytes: &[u8]) -> &'a mut [u8];

    /// A copy of a text.
    fn text(self, text: &str) -> &'a str;

    /// What collections allocate from.
    fn allocator(self) -> Self::Allocator;
}

/// What one request does, with an arena, and with the heap.
pub trait Body: Sync {
    /// Whether it takes any memory: what takes none is nothing at all without an arena, and not
    /// measured there.
    const MEMORY: bool = true;

    /// With an arena: nothing is given back before the request's end.
    fn in_arena<'a>(&self, space: impl Space<'a>);

    /// With `Box`, `Vec`, `String`: everything is dropped at the request's end.
    fn on_heap(&self);

    /// In a function under `#[request_arena]`; [`handlers!`](crate::handlers) writes it.
    fn annotated(&self);

    /// The same, as an `async` function.
    fn annotated_async(&self) -> impl Future<Output = ()>;

    /// The site of a scope by hand.
    fn site() -> &'static request_arena::Site;
}

/// The parts of a [`Body`] that are request-arena's own: a handler has one site, so each body has
/// its own annotated functions.
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
