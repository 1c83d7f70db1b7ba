//! The names of functions with their paths, from the program's symbol table.

/// The functions of return addresses. Addresses outside of the program, or without a symbol, are
/// left out.
pub(super) fn names(addresses: &[usize]) -> Vec<(usize, String)> {
    if addresses.is_empty() { Vec::new() } else { read(addresses).unwrap_or_default() }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn read(addresses: &[usize]) -> Option<Vec<(usize, String)>> {
    use std::fs::File;

    use object::{Object, ObjectSegment, ReadCache};

    let process = procfs::process::Process::myself().ok()?;
    let path = procfs::process::MMapPath::Path(process.exe().ok()?);
    let maps = process.maps().ok()?;
    let places: Vec<_> = maps
        .iter()
        .filter(|map| map.pathname == path)
        .map(|map| map.address.0..map.address.1)
        .collect();
    let start = places.iter().map(|place| place.start).min()?;
    // It reads headers and symbols, and no debug information.
    let program = ReadCache::new(File::open("/proc/self/exe").ok()?);
    let program = object::File::parse(&program).ok()?;
    let lowest = program.segments().map(|segment| segment.address()).min()?;
    let symbols = program.symbol_map();
    let name = |&address: &usize| {
        // The address of the call in the file, one byte before the return address.
        let call = (address as u64).checked_sub(1)?;
        places.iter().any(|place| place.contains(&call)).then_some(())?;
        let name = symbols.get(call - start + lowest)?.name();
        Some((address, format!("{:#}", rustc_demangle::demangle(name))))
    };
    Some(addresses.iter().filter_map(name).collect())
}

/// Only Linux' `/proc` has the address of the program.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn read(_addresses: &[usize]) -> Option<Vec<(usize, String)>> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_function_has_its_whole_path() {
        let address = a_function_has_its_whole_path as fn() as usize + 1;
        let found = names(&[address, 1, usize::MAX]);
        assert_eq!(found[0].0, address);
        assert!(
            found[0].1.ends_with("doctor::profile::table::tests::a_function_has_its_whole_path"),
            "{found:?}"
        );
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
