//! The C libraries of the program, to name what may hold the memory of C code: well-known ones that
//! are linked statically, and all that are loaded. Libraries that every program has do not count.

use core::fmt;
use std::fs;

/// The beginnings of the names of libraries that every program has.
const EVERYWHERE: [&str; 10] = [
    "ld-",
    "libc.",
    "libc-",
    "libdl.",
    "libgcc_s.",
    "libm.",
    "libnss_",
    "libpthread.",
    "libresolv.",
    "librt.",
];

/// The C libraries of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Libraries(Vec<String>);

impl Libraries {
    /// Reads the symbols of the program, and the names of its maps.
    pub(super) fn read() -> Self {
        let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
        let mut names: Vec<String> =
            request_arena_sys::libraries::linked().into_iter().map(str::to_owned).collect();
        names.extend(loaded(&maps));
        Self(names)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

/// The names, at most five of them.
impl fmt::Display for Libraries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 5;
        f.write_str(&self.0[..self.0.len().min(MOST)].join(", "))?;
        match self.0.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// The shared libraries among the maps, once each.
fn loaded(maps: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in maps.lines() {
        let Some((_, name)) = line.rsplit_once('/') else { continue };
        let is_library = name.ends_with(".so") || name.contains(".so.");
        let is_everywhere = EVERYWHERE.iter().any(|start| name.starts_with(start));
        if is_library && !is_everywhere && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_library_is_named_once_and_libraries_of_every_program_are_not() {
        let maps = "\
            55d0-55d1 r--p 0 08:01 1 /usr/bin/service\n\
            7f00-7f01 r--p 0 08:01 2 /usr/lib/libc.so.6\n\
            7f01-7f02 r-xp 0 08:01 3 /usr/lib/x86_64-linux-gnu/libsqlite3.so.0\n\
            7f02-7f03 rw-p 0 08:01 3 /usr/lib/x86_64-linux-gnu/libsqlite3.so.0\n\
            7f03-7f04 rw-p 0 00:00 0 \n\
            7f04-7f05 r--p 0 08:01 4 /lib64/ld-linux-x86-64.so.2\n";
        assert_eq!(loaded(maps), ["libsqlite3.so.0"]);
    }

    #[test]
    fn at_most_five_are_named() {
        let libraries = Libraries((1..=7).map(|number| format!("lib{number}")).collect());
        assert_eq!(libraries.to_string(), "lib1, lib2, lib3, lib4, lib5 and 2 more");
    }
}
