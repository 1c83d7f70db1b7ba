//! The names of functions with their paths, from the symbol tables of the program and its
//! libraries.
//!
//! A table of symbols may have tens of MiB. It is read in blocks, and only the symbols of these
//! addresses are kept.

/// The functions of return addresses. Addresses without a symbol are left out.
pub(super) fn names(addresses: &[usize]) -> Vec<(usize, String)> {
    if addresses.is_empty() { Vec::new() } else { read(addresses).unwrap_or_default() }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use self::elf::places_of_program;
#[cfg(any(target_os = "linux", target_os = "android"))]
use self::elf::read;

/// Only Linux' `/proc` has the address of the program.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn read(_addresses: &[usize]) -> Option<Vec<(usize, String)>> {
    None
}

/// The addresses of the program are unknown, so all may be its own.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn places_of_program() -> Vec<core::ops::Range<u64>> {
    vec![0..u64::MAX]
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod elf {
    use core::ops::Range;
    use std::collections::HashMap;
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::path::{Path, PathBuf};

    use object::elf::{FileHeader32, FileHeader64, SHT_DYNSYM, SHT_SYMTAB};
    use object::read::elf::{FileHeader, ProgramHeader, SectionHeader, Sym};
    use object::{Endianness, FileKind, ReadCache, pod};

    /// The number of symbols that are read at once: 48 KiB.
    const BLOCK: usize = 2048;

    /// Bytes of a name that are read at once, and the longest name.
    const PART: usize = 256;
    const LONGEST: usize = 16 << 10;

    /// An address, and the symbol that it is in.
    struct Wanted {
        address: usize,
        /// The address of the call in the file, one byte before the return address.
        call: u64,
        /// The place of its name in the table of names.
        name: Option<u64>,
    }

    /// The maps of each file.
    fn modules() -> Option<HashMap<PathBuf, Vec<Range<u64>>>> {
        let mut modules: HashMap<PathBuf, Vec<Range<u64>>> = HashMap::new();
        for map in procfs::process::Process::myself().ok()?.maps().ok()? {
            if let procfs::process::MMapPath::Path(path) = map.pathname {
                modules.entry(path).or_default().push(map.address.0..map.address.1);
            }
        }
        Some(modules)
    }

    fn program() -> Option<PathBuf> {
        procfs::process::Process::myself().ok()?.exe().ok()
    }

    /// The addresses of the program, without its libraries.
    pub(in super::super) fn places_of_program() -> Vec<Range<u64>> {
        program().and_then(|path| modules()?.remove(&path)).unwrap_or_default()
    }

    pub(super) fn read(addresses: &[usize]) -> Option<Vec<(usize, String)>> {
        let program = program();
        let mut all = Vec::new();
        for (path, places) in modules()? {
            let Some(start) = places.iter().map(|place| place.start).min() else { continue };
            let calls = addresses.iter().filter_map(|&address| {
                let call = (address as u64).checked_sub(1)?;
                let is_here = places.iter().any(|place| place.contains(&call));
                is_here.then(|| Wanted { address, call: call - start, name: None })
            });
            let mut wanted: Vec<Wanted> = calls.collect();
            if wanted.is_empty() {
                continue;
            }
            // The program's file may have been replaced or removed since it started.
            let is_program = Some(&path) == program.as_ref();
            let file = if is_program { PathBuf::from("/proc/self/exe") } else { path };
            all.extend(names_in(&file, &mut wanted).unwrap_or_default());
        }
        Some(all)
    }

    fn names_in(path: &Path, wanted: &mut [Wanted]) -> Option<Vec<(usize, String)>> {
        let file = File::open(path).ok()?;
        let headers = ReadCache::new(&file);
        match FileKind::parse(&headers).ok()? {
            FileKind::Elf32 => names::<FileHeader32<Endianness>>(&headers, &file, wanted),
            FileKind::Elf64 => names::<FileHeader64<Endianness>>(&headers, &file, wanted),
            _ => None,
        }
    }

    /// Reads the headers, then the symbols, then the names of those that are wanted.
    fn names<Elf: FileHeader<Endian = Endianness>>(
        headers: &ReadCache<&File>,
        file: &File,
        wanted: &mut [Wanted],
    ) -> Option<Vec<(usize, String)>> {
        let header = Elf::parse(headers).ok()?;
        let endian = header.endian().ok()?;
        let segments = header.program_headers(endian, headers).ok()?;
        let loaded =
            segments.iter().filter(|segment| segment.p_type(endian) == object::elf::PT_LOAD);
        let lowest: u64 = loaded.map(|segment| segment.p_vaddr(endian).into()).min()?;
        wanted.iter_mut().for_each(|wanted| wanted.call += lowest);
        wanted.sort_unstable_by_key(|wanted| wanted.call);
        let sections = header.sections(endian, headers).ok()?;
        let table = |kind| sections.iter().find(|section| section.sh_type(endian) == kind);
        // A stripped library has only the names that it exports.
        let table = table(SHT_SYMTAB).or_else(|| table(SHT_DYNSYM))?;
        let text = sections.section(table.link(endian)).ok()?;
        let (start, size): (u64, u64) =
            (table.sh_offset(endian).into(), table.sh_size(endian).into());
        let names: u64 = text.sh_offset(endian).into();
        symbols::<Elf>(file, endian, start..start + size, wanted)?;
        let name = |wanted: &Wanted| {
            let name = name_at(file, names + wanted.name?)?;
            Some((wanted.address, format!("{:#}", rustc_demangle::demangle(&name))))
        };
        Some(wanted.iter().filter_map(name).collect())
    }

    /// Finds the symbol of each call, in one pass over the table.
    fn symbols<Elf: FileHeader<Endian = Endianness>>(
        file: &File,
        endian: Endianness,
        table: Range<u64>,
        wanted: &mut [Wanted],
    ) -> Option<()> {
        let size = size_of::<Elf::Sym>();
        // Aligned for every symbol.
        let mut block = vec![0_u64; BLOCK * size / size_of::<u64>()];
        let mut at = table.start;
        while at < table.end {
            let block = pod::bytes_of_slice_mut(&mut block);
            let left = usize::try_from(table.end - at).unwrap_or(usize::MAX);
            let count = left.min(block.len()) / size;
            if count == 0 {
                break;
            }
            let block = &mut block[..count * size];
            file.read_exact_at(block, at).ok()?;
            at += block.len() as u64;
            let (symbols, _) = pod::slice_from_bytes::<Elf::Sym>(block, count).ok()?;
            for symbol in symbols {
                let is_function = symbol.st_type() == object::elf::STT_FUNC;
                if !is_function || symbol.is_undefined(endian) {
                    continue;
                }
                let (value, size): (u64, u64) =
                    (symbol.st_value(endian).into(), symbol.st_size(endian).into());
                let first = wanted.partition_point(|wanted| wanted.call < value);
                let within = wanted[first..].iter_mut();
                within
                    .take_while(|wanted| wanted.call - value < size)
                    .for_each(|wanted| wanted.name = Some(symbol.st_name(endian).into()));
            }
        }
        Some(())
    }

    /// A name of the table, up to its zero.
    fn name_at(file: &File, mut at: u64) -> Option<String> {
        let (mut name, mut part) = (Vec::new(), [0; PART]);
        while name.len() < LONGEST {
            let read = file.read_at(&mut part, at).ok().filter(|&read| read > 0)?;
            if let Some(end) = part[..read].iter().position(|&byte| byte == 0) {
                name.extend_from_slice(&part[..end]);
                return String::from_utf8(name).ok();
            }
            name.extend_from_slice(&part[..read]);
            at += read as u64;
        }
        None
    }
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
