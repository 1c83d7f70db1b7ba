//! C's `malloc`, whatever allocator implements it.

/// Allocates `bytes` with C's `malloc`, calls `look` with their address, and frees them. `None` if
/// there is no memory.
pub fn with_malloc<R>(bytes: usize, look: impl FnOnce(usize) -> R) -> Option<R> {
    /// Frees the memory even if `look` panics.
    struct Owned(*mut libc::c_void);
    impl Drop for Owned {
        fn drop(&mut self) {
            // SAFETY: the pointer is null, or is `malloc`'s and was not freed: nothing else has it.
            unsafe { libc::free(self.0) };
        }
    }

    // SAFETY: `malloc` may be called with any size.
    let memory = Owned(unsafe { libc::malloc(bytes) });
    if memory.0.is_null() {
        return None;
    }
    // An address that the compiler cannot follow. Otherwise it would remove unused memory.
    Some(look(std::hint::black_box(memory.0) as usize))
}

#[cfg(test)]
mod tests {
    #[test]
    fn memory_has_an_address_while_it_is_looked_at() {
        assert_ne!(super::with_malloc(100, |address| address), Some(0));
        assert_eq!(super::with_malloc(usize::MAX, |address| address), None);
    }
}
