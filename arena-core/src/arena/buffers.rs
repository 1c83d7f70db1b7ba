//! Response buffers of an arena's scope.

use crate::arena::handle::Arena;
use crate::buffer::{Place, ResponseBuffer};

impl Arena<'_> {
    /// Takes a buffer for the bytes of a response. The buffer borrows nothing, so it may leave the
    /// scope.
    ///
    /// Its first chunk has the size that the responses of this site have needed. See
    /// [`ResponseBuffer`] for an example, limits and costs.
    #[must_use]
    pub fn buffer(&self) -> ResponseBuffer {
        Place::of(self.lease()).buffer()
    }

    /// Like [`buffer`](Arena::buffer), with room for `bytes` bytes.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("buffer", module_path!(), file!(), line!());
    /// let buffer = scope(&SITE, |arena| arena.buffer_with_capacity(100_000));
    /// assert!(buffer.capacity() >= 100_000);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the limit refuses the memory, as [`alloc`](Arena::alloc) does.
    #[must_use]
    pub fn buffer_with_capacity(&self, bytes: usize) -> ResponseBuffer {
        let mut buffer = self.buffer();
        match buffer.try_reserve(bytes) {
            Ok(()) => buffer,
            Err(error) => self.lease().panic_with(error),
        }
    }

    /// Serialises the elements of an iterator as a JSON array, in chunks of 16 KiB of the pool.
    ///
    /// The array is sent after the scope has ended, so the elements must not borrow from the arena.
    /// Use it for lists that are too long for one buffer. [`Arena::buffer`] is faster for others.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("json_stream", module_path!(), file!(), line!());
    /// let chunks = scope(&SITE, |arena| arena.json_stream((0..5).map(|number| number * number)));
    /// let bytes: Vec<u8> = chunks.flat_map(|chunk| chunk.unwrap().to_vec()).collect();
    /// assert_eq!(bytes, b"[0,1,4,9,16]");
    /// ```
    #[cfg(feature = "json")]
    #[must_use]
    pub fn json_stream<I>(&self, elements: I) -> crate::JsonStream<I::IntoIter>
    where
        I: IntoIterator<Item: serde::Serialize>,
    {
        crate::JsonStream::new(Place::of(self.lease()), elements.into_iter())
    }
}
