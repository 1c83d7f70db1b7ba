//! The program and its libraries in the address space: the file, the place and the build id of each
//! part that is code.

use core::ops::Range;

/// A part of a file that is mapped as code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    pub(super) place: Range<u64>,
    pub(super) file_offset: u64,
    pub(super) file: String,
    /// The linker's hash of the file (`NT_GNU_BUILD_ID`), in hexadecimal digits.
    pub(super) build_id: Option<String>,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use self::elf::executable;

/// Only Linux' `/proc` has the maps.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn executable() -> Vec<Mapping> {
    Vec::new()
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod elf {
    use std::fs::File;
    use std::path::{Path, PathBuf};

    use object::elf::{FileHeader32, FileHeader64, NT_GNU_BUILD_ID};
    use object::read::elf::{FileHeader, ProgramHeader};
    use object::{Endianness, FileKind, ReadCache};
    use procfs::process::{MMPermissions, MMapPath, Process};

    use super::Mapping;

    /// All mappings of code, those of the program first.
    pub(in super::super) fn executable() -> Vec<Mapping> {
        let Ok(process) = Process::myself() else { return Vec::new() };
        let Ok(maps) = process.maps() else { return Vec::new() };
        let program = process.exe().ok();
        let mut mappings: Vec<(bool, Mapping)> = Vec::new();
        for map in maps {
            let MMapPath::Path(path) = map.pathname else { continue };
            if !map.perms.contains(MMPermissions::EXECUTE) {
                continue;
            }
            let is_library = Some(&path) != program.as_ref();
            // The program's file may have been replaced or removed since it started.
            let file = if is_library { path.clone() } else { PathBuf::from("/proc/self/exe") };
            let mapping = Mapping {
                place: map.address.0..map.address.1,
                file_offset: map.offset,
                file: path.to_string_lossy().into_owned(),
                build_id: build_id(&file),
            };
            mappings.push((is_library, mapping));
        }
        mappings.sort_by_key(|(is_library, _)| *is_library);
        mappings.into_iter().map(|(_, mapping)| mapping).collect()
    }

    fn build_id(path: &Path) -> Option<String> {
        let file = File::open(path).ok()?;
        let data = ReadCache::new(&file);
        match FileKind::parse(&data).ok()? {
            FileKind::Elf32 => note::<FileHeader32<Endianness>>(&data),
            FileKind::Elf64 => note::<FileHeader64<Endianness>>(&data),
            _ => None,
        }
    }

    fn note<Elf: FileHeader<Endian = Endianness>>(data: &ReadCache<&File>) -> Option<String> {
        let header = Elf::parse(data).ok()?;
        let endian = header.endian().ok()?;
        for segment in header.program_headers(endian, data).ok()? {
            let Ok(Some(mut notes)) = segment.notes(endian, data) else { continue };
            while let Ok(Some(note)) = notes.next() {
                if note.name() == b"GNU" && note.n_type(endian) == NT_GNU_BUILD_ID {
                    return Some(note.desc().iter().map(|byte| format!("{byte:02x}")).collect());
                }
            }
        }
        None
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_program_comes_first_and_has_its_code() {
        let all = executable();
        let program = std::env::current_exe().unwrap();
        assert_eq!(all[0].file, program.to_string_lossy());
        let here = the_program_comes_first_and_has_its_code as fn() as usize as u64;
        let of_here: Vec<&Mapping> = all.iter().filter(|it| it.place.contains(&here)).collect();
        let [here] = of_here[..] else { panic!("{all:?}") };
        assert_eq!(here.file, all[0].file);
        let libc = all.iter().find(|it| it.file.contains("libc.so")).unwrap();
        let id = libc.build_id.as_ref().unwrap();
        assert!(id.len() == 40 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
    }
}
