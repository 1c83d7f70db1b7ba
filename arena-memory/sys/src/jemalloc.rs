//! jemalloc's `mallctl`, by the names that builds give it. It needs no feature: a jemalloc that is
//! in the program is found by its symbols.
//!
//! Only fixed names are sent, since jemalloc has commands that free live memory (`arena.0.reset`).

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::ptr::null_mut;

use crate::symbols::{Symbol, weak};

type Mallctl = unsafe extern "C" fn(
    name: *const c_char,
    old: *mut c_void,
    old_length: *mut usize,
    new: *mut c_void,
    new_length: usize,
) -> c_int;

/// A jemalloc in the program. There can be several: one of Rust's, and one of C's.
#[derive(Clone, Copy, Debug)]
pub struct Jemalloc {
    mallctl: Mallctl,
}

/// A figure of jemalloc that is a `size_t`. Figures of pages are in pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// `stats.allocated`. Builds without statistics do not count it.
    Allocated,
    /// `stats.metadata`. Builds without statistics do not count it.
    Metadata,
    /// `stats.arenas.4096.pactive`.
    ActivePages,
    /// `stats.arenas.4096.pdirty`.
    DirtyPages,
    /// `stats.arenas.4096.pmuzzy`.
    MuzzyPages,
    /// `arenas.page`: the bytes of a page.
    Page,
}

impl Figure {
    const fn name(self) -> &'static CStr {
        // 4096 is jemalloc's number for all arenas together.
        match self {
            Self::Allocated => c"stats.allocated",
            Self::Metadata => c"stats.metadata",
            Self::ActivePages => c"stats.arenas.4096.pactive",
            Self::DirtyPages => c"stats.arenas.4096.pdirty",
            Self::MuzzyPages => c"stats.arenas.4096.pmuzzy",
            Self::Page => c"arenas.page",
        }
    }
}

impl Jemalloc {
    /// All that are in the program: with the prefix of `tikv-jemallocator`, without a prefix, and
    /// with the prefix of Debian's and Homebrew's builds.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let found = [weak!("_rjem_mallctl"), weak!("mallctl"), weak!("je_mallctl")];
        let mut seen: Vec<Symbol> = Vec::new();
        let mut all = Vec::new();
        #[cfg(all(feature = "jemalloc", not(windows)))]
        {
            let mallctl: Mallctl = tikv_jemalloc_sys::mallctl;
            seen.extend(Symbol::of(mallctl as *const c_void));
            all.push(Self { mallctl });
        }
        for symbol in found.into_iter().flatten() {
            if !seen.contains(&symbol) {
                seen.push(symbol);
                // SAFETY: all builds of jemalloc have this function under these names, with this
                // signature, and no other library defines one of them.
                let mallctl =
                    unsafe { core::mem::transmute::<*const c_void, Mallctl>(symbol.address()) };
                all.push(Self { mallctl });
            }
        }
        all
    }

    /// Makes jemalloc collect its figures (`epoch`). It takes jemalloc's locks one after another.
    /// Returns `false` if it refuses.
    #[must_use]
    pub fn refresh(&self) -> bool {
        let mut epoch = 1_u64;
        // SAFETY: the name ends in a zero byte, and the command takes a copy of a `u64`.
        let error = unsafe {
            (self.mallctl)(
                c"epoch".as_ptr(),
                null_mut(),
                null_mut(),
                (&raw mut epoch).cast(),
                size_of::<u64>(),
            )
        };
        error == 0
    }

    /// A figure of the last [`refresh`](Self::refresh). `None` if this build does not count it.
    #[must_use]
    pub fn figure(&self, figure: Figure) -> Option<u64> {
        self.get::<usize>(figure.name()).map(|value| value as u64)
    }

    /// Bytes and number of live allocations above the size classes of slabs, at the last
    /// [`refresh`](Self::refresh). `None` if this build does not count them.
    #[must_use]
    pub fn large(&self) -> Option<(u64, u64)> {
        let bytes = self.get::<usize>(c"stats.arenas.4096.large.allocated")?;
        let made = self.get::<u64>(c"stats.arenas.4096.large.nmalloc")?;
        let freed = self.get::<u64>(c"stats.arenas.4096.large.ndalloc")?;
        Some((bytes as u64, made.saturating_sub(freed)))
    }

    /// The pages that jemalloc has given back so far (`dirty_purged` and `muzzy_purged`), at the
    /// last [`refresh`](Self::refresh).
    #[must_use]
    pub fn purged_pages(&self) -> Option<u64> {
        let dirty = self.get::<u64>(c"stats.arenas.4096.dirty_purged")?;
        Some(dirty + self.get::<u64>(c"stats.arenas.4096.muzzy_purged")?)
    }

    /// The bytes that the calling thread has allocated since it started (`thread.allocated`).
    #[must_use]
    pub fn allocated_by_thread(&self) -> Option<u64> {
        self.get(c"thread.allocated")
    }

    /// Milliseconds after which new arenas give freed pages back, dirty and muzzy ones together.
    /// `None` if one of the two is below 0, which means never.
    #[must_use]
    pub fn decay_ms(&self) -> Option<u64> {
        let of = |name| u64::try_from(self.get::<isize>(name)?).ok();
        Some(of(c"arenas.dirty_decay_ms")? + of(c"arenas.muzzy_decay_ms")?)
    }

    /// Milliseconds after which new arenas give dirty pages back (`arenas.dirty_decay_ms`). Below 0
    /// they never do.
    #[must_use]
    pub fn dirty_decay_ms(&self) -> Option<i64> {
        self.get::<isize>(c"arenas.dirty_decay_ms").map(|millis| millis as i64)
    }

    /// The number of arenas that threads share (`opt.narenas`), without those for large blocks.
    #[must_use]
    pub fn arenas(&self) -> Option<u64> {
        self.get::<c_uint>(c"opt.narenas").map(u64::from)
    }

    /// Whether its background thread runs. `None` if this build has none.
    #[must_use]
    pub fn background_thread(&self) -> Option<bool> {
        self.get::<u8>(c"background_thread").map(|is_on| is_on != 0)
    }

    /// Makes jemalloc give back every freed page of all its arenas. Returns `false` if it refuses.
    /// It takes milliseconds for each 100 MiB, and later allocations fault the pages in again.
    #[must_use]
    pub fn purge(&self) -> bool {
        // SAFETY: the name ends in a zero byte, and the command neither takes nor gives a value. It
        // may be given at any time, from any thread.
        let error = unsafe {
            (self.mallctl)(c"arena.4096.purge".as_ptr(), null_mut(), null_mut(), null_mut(), 0)
        };
        error == 0
    }

    /// A value of a plain type: a number, or a byte for `bool`. `None` if jemalloc does not know
    /// the name, or if the value has another size.
    fn get<T: Plain>(&self, name: &CStr) -> Option<T> {
        let mut value = T::default();
        let mut length = size_of::<T>();
        // SAFETY: the name ends in a zero byte. jemalloc writes at most `length` bytes, all of
        // which are a part of `value`, and every value of a `Plain` type is valid.
        let error = unsafe {
            (self.mallctl)(name.as_ptr(), (&raw mut value).cast(), &raw mut length, null_mut(), 0)
        };
        (error == 0 && length == size_of::<T>()).then_some(value)
    }
}

/// A type that has a value for every bit pattern.
trait Plain: Copy + Default {}
impl Plain for u8 {}
impl Plain for c_uint {}
impl Plain for u64 {}
impl Plain for usize {}
impl Plain for isize {}

/// Makes `tikv-jemallocator`'s jemalloc write its heap profile into a file, which it creates or
/// truncates.
///
/// # Errors
///
/// `ENOENT` if jemalloc does not profile, because `prof` is off or not built in. `EFAULT` if the
/// file cannot be written.
#[cfg(all(feature = "jemalloc", not(windows)))]
pub fn dump_profile(file: &CStr) -> std::io::Result<()> {
    let name = c"prof.dump";
    let mut file = file.as_ptr();
    // SAFETY: the name ends in a zero byte, and the command takes a pointer to a text that does, by
    // a copy of that pointer. jemalloc reads the text before it returns, and keeps neither. The
    // command may be given at any time, from any thread.
    let error = unsafe {
        tikv_jemalloc_sys::mallctl(
            name.as_ptr(),
            null_mut(),
            null_mut(),
            (&raw mut file).cast(),
            size_of::<*const c_char>(),
        )
    };
    if error == 0 { Ok(()) } else { Err(std::io::Error::from_raw_os_error(error)) }
}

/// Defines jemalloc's variable `malloc_conf`, from which it reads its options when the program
/// starts. The first argument is the variable's name in this build, the second the options.
///
/// A program may define the variable once. It is a macro, since the program decides whether it
/// does. Not for users: `request_arena_memory::use_jemalloc!` expands to it.
#[cfg(all(feature = "jemalloc", not(windows)))]
#[doc(hidden)]
#[macro_export]
macro_rules! define_malloc_conf {
    ($name:literal, $options:literal) => {
        const _: () = {
            const OPTIONS: &[u8] = concat!($options, "\0").as_bytes();

            // SAFETY: jemalloc declares a `const char *` of this name, weakly, so that a program
            // can define it. This is one: a pointer to a text that ends in a zero byte. jemalloc
            // only reads it.
            #[unsafe(export_name = $name)]
            static MALLOC_CONF: &[u8; OPTIONS.len()] = match OPTIONS.first_chunk() {
                Some(options) => options,
                None => unreachable!(),
            };
        };
    };
}

#[cfg(all(test, feature = "jemalloc", not(windows)))]
mod tests {
    use super::*;

    #[test]
    fn jemalloc_is_found_once_by_its_symbols_and_by_the_feature() {
        let all = Jemalloc::all();
        assert_eq!(all.len(), 1, "{all:?}");
        let found = [weak!("_rjem_mallctl"), weak!("mallctl")];
        let feature = tikv_jemalloc_sys::mallctl as Mallctl as *const c_void;
        assert!(found.into_iter().flatten().any(|symbol| symbol.address() == feature));
    }

    #[test]
    fn jemalloc_knows_the_commands() {
        let jemalloc = Jemalloc::all()[0];
        assert!(jemalloc.refresh() && jemalloc.purge());
        for figure in [Figure::ActivePages, Figure::DirtyPages, Figure::MuzzyPages, Figure::Page] {
            assert!(jemalloc.figure(figure).is_some(), "{figure:?}");
        }
        assert!(jemalloc.allocated_by_thread().is_some() && jemalloc.decay_ms().is_some());
        assert!(jemalloc.dirty_decay_ms().is_some_and(|millis| millis >= 0));
        assert!(jemalloc.arenas().is_some_and(|arenas| arenas >= 1));
    }

    #[test]
    fn a_value_of_another_size_is_not_read() {
        assert_eq!(Jemalloc::all()[0].get::<u8>(c"arenas.page"), None);
    }

    #[test]
    fn there_is_no_profile_where_nobody_asked_for_one() {
        let error = dump_profile(c"never written").unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
        assert!(!std::path::Path::new("never written").exists());
    }
}
