//! The functions of addresses, from the process's symbols and debug information.

use core::ffi::c_void;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tikv_jemalloc_ctl::thread;

use super::frames::Frame;
use super::table;

/// The size of the program's tables for debug information, once it is known. `backtrace` reads them
/// for the first address, and again each time that they were freed.
static TABLES: AtomicU64 = AtomicU64::new(0);

/// A unit may take 3 MiB. With less room beside the tables, they would be read again for each.
const LEAST_ROOM: u64 = 4 << 20;

/// Bytes that this thread has allocated and not freed. Only differences matter, since other threads
/// may free what this one allocated. 0 if jemalloc does not count.
fn held_by_thread() -> u64 {
    let allocated = thread::allocatedp::read().map_or(0, thread::ThreadLocal::get);
    let freed = thread::deallocatedp::read().map_or(0, thread::ThreadLocal::get);
    allocated.wrapping_sub(freed)
}

/// Functions by return address.
#[derive(Debug)]
pub(super) struct Symbols {
    found: HashMap<usize, Vec<Frame>>,
}

impl Symbols {
    /// Looks these addresses up, with at most `budget` bytes of debug information in memory.
    ///
    /// `backtrace` keeps what it reads for each compilation unit. It is freed when a quarter of the
    /// budget beside the tables is used, and the tables are read again then. If they leave too
    /// little room, functions have names from the symbol table, and no lines. So have those of
    /// libraries, since the debug information of libc alone takes 30 MiB.
    pub(super) fn of(addresses: impl Iterator<Item = usize>, budget: u64) -> Self {
        // All share `backtrace`'s cache, and only one at a time keeps within the budget.
        static ALONE: Mutex<()> = Mutex::new(());
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        // The addresses of a unit are neighbours.
        let addresses: BTreeSet<usize> = addresses.collect();
        let mut found: HashMap<usize, Vec<Frame>> = HashMap::with_capacity(addresses.len());
        let own = table::places_of_program();
        let mut names = Names::default();
        let mut before = held_by_thread();
        let mut is_new = true;
        for &address in &addresses {
            let is_own = own.iter().any(|place| place.contains(&(address as u64)));
            if !is_own || TABLES.load(Relaxed) + LEAST_ROOM > budget {
                continue;
            }
            found.insert(address, look_up(address, &mut names));
            let held = held_by_thread().saturating_sub(before);
            if is_new {
                TABLES.store(held, Relaxed);
                is_new = false;
            }
            let tables = TABLES.load(Relaxed);
            if held > tables + budget.saturating_sub(tables) / 4 {
                backtrace::clear_symbol_cache();
                before = held_by_thread();
            }
        }
        backtrace::clear_symbol_cache();
        let rest = addresses.into_iter().filter(|address| !found.contains_key(address));
        let rest: Vec<usize> = rest.collect();
        found.extend(rest.iter().map(|&address| (address, vec![Frame::default()])));
        complete(&mut found, &mut names);
        Self { found }
    }

    /// The frames at an address, the innermost first. Empty if it was not looked up.
    pub(super) fn frames_at(&self, address: usize) -> &[Frame] {
        self.found.get(&address).map_or(&[], Vec::as_slice)
    }

    /// The frames of a stack, the innermost first.
    pub(super) fn frames(&self, addresses: &[usize]) -> Vec<Frame> {
        addresses.iter().flat_map(|&address| self.frames_at(address)).cloned().collect()
    }
}

/// Names of functions and files, each of them once. Many addresses have the same.
#[derive(Debug, Default)]
struct Names(HashSet<Arc<str>>);

impl Names {
    fn get(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}

/// The function at an address, after the functions that were inlined into it. Unknown functions
/// have no name.
fn look_up(address: usize, names: &mut Names) -> Vec<Frame> {
    let mut frames = Vec::new();
    // The call is one byte before the return address.
    backtrace::resolve(address as *mut c_void, |symbol| {
        frames.push(Frame {
            // The alternate form has no hash of the compiler.
            function: symbol.name().map(|name| names.get(&format!("{name:#}"))).unwrap_or_default(),
            file: symbol.filename().map(|file| names.get(&file.to_string_lossy())),
            line: symbol.lineno(),
        });
    });
    if frames.is_empty() {
        frames.push(Frame::default());
    }
    frames
}

/// With line tables alone, only inlined functions have paths: `keep`, and not `words::Words::keep`.
/// The program's symbol table has the paths.
fn complete(found: &mut HashMap<usize, Vec<Frame>>, names: &mut Names) {
    let is_bare = |frame: &Frame| !frame.function.contains("::");
    let bare = found.iter().filter(|(_, frames)| frames.last().is_some_and(is_bare));
    let addresses: Vec<usize> = bare.map(|(&address, _)| address).collect();
    for (address, name) in table::names(&addresses) {
        if let Some(frame) = found.get_mut(&address).and_then(|frames| frames.last_mut()) {
            frame.function = names.get(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_room_for_debug_information_functions_still_have_names() {
        let address =
            without_room_for_debug_information_functions_still_have_names as fn() as usize;
        let of = |budget| Symbols::of([address + 1].into_iter(), budget).frames(&[address + 1]);
        let with = of(u64::MAX);
        TABLES.store(1, Relaxed);
        let without = of(0);
        assert_eq!(without[0].function, with[0].function);
        assert!(without[0].line.is_none() && with[0].line.is_some(), "{with:?}");
    }

    #[test]
    fn a_function_is_found_by_an_address_in_it() {
        // As a return address is: one instruction after the function's start.
        let address = a_function_is_found_by_an_address_in_it as fn() as usize + 1;
        let symbols = Symbols::of([address, 1].into_iter(), u64::MAX);
        let name = "doctor::profile::symbols::tests::a_function_is_found_by_an_address_in_it";
        assert!(symbols.frames(&[address])[0].function.ends_with(name), "{symbols:?}");
        assert_eq!(
            symbols.frames(&[1, 2]),
            [Frame::default()],
            "nothing is at address 1, and 2 was not asked for"
        );
    }
}
