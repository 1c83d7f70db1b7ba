//! Functions that the program may or may not contain. They are found at run time, so that an
//! allocator can be read without a feature for it.
//!
//! [`weak!`] refers to a symbol weakly: the linker uses the program's own symbol, or zero. That
//! finds allocators that are linked statically. The dynamic linker does not know their symbols. A
//! weak reference never pulls a library into the program. [`dynamic`] asks the dynamic linker. It
//! finds an allocator that comes by `LD_PRELOAD` or as a shared library.
//!
//! Stable Rust has no weak references, so one instruction of assembler loads the symbol's entry in
//! the global offset table. It is known for Linux on x86-64 and AArch64. Elsewhere only the dynamic
//! linker is asked.

use core::ffi::{CStr, c_void};

/// The address of the symbol with this name. `None` if the program does not contain it.
macro_rules! weak {
    ($name:literal) => {{
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        let address = {
            let address: *const core::ffi::c_void;
            // SAFETY: it loads the symbol's entry in the global offset table, which the linker
            // fills with the symbol's address, or with zero for a weak symbol without a definition.
            unsafe {
                core::arch::asm!(
                    concat!(".weak ", $name),
                    concat!("mov {address}, qword ptr [rip + ", $name, "@GOTPCREL]"),
                    address = out(reg) address,
                    options(nostack, readonly, preserves_flags),
                );
            }
            address
        };
        #[cfg(all(target_os = "linux", target_arch = "aarch64"))]
        let address = {
            let address: *const core::ffi::c_void;
            // SAFETY: as for x86-64.
            unsafe {
                core::arch::asm!(
                    concat!(".weak ", $name),
                    concat!("adrp {address}, :got:", $name),
                    concat!("ldr {address}, [{address}, :got_lo12:", $name, "]"),
                    address = out(reg) address,
                    options(nostack, readonly, preserves_flags),
                );
            }
            address
        };
        #[cfg(not(all(
            target_os = "linux",
            any(target_arch = "x86_64", target_arch = "aarch64")
        )))]
        let address = core::ptr::null();
        $crate::symbols::Symbol::of(address)
            .or_else(|| $crate::symbols::dynamic($crate::symbols::c_name(concat!($name, "\0"))))
    }};
}
pub(crate) use weak;

/// The address of a function in the program. It is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Symbol(*const c_void);

impl Symbol {
    pub(crate) fn of(address: *const c_void) -> Option<Self> {
        (!address.is_null()).then_some(Self(address))
    }

    pub(crate) fn address(self) -> *const c_void {
        self.0
    }
}

/// The text with its zero byte, as C has it.
///
/// # Panics
///
/// If the text has no zero byte at its end.
pub(crate) const fn c_name(name: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(name.as_bytes()) {
        Ok(name) => name,
        Err(_) => panic!("the name ends in a zero byte"),
    }
}

/// The address of a symbol of the program's shared libraries. `None` if none has it.
#[cfg(unix)]
pub(crate) fn dynamic(name: &CStr) -> Option<Symbol> {
    // SAFETY: `dlsym` may be called at any time, and the name ends in a zero byte.
    Symbol::of(unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) })
}

/// `None`: other systems have no such table.
#[cfg(not(unix))]
pub(crate) fn dynamic(_: &CStr) -> Option<Symbol> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_of_the_program_is_found_and_a_missing_one_is_not() {
        assert!(weak!("malloc").is_some());
        assert_eq!(weak!("request_arena_has_no_such_symbol"), None);
        assert_eq!(dynamic(c"request_arena_has_no_such_symbol"), None);
    }
}
