//! [`ResponseBuffer`]: the bytes of a response, in memory of the pool.
//!
//! A response outlives its scope: the framework sends it after the handler has returned. So its
//! bytes cannot lie in the arena. A buffer is a chunk of the pool of its own. It goes back to the
//! pool when the response was sent or dropped, on whatever thread that happens.
//!
//! A buffer that is full moves to a chunk of at least twice the size. The old chunk is back in the
//! pool before the next byte is written.
//!
//! **Invariant:** the first `len` bytes of `memory` are initialised, and `memory` is the whole
//! chunk of `lease`. No other code reaches the chunk (rule 10 in handle.rs).

use core::fmt;
use core::ptr::NonNull;
use core::slice;
use std::io;

use crate::error::{ArenaError, RefusedBy};
use crate::lease::{Lease, class};
use crate::slot::buffered::Generation;
use crate::thread::arenas::buffers;
use crate::thread::counting;

mod growth;
pub(crate) mod live;
mod place;
#[cfg(feature = "json")]
pub(crate) mod stream;

pub use place::Place;

/// The smallest chunk that a growing buffer takes: 1 KiB.
const SMALLEST: class::Class = 10;

/// The bytes of a response, in memory of the pool and detached from the request's arena.
///
/// A handler fills a buffer while its scope is open, by [`Arena::buffer`] and [`io::Write`]. The
/// buffer borrows nothing, so it may leave the scope: it is `Send`, `Sync` and `'static`. Its
/// memory goes back to the pool when the buffer is dropped, on any thread.
///
/// ```
/// use request_arena_core::{ResponseBuffer, Site, scope};
/// use std::io::Write;
///
/// static GREET: Site = Site::new("greet", module_path!(), file!(), line!());
///
/// let answer: ResponseBuffer = scope(&GREET, |arena| {
///     let name = arena.alloc_str("world");
///     let mut buffer = arena.buffer();
///     write!(buffer, "hello, {name}").unwrap();
///     buffer
/// });
/// assert_eq!(&*answer, b"hello, world");
/// ```
///
/// The type has `AsRef<[u8]>`, so `bytes::Bytes::from_owner(buffer)` makes it the body of any
/// framework without a copy.
///
/// # Limits
///
/// While the scope is open, the scope's [limit](crate::Site::with_limit) counts the chunk of the
/// buffer. A buffer that grows copies its bytes to a larger chunk. The limit counts the larger one
/// only, because the smaller one goes back to the pool. A chunk that a raw `&Bump` has allocated is
/// not counted beside it. After the scope has ended, no limit applies. The
/// [budget](crate::Settings::budget) of the service counts each chunk, also after the scope.
///
/// # Cost
///
/// The site learns how large its responses are, and a new buffer starts with a chunk for nearly all
/// of them. So a warm buffer asks the global allocator for nothing. Taking and returning a buffer
/// costs about as much as an empty scope.
///
/// [`Arena::buffer`]: crate::Arena::buffer
pub struct ResponseBuffer {
    memory: NonNull<u8>,
    capacity: usize,
    len: usize,
    /// `None` if the buffer has no chunk.
    lease: Option<Box<Lease>>,
    place: Place,
    /// How the scope's limit counts the buffer, if the site has a limit.
    counted: Option<Generation>,
    /// The bytes of the request that was refused, or 0.
    refused: usize,
    refused_by: RefusedBy,
    /// Whether the buffer has outgrown a chunk.
    has_grown: bool,
    /// Whether the site has learned the size of the response.
    is_measured: bool,
}

// SAFETY: rule 10 (handle.rs): the buffer owns its lease and the only pointer to the chunk, and a
// lease in the pool moves between threads as well.
unsafe impl Send for ResponseBuffer {}
// SAFETY: rule 10: a `&ResponseBuffer` reads the bytes, and reaches nothing of the lease.
unsafe impl Sync for ResponseBuffer {}

impl ResponseBuffer {
    /// Takes a buffer with the chunk that the site's responses need.
    pub(crate) fn new(place: Place) -> Self {
        let counted = place.site.limit().map(|_| place.slot.count_buffer());
        let mut buffer = Self::without_chunk(place, counted, false);
        let lease = buffers::take(place.site);
        if !buffer.adopt(lease) {
            // The limit leaves no room for the usual chunk. The first write takes a smaller one.
            debug_assert_eq!(buffer.capacity, 0);
        }
        buffer
    }

    /// Takes a chunk of a stream, after the scope of `place`. No limit counts it, and the site does
    /// not learn from it.
    #[cfg(feature = "json")]
    pub(crate) fn of_stream(place: Place) -> Self {
        let mut buffer = Self::without_chunk(place, None, true);
        // Without a chunk, the first write reports the refusal.
        if let Ok(lease) = buffers::take_larger(class::room(stream::CHUNK), usize::MAX, true) {
            buffer.adopt(lease);
        }
        buffer
    }

    #[inline(always)]
    fn without_chunk(place: Place, counted: Option<Generation>, is_measured: bool) -> Self {
        Self {
            memory: NonNull::dangling(),
            capacity: 0,
            len: 0,
            lease: None,
            place,
            counted,
            refused: 0,
            refused_by: RefusedBy::Allocator,
            has_grown: false,
            is_measured,
        }
    }

    /// Makes `lease` the memory of the buffer, with the bytes so far. Gives it back and returns
    /// `false` if the scope's limit refuses it.
    fn adopt(&mut self, mut lease: Box<Lease>) -> bool {
        let site = self.place.site;
        if !self.exchange(lease.capacity()) {
            buffers::give_back(lease, site, 0, false);
            return false;
        }
        let (memory, capacity) = lease.whole_chunk().unwrap_or((NonNull::dangling(), 0));
        // Without a site, the pool would take the chunk for an unused one.
        lease.open(site);
        lease.home().lend_to_buffer(site.number());
        debug_assert!(capacity >= self.len);
        // SAFETY: rule 10: the two blocks are the whole chunks of two leases, so they are disjoint.
        // The first `len` bytes of the old one are initialised, and the new one has room for them.
        unsafe { memory.copy_from_nonoverlapping(self.memory, self.len) };
        let had_bytes = self.capacity > 0;
        self.return_chunk();
        (self.memory, self.capacity, self.lease) = (memory, capacity, Some(lease));
        self.has_grown |= had_bytes;
        true
    }

    /// Counts a chunk against the limit of the scope, in place of the present one.
    fn exchange(&self, capacity: usize) -> bool {
        let (Some(generation), Some(limit)) = (self.counted, self.place.site.limit()) else {
            return true;
        };
        self.place.slot.exchange_chunk(generation, self.held(), capacity, limit)
    }

    /// The bytes that the limit counts for the present chunk.
    fn held(&self) -> usize {
        self.lease.as_ref().map_or(0, |lease| lease.capacity())
    }

    /// Gives the chunk back to the pool. The buffer must not use `memory` afterwards.
    fn return_chunk(&mut self) {
        let Some(mut lease) = self.lease.take() else { return };
        lease.empty_buffer(self.len);
        buffers::give_back(lease, self.place.site, self.len, self.has_grown);
    }

    /// Makes room for `more` bytes.
    ///
    /// # Errors
    ///
    /// Fails if the scope's limit, the service's budget or the global allocator refuses the memory.
    #[inline]
    pub fn try_reserve(&mut self, more: usize) -> Result<(), ArenaError> {
        if self.capacity - self.len >= more { Ok(()) } else { self.grow(more) }
    }

    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`try_reserve`](Self::try_reserve). Nothing is appended
    /// then.
    #[inline]
    pub fn try_extend(&mut self, bytes: &[u8]) -> Result<(), ArenaError> {
        if self.capacity - self.len < bytes.len() {
            self.grow(bytes.len())?;
        }
        // SAFETY: rule 10: `len` is at most `capacity`, so this stays in the block.
        let end = unsafe { self.memory.add(self.len) };
        // SAFETY: rule 10: only the buffer reaches its block, so `bytes` lie elsewhere. The block
        // has room for them after the first `len` bytes.
        unsafe { end.as_ptr().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        self.len += bytes.len();
        Ok(())
    }

    /// Returns the number of bytes.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there are no bytes.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the bytes that fit without growth.
    #[inline]
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Removes all bytes, and keeps the memory.
    pub fn clear(&mut self) {
        if let Some(lease) = &mut self.lease {
            lease.touch_buffer(self.len);
        }
        self.len = 0;
    }

    /// Returns the error of the last write that was refused, if one was.
    ///
    /// A writer in between, such as a serialiser, may have replaced the error by its own.
    #[must_use]
    pub fn refusal(&self) -> Option<ArenaError> {
        (self.refused > 0).then(|| self.place.refused(self.refused_by, self.refused))
    }

    /// Gives the memory back without a response: the figures of the site do not count it, and the
    /// site does not learn its size.
    ///
    /// Use it if the bytes are incomplete, because a serialiser has failed half-way. Dropping a
    /// buffer counts its bytes as a response, except while a panic unwinds.
    ///
    /// ```
    /// # use request_arena_core::{ResponseBuffer, Site, scope};
    /// # static SITE: Site = Site::new("discard", module_path!(), file!(), line!());
    /// # fn encode(_: &mut ResponseBuffer) -> Result<(), &'static str> { Err("not encodable") }
    /// let answer: Result<ResponseBuffer, &str> = scope(&SITE, |arena| {
    ///     let mut buffer = arena.buffer();
    ///     match encode(&mut buffer) {
    ///         Ok(()) => Ok(buffer),
    ///         Err(error) => {
    ///             buffer.discard();
    ///             Err(error)
    ///         }
    ///     }
    /// });
    /// assert!(answer.is_err());
    /// ```
    pub fn discard(mut self) {
        self.is_measured = true;
        self.clear();
    }

    /// Counts the response in the figures of its site, as complete. Dropping the buffer counts it
    /// otherwise. Part of the macro's expansion, not of the public interface.
    #[doc(hidden)]
    pub fn measure(&mut self) {
        if !core::mem::replace(&mut self.is_measured, true) {
            counting::count_buffer(self.place.site, self.len as u64);
        }
    }
}

impl Drop for ResponseBuffer {
    fn drop(&mut self) {
        // A panic leaves a response incomplete, so it is not sent.
        if !self.is_measured && std::thread::panicking() {
            self.is_measured = true;
            self.clear();
        }
        self.measure();
        if let Some(generation) = self.counted {
            self.place.slot.uncount_chunk(generation, self.held());
        }
        self.return_chunk();
        if let Some(generation) = self.counted {
            self.place.slot.uncount_buffer(generation);
        }
    }
}

impl io::Write for ResponseBuffer {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.try_extend(bytes).map_err(as_io_error)
    }

    #[inline]
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cold]
fn as_io_error(error: ArenaError) -> io::Error {
    io::Error::new(io::ErrorKind::OutOfMemory, error)
}

/// Writes that never fail because of the text. A refusal by the limit is a [`fmt::Error`], and
/// [`ResponseBuffer::refusal`] returns it.
impl fmt::Write for ResponseBuffer {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.try_extend(text.as_bytes()).map_err(|_| fmt::Error)
    }
}

impl core::ops::Deref for ResponseBuffer {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: rule 10: the first `len` bytes of the block are initialised, and only `&mut self`
        // changes them.
        unsafe { slice::from_raw_parts(self.memory.as_ptr(), self.len) }
    }
}

impl AsRef<[u8]> for ResponseBuffer {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for ResponseBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBuffer")
            .field("site", &self.place.site)
            .field("len", &self.len)
            .field("capacity", &self.capacity)
            .finish()
    }
}

#[cfg(test)]
mod tests;
