//! jemalloc's samples of allocations, passed to two Rust functions.
//!
//! jemalloc has hooks for this since version 5.3.1 (`experimental.hooks.prof_sample` and
//! `prof_sample_free`). It calls them within `malloc` and `free`, for sampled allocations alone, so
//! all others cost what they cost before. While a hook runs, jemalloc serves the thread from an
//! arena of its own and takes no further sample, so a hook may allocate.

use core::ffi::{CStr, c_uint, c_void};
use core::ptr::{null, null_mut};
use core::slice;
use std::sync::OnceLock;

/// The two functions that get the samples.
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    /// An allocation was sampled: its address, its size in bytes, and the return addresses of its
    /// call stack, the innermost first.
    pub sampled: fn(usize, usize, &[usize]),
    /// The sampled allocation at this address is about to be freed.
    pub freed: fn(usize),
}

static HOOKS: OnceLock<Hooks> = OnceLock::new();

extern "C" fn sampled(
    memory: *const c_void,
    _requested: usize,
    stack: *mut *mut c_void,
    depth: c_uint,
    bytes: usize,
) {
    let stack: *const usize = if depth == 0 { null() } else { stack.cast_const().cast() };
    let frames = if stack.is_null() {
        &[][..]
    } else {
        // SAFETY: jemalloc passes an array of `depth` addresses, which it does not change while the
        // hook runs. A pointer has the size and the alignment of a `usize`.
        unsafe { slice::from_raw_parts(stack, depth as usize) }
    };
    if let Some(hooks) = HOOKS.get() {
        (hooks.sampled)(memory.addr(), bytes, frames);
    }
}

extern "C" fn freed(memory: *const c_void, _bytes: usize) {
    if let Some(hooks) = HOOKS.get() {
        (hooks.freed)(memory.addr());
    }
}

type Sampled = extern "C" fn(*const c_void, usize, *mut *mut c_void, c_uint, usize);
type Freed = extern "C" fn(*const c_void, usize);

/// Whether this jemalloc has the hooks, and no library has set them.
#[must_use]
pub fn can_hook() -> bool {
    is_free(SAMPLED) && is_free(FREED)
}

/// Makes jemalloc call these functions from now on. They must not panic: a panic aborts the
/// process. Only the first call has an effect.
///
/// Returns `false` if the functions are not called: because others were passed before, because
/// another library has set jemalloc's hooks, because this jemalloc does not profile (`prof`), or
/// because its version has no such hooks.
#[must_use]
pub fn hook(hooks: Hooks) -> bool {
    if !can_hook() || HOOKS.set(hooks).is_err() {
        return false;
    }
    // Frees first, so that no sample is missed when it is freed.
    set(FREED, freed as Freed) && set(SAMPLED, sampled as Sampled)
}

const SAMPLED: &CStr = c"experimental.hooks.prof_sample";
const FREED: &CStr = c"experimental.hooks.prof_sample_free";

/// Whether jemalloc has this hook, and it is not set. jemalloc calls one function for each.
fn is_free(name: &CStr) -> bool {
    let mut hook: *const c_void = null();
    let mut length = size_of::<*const c_void>();
    // SAFETY: the name ends in a zero byte. jemalloc writes at most `length` bytes, and `hook` has
    // as many. A function pointer is read as a plain pointer, and never called.
    let error = unsafe {
        tikv_jemalloc_sys::mallctl(
            name.as_ptr(),
            (&raw mut hook).cast(),
            &raw mut length,
            null_mut(),
            0,
        )
    };
    error == 0 && hook.is_null()
}

/// Sets a hook of the type that jemalloc has for `name`.
fn set<H: Copy>(name: &CStr, mut hook: H) -> bool {
    // SAFETY: the name ends in a zero byte. The command copies a function pointer, and the two
    // callers pass one with the signature that jemalloc declares in `prof_hook.h`. The functions
    // are never unloaded.
    let error = unsafe {
        tikv_jemalloc_sys::mallctl(
            name.as_ptr(),
            null_mut(),
            null_mut(),
            (&raw mut hook).cast(),
            size_of::<H>(),
        )
    };
    error == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jemalloc_that_does_not_profile_calls_no_hook() {
        let hooks = Hooks { sampled: |_, _, _| {}, freed: |_| {} };
        assert!(can_hook());
        assert!(!hook(hooks), "profiling is off by default");
        assert!(!hook(hooks));
        assert!(can_hook(), "neither is set");
        assert!(!is_free(c"experimental.hooks.no_such_hook"));
    }
}
