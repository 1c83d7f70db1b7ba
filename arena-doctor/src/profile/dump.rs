//! jemalloc's profile: written by it into a temporary file, and read from there.
//!
//! On Linux the file has no name, so none stays behind when the process is killed, and no link of
//! another user can take its place. jemalloc opens it as `/proc/self/fd/N`.
//!
//! The file has a line for each call stack, and its live objects and bytes after it:
//!
//! ```text
//! heap_v2/524288
//!   t*: 28106: 56637512 [0: 0]
//!   ...
//! @ 0x55f0c2a1 0x55f0c3b7 0x55f0c2f0
//!   t*: 13: 6688 [0: 0]
//!   t3: 12: 6496 [0: 0]
//!   t99: 1: 192 [0: 0]
//!
//! MAPPED_LIBRARIES:
//! ...
//! ```
//!
//! `t*` is the sum over all threads. The figures count samples, not allocations. Each is scaled as
//! `jeprof` does. jemalloc from 5.3 on writes figures for which that is exact (`prof_unbias`).

use core::cmp::Reverse;
use std::ffi::CString;
use std::io::{self, BufRead, BufReader};

use super::HeapProfileError;

/// A profile of jemalloc, scaled to all allocations. It keeps the largest stacks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dump {
    /// Bytes of allocations for each sample.
    pub(super) interval_bytes: u64,
    /// At most twice [`MOST_STACKS`](super::HeapProfile::MOST_STACKS).
    pub(super) stacks: Vec<DumpedStack>,
    /// The objects and bytes of stacks that are not kept.
    pub(super) rest: (u64, u64),
}

/// The live allocations of a call stack.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DumpedStack {
    /// Return addresses, the innermost first.
    pub(super) addresses: Box<[usize]>,
    pub(super) objects: u64,
    pub(super) bytes: u64,
}

/// Makes jemalloc write its profile, and reads it.
pub(super) fn dump() -> Result<Dump, HeapProfileError> {
    let file = file::create().map_err(HeapProfileError::File)?;
    let path = CString::new(file::path(&file))
        .map_err(|error| HeapProfileError::File(io::Error::other(error)))?;
    request_arena_sys::jemalloc::dump_profile(&path).map_err(HeapProfileError::Dump)?;
    read(BufReader::new(file::contents(&file)))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod file {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd;

    pub(super) fn create() -> io::Result<File> {
        tempfile::tempfile()
    }

    pub(super) fn path(file: &File) -> String {
        format!("/proc/self/fd/{}", file.as_raw_fd())
    }

    pub(super) fn contents(file: &File) -> &File {
        file
    }
}

/// Only Linux has paths of files without a name.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod file {
    use std::fs::File;
    use std::io;

    use tempfile::NamedTempFile;

    pub(super) fn create() -> io::Result<NamedTempFile> {
        NamedTempFile::with_prefix("heap-profile-")
    }

    pub(super) fn path(file: &NamedTempFile) -> &[u8] {
        file.path().as_os_str().as_encoded_bytes()
    }

    pub(super) fn contents(file: &NamedTempFile) -> &File {
        file.as_file()
    }
}

impl Dump {
    /// Keeps the `most` largest stacks, the largest first. The others are added to the rest.
    pub(super) fn shorten(&mut self, most: usize) {
        self.stacks.sort_unstable_by_key(|stack| Reverse(stack.bytes));
        for small in self.stacks.drain(most.min(self.stacks.len())..) {
            self.rest = (self.rest.0 + small.objects, self.rest.1 + small.bytes);
        }
    }

    /// A stack that is among the largest of a part is not always among the largest of all, but the
    /// other way round it is. So at most twice as many are in memory.
    fn add(&mut self, stack: DumpedStack) {
        const MOST: usize = super::HeapProfile::MOST_STACKS;
        if self.stacks.len() == 2 * MOST {
            self.shorten(MOST);
        }
        self.stacks.push(stack);
    }
}

/// Reads a profile, one line after the other.
fn read(mut file: impl BufRead) -> Result<Dump, HeapProfileError> {
    let mut line = String::new();
    let mut next = |line: &mut String| {
        line.clear();
        file.read_line(line).map(|bytes| bytes > 0).map_err(unreadable)
    };
    next(&mut line)?;
    let interval = line.trim().strip_prefix("heap_v2/").and_then(|bytes| bytes.parse().ok());
    let interval_bytes: u64 = interval.ok_or_else(|| unreadable(format!("it begins {line:?}")))?;
    let mut dump = Dump { interval_bytes, ..Dump::default() };
    // The stack that has no figures yet.
    let mut stack: Option<Box<[usize]>> = None;
    while next(&mut line)? {
        let text = line.trim();
        if text.starts_with("MAPPED_LIBRARIES:") {
            break;
        }
        if let Some(addresses) = text.strip_prefix('@') {
            let addresses = addresses.split_ascii_whitespace().map(address).collect();
            let addresses: Option<Box<[usize]>> = addresses;
            stack = Some(addresses.ok_or_else(|| unreadable(format!("a stack is {text:?}")))?);
        } else if let Some(figures) = text.strip_prefix("t*:") {
            // The first ones are those of the whole process.
            let Some(addresses) = stack.take() else { continue };
            let (objects, bytes) =
                figures_of(figures).ok_or_else(|| unreadable(format!("figures are {text:?}")))?;
            if let Some((objects, bytes)) = scaled(objects, bytes, interval_bytes) {
                dump.add(DumpedStack { addresses, objects, bytes });
            }
        }
    }
    Ok(dump)
}

fn unreadable(reason: impl ToString) -> HeapProfileError {
    HeapProfileError::Unreadable(reason.to_string())
}

fn address(text: &str) -> Option<usize> {
    usize::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

/// Live objects and bytes: the first two of `13: 6688 [0: 0]`.
fn figures_of(text: &str) -> Option<(u64, u64)> {
    let (objects, rest) = text.split_once(':')?;
    let bytes = rest.split_ascii_whitespace().next()?;
    Some((objects.trim().parse().ok()?, bytes.parse().ok()?))
}

/// Samples scaled to all allocations, by the probability that one of their average size is sampled.
/// `None` if nothing is live.
fn scaled(objects: u64, bytes: u64, interval_bytes: u64) -> Option<(u64, u64)> {
    if objects == 0 || bytes == 0 {
        return None;
    }
    let average = bytes as f64 / objects as f64;
    let sampled = 1.0 - (-average / interval_bytes.max(1) as f64).exp();
    let scale = |count: u64| (count as f64 / sampled) as u64;
    Some((scale(objects), scale(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Dump, String> {
        super::read(text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_stack_has_the_figures_of_all_threads() {
        let text = "heap_v2/524288\n  t*: 3: 3145728 [0: 0]\n  t0: 3: 3145728 [0: 0]\n\
                    @ 0x10 0x20 0xabcdef0123\n  t*: 2: 2097152 [9: 99]\n  t0: 2: 2097152 [0: 0]\n\
                    @ 0x30\n  t*: 0: 0 [0: 0]\n@\n  t*: 1: 64 [0: 0]\n\nMAPPED_LIBRARIES:\n\
                    @ is not a stack\n";
        let dump = read(text).unwrap();
        assert_eq!(dump.interval_bytes, 524_288);
        let [large, small] = &dump.stacks[..] else { panic!("{dump:?}") };
        assert_eq!(*large.addresses, [0x10, 0x20, 0xab_cdef_0123]);
        // One of 1 MiB is sampled with a probability of 1 - exp(-2) = 0.8647.
        assert_eq!((large.objects, large.bytes), (2, 2_425_393));
        // One of 64 bytes in 8192.5 is sampled.
        assert_eq!((small.addresses.len(), small.objects, small.bytes), (0, 8192, 524_320));
    }

    #[test]
    fn a_sample_of_each_allocation_is_not_scaled() {
        let dump = read("heap_v2/1\n@ 0x1\n  t*: 7: 7000 [0: 0]\n").unwrap();
        assert_eq!((dump.stacks[0].objects, dump.stacks[0].bytes), (7, 7000));
    }

    #[test]
    fn of_many_stacks_the_largest_are_kept_and_all_are_counted() {
        const COUNT: u64 = 100_000;
        // In an order without a pattern: 7919 is coprime to the number.
        let sizes = (0..COUNT).map(|place| place * 7919 % COUNT + 1);
        let lines = sizes.map(|bytes| format!("@ {bytes:#x}\n  t*: 1: {bytes} [0: 0]\n"));
        let mut dump = read(&format!("heap_v2/1\n{}", lines.collect::<String>())).unwrap();
        let most = super::super::HeapProfile::MOST_STACKS;
        assert!(dump.stacks.len() <= 2 * most && dump.stacks.capacity() <= 4 * most);
        dump.shorten(most);
        let kept: Vec<u64> = dump.stacks.iter().map(|stack| stack.bytes).collect();
        assert!(kept.iter().copied().eq((1..=COUNT).rev().take(most)), "the largest first");
        let kept: u64 = kept.iter().sum();
        assert_eq!(dump.rest.0, COUNT - most as u64);
        assert_eq!(kept + dump.rest.1, COUNT * (COUNT + 1) / 2);
    }

    #[test]
    fn another_format_is_an_error_that_shows_it() {
        assert!(read("").unwrap_err().contains("\"\""));
        assert!(read("heap_v3/524288\n").unwrap_err().contains("heap_v3"));
        assert!(read("heap_v2/many\n").unwrap_err().contains("many"));
        assert!(read("heap_v2/1\n@ 0x1 zebra\n").unwrap_err().contains("zebra"));
        assert!(read("heap_v2/1\n@ 0x1\n t*: 1 of 7\n").unwrap_err().contains("1 of 7"));
        assert_eq!(read("heap_v2/1\n").unwrap().stacks, []);
    }
}
