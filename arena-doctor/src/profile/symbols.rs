//! The functions of addresses, from the process's symbols and debug information.

use core::ffi::c_void;
use std::collections::HashMap;

use super::frames::Frame;
use super::table;

/// Functions by return address.
#[derive(Debug)]
pub(super) struct Symbols {
    found: HashMap<usize, Vec<Frame>>,
}

impl Symbols {
    /// Looks these addresses up, and frees the debug information that it read for that.
    pub(super) fn of(addresses: impl Iterator<Item = usize>) -> Self {
        let mut found = HashMap::new();
        for address in addresses {
            found.entry(address).or_insert_with(|| look_up(address));
        }
        backtrace::clear_symbol_cache();
        complete(&mut found);
        Self { found }
    }

    /// The frames of a stack, the innermost first.
    pub(super) fn frames(&self, addresses: &[usize]) -> Vec<Frame> {
        addresses.iter().filter_map(|address| self.found.get(address)).flatten().cloned().collect()
    }
}

/// The function at an address, after the functions that were inlined into it. Unknown functions
/// have no name.
fn look_up(address: usize) -> Vec<Frame> {
    let mut frames = Vec::new();
    // The call is one byte before the return address.
    backtrace::resolve(address as *mut c_void, |symbol| {
        frames.push(Frame {
            // The alternate form has no hash of the compiler.
            function: symbol.name().map(|name| format!("{name:#}")).unwrap_or_default(),
            file: symbol.filename().map(|file| file.to_string_lossy().into_owned()),
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
fn complete(found: &mut HashMap<usize, Vec<Frame>>) {
    let is_bare = |frame: &Frame| !frame.function.contains("::");
    let bare = found.iter().filter(|(_, frames)| frames.last().is_some_and(is_bare));
    let addresses: Vec<usize> = bare.map(|(&address, _)| address).collect();
    for (address, name) in table::names(&addresses) {
        if let Some(frame) = found.get_mut(&address).and_then(|frames| frames.last_mut()) {
            frame.function = name;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_by_an_address_in_it() {
        // As a return address is: one instruction after the function's start.
        let address = a_function_is_found_by_an_address_in_it as fn() as usize + 1;
        let symbols = Symbols::of([address, 1].into_iter());
        let name = "doctor::profile::symbols::tests::a_function_is_found_by_an_address_in_it";
        assert!(symbols.frames(&[address])[0].function.ends_with(name), "{symbols:?}");
        assert_eq!(
            symbols.frames(&[1, 2]),
            [Frame::default()],
            "nothing is at address 1, and 2 was not asked for"
        );
    }
}
