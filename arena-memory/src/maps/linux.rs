//! Reads `/proc/self/smaps`, and tells stacks, data and heaps apart.

use core::ops::Range;

use procfs::FromRead;
use procfs::process::{MMPermissions, MMapPath, MemoryMap, MemoryMaps, VmFlags};

use super::groups::Groups;
use super::{MapGroup, MappedFile, Maps};

pub(super) fn read(
    owners: usize,
    owns: impl Fn(usize, Range<usize>) -> Option<bool>,
) -> Option<Maps> {
    let maps = MemoryMaps::from_file("/proc/self/smaps").ok()?;
    Some(Maps::sum(&maps, owners, owns))
}

impl Maps {
    fn sum(
        maps: &MemoryMaps,
        owners: usize,
        owns: impl Fn(usize, Range<usize>) -> Option<bool>,
    ) -> Self {
        let mut sum = Self { owned: vec![None; owners], ..Self::default() };
        let marks_stacks = maps.into_iter().any(|map| is_guard(map) && is_marked(map));
        let mut above = Above::default();
        let mut files = std::collections::BTreeMap::new();
        let mut groups = Groups::default();
        for map in maps {
            let after_file = above.file_end == map.address.0;
            let is_stack = above.guard.is_some_and(|guard| is_stack(map, guard, marks_stacks));
            above = Above::of(map);
            sum.add(map, after_file, is_stack, &owns, &mut groups);
            if let MMapPath::Path(path) = &map.pathname {
                let of = |name: &str| map.extension.map.get(name).copied().unwrap_or(0);
                let pages = of("Rss").saturating_sub(of("Anonymous"));
                *files.entry(path).or_insert(0) += pages;
            }
        }
        let files = files.into_iter().filter(|(_, bytes)| *bytes > 0);
        sum.files =
            files.map(|(path, bytes)| MappedFile::new(path.to_string_lossy(), bytes)).collect();
        sum.files.sort_by_key(|file| core::cmp::Reverse(file.bytes));
        sum.files.truncate(Self::MOST_FILES);
        sum.groups = groups.largest();
        let of_heaps = |group: &&MapGroup| group.owner.is_some() || group.is_unreserved;
        sum.huge_of_heaps = sum.groups.iter().filter(of_heaps).map(|group| group.huge).sum();
        sum.heaps = sum.groups.iter().filter(of_heaps).map(|group| group.resident).sum();
        sum
    }

    fn add(
        &mut self,
        map: &MemoryMap,
        after_file: bool,
        is_stack: bool,
        owns: &impl Fn(usize, Range<usize>) -> Option<bool>,
        groups: &mut Groups,
    ) {
        let of = |name: &str| map.extension.map.get(name).copied().unwrap_or(0);
        let (rss, anonymous) = (of("Rss"), of("Anonymous"));
        let is_writable = map.perms.contains(MMPermissions::WRITE);
        let is_shared = map.perms.contains(MMPermissions::SHARED);
        let (start, end) = map.address;
        self.rss += rss;
        self.lazily_freed += of("LazyFree");
        self.huge += of("AnonHugePages");
        match &map.pathname {
            MMapPath::Stack | MMapPath::TStack(_) => self.stacks += anonymous,
            MMapPath::Path(path) if is_shared && is_memory(path) => self.shared += rss,
            MMapPath::Path(_) => {
                self.data += anonymous;
                self.file += rss - anonymous;
            }
            MMapPath::Vsys(_) => self.shared += rss,
            MMapPath::Anonymous if is_writable && after_file => self.data += anonymous,
            MMapPath::Anonymous if is_writable && is_stack => self.stacks += anonymous,
            _ if is_shared => self.shared += rss,
            _ => {
                self.anonymous += anonymous;
                self.file += rss - anonymous;
                let mut by = None;
                for (owner, owned) in self.owned.iter_mut().enumerate() {
                    if let Some(is_own) = owns(owner, start as usize..end as usize) {
                        *owned.get_or_insert(0) += if is_own { anonymous } else { 0 };
                        by = by.or_else(|| is_own.then_some(owner));
                    }
                }
                groups.add(map, by);
            }
        }
    }
}

/// A stack lies directly above an inaccessible map of one page, and a page has at most this many
/// bytes. A larger inaccessible map reserves address space for an allocator.
const MOST_GUARD: u64 = 64 << 10;

/// The largest map above a guard that counts as a stack: eight times the usual 8 MiB.
const MOST_STACK: u64 = 64 << 20;

/// Each of glibc's heaps starts at a multiple of this, directly above the previous heap if that is
/// full.
const HEAP_OF_GLIBC: u64 = 64 << 20;

/// The map before this one.
#[derive(Clone, Copy, Debug, Default)]
struct Above {
    /// Its start and end, if it is inaccessible, and whether the kernel marks it as a stack.
    guard: Option<(u64, u64, bool)>,
    /// Its end, if it belongs to a file.
    file_end: u64,
}

impl Above {
    fn of(map: &MemoryMap) -> Self {
        let (start, end) = map.address;
        let is_file = matches!(map.pathname, MMapPath::Path(_));
        Self {
            guard: is_guard(map).then(|| (start, end, is_marked(map))),
            file_end: if is_file { end } else { 0 },
        }
    }
}

/// Whether a map above a guard is a thread's stack. A kernel that marks stacks also marks the
/// guard, which was mapped as a part of the stack. On other kernels the sizes decide.
fn is_stack(map: &MemoryMap, guard: (u64, u64, bool), marks_stacks: bool) -> bool {
    let ((start, end), (from, to, guard_is_marked)) = (map.address, guard);
    let looks_like_one =
        || to - from <= MOST_GUARD && end - start <= MOST_STACK && start % HEAP_OF_GLIBC != 0;
    to == start && if marks_stacks { guard_is_marked && is_marked(map) } else { looks_like_one() }
}

/// Whether the map is inaccessible.
fn is_guard(map: &MemoryMap) -> bool {
    map.perms.contains(MMPermissions::PRIVATE)
        && !map
            .perms
            .intersects(MMPermissions::READ | MMPermissions::WRITE | MMPermissions::EXECUTE)
}

/// Threads' stacks are mapped with `MAP_STACK`. Since Linux 6.7 that means advice against huge
/// pages.
fn is_marked(map: &MemoryMap) -> bool {
    map.extension.vm_flags.contains(VmFlags::NH)
}

/// Whether the file is shared memory.
fn is_memory(path: &std::path::Path) -> bool {
    ["/dev/shm/", "/memfd:", "/SYSV", "/dev/zero"]
        .iter()
        .any(|prefix| path.to_string_lossy().starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One map as the kernel shows it, with so many KiB of anonymous memory.
    fn map(addresses: &str, permissions: &str, kib: u64, flags: &str) -> String {
        format!(
            "{addresses} {permissions} 00000000 00:00 0 \nSize: 4 kB\nRss: {kib} kB\nAnonymous: \
             {kib} kB\nVmFlags: {flags}\n"
        )
    }

    /// KiB of stacks, and of other anonymous memory.
    fn read(maps: &[String]) -> (u64, u64) {
        let maps = MemoryMaps::from_read(maps.concat().as_bytes()).unwrap();
        let maps = Maps::sum(&maps, 0, |_, _| None);
        (maps.stacks >> 10, maps.anonymous >> 10)
    }

    #[test]
    fn what_the_kernel_marks_is_a_stack_of_any_size_and_nothing_else_is() {
        let maps = [
            map("7f0000000000-7f0000001000", "---p", 0, "mr mw me nh"),
            map("7f0000001000-7f0000201000", "rw-p", 12, "rd wr mr mw me ac nh"),
            map("7f0000201000-7f0000401000", "rw-p", 500, "rd wr mr mw me ac"),
            map("7f0000500000-7f0000501000", "---p", 0, "mr mw me"),
            map("7f0000501000-7f0000601000", "rw-p", 700, "rd wr mr mw me ac"),
            map("7f1000000000-7f1000010000", "---p", 0, "mr mw me nh"),
            map("7f1000010000-7f1010010000", "rw-p", 30, "rd wr mr mw me ac nh"),
        ];
        assert_eq!(read(&maps), (42, 1200));
    }

    #[test]
    fn the_maps_of_a_file_are_added_up_under_its_name() {
        let of = |addresses: &str, permissions: &str, rss: u64, anonymous: u64, path: &str| {
            format!(
                "{addresses} {permissions} 00000000 08:01 7 {path}\nSize: 4 kB\nRss: {rss} kB\n\
                 Anonymous: {anonymous} kB\nVmFlags: rd mr mw me\n"
            )
        };
        let maps = [
            of("7f0000000000-7f0000100000", "r--p", 300, 0, "/data/index (deleted)"),
            of("7f0000100000-7f0000200000", "rw-p", 200, 150, "/data/index (deleted)"),
            of("7f0000200000-7f0000300000", "r-xp", 700, 0, "/usr/bin/service"),
            of("7f0000300000-7f0000400000", "rw-p", 40, 40, "/usr/lib/written"),
        ];
        let maps = MemoryMaps::from_read(maps.concat().as_bytes()).unwrap();
        assert_eq!(
            Maps::sum(&maps, 0, |_, _| None).files,
            [
                MappedFile::new("/usr/bin/service", 700 << 10),
                MappedFile::new("/data/index (deleted)", 350 << 10),
            ]
        );
    }

    #[test]
    fn without_marks_a_small_map_above_a_guard_is_a_stack_but_a_heap_of_glibc_is_not() {
        let maps = [
            map("7f0000000000-7f0000001000", "---p", 0, "mr mw me"),
            map("7f0000001000-7f0000201000", "rw-p", 12, "rd wr mr mw me ac"),
            map("7f1000000000-7f1003ff8000", "rw-p", 60_000, "rd wr mr mw me nr"),
            map("7f1003ff8000-7f1004000000", "---p", 0, "mr mw me nr"),
            map("7f1004000000-7f1005400000", "rw-p", 20_000, "rd wr mr mw me nr"),
            map("7f2000000000-7f2000080000", "---p", 0, "mr mw me"),
            map("7f2000080000-7f2000280000", "rw-p", 7, "rd wr mr mw me"),
        ];
        assert_eq!(read(&maps), (12, 80_007));
    }

    #[test]
    fn maps_that_look_alike_are_one_group_with_its_sizes() {
        let named = |name: &str| {
            format!(
                "7f3000000000-7f3000100000 rw-p 00000000 00:00 0 {name}\nRss: 64 kB\nAnonymous: \
                 64 kB\nAnonHugePages: 0 kB\nVmFlags: rd wr\n"
            )
        };
        let maps = [
            map("7f0000000000-7f0000020000", "rw-p", 128, "rd wr mr mw me ac"),
            map("7f0100000000-7f0100020000", "rw-p", 128, "rd wr mr mw me ac"),
            map("7f0200000000-7f0200010000", "rw-p", 64, "rd wr mr mw me ac"),
            map("7f0300000000-7f0300010000", "rw-p", 0, "rd wr mr mw me ac"),
            map("7f0400000000-7f0401000000", "rw-p", 900, "rd wr mr mw me nr"),
            map("7f0500000000-7f0500010000", "rwxp", 32, "rd wr ex"),
            named("[anon:wasm memory]"),
            named("[heap]"),
        ];
        let maps = MemoryMaps::from_read(maps.concat().as_bytes()).unwrap();
        let maps = Maps::sum(&maps, 1, |_, addresses| Some(addresses.start == 0x7f05_0000_0000));
        let groups: Vec<_> = maps
            .groups
            .iter()
            .map(|group| (group.to_string(), group.count, group.resident >> 10, group.owner))
            .collect();
        let expected = [
            ("rw-p maps", 1, 900, None),
            ("rw-p maps", 3, 320, None),
            ("anon:wasm memory", 1, 64, None),
            ("heap", 1, 64, None),
            ("rwxp maps", 1, 32, Some(0)),
        ];
        let expected =
            expected.map(|(name, count, kib, owner)| (name.to_owned(), count, kib, owner));
        assert_eq!(groups, expected);
        assert_eq!(maps.groups.iter().map(|group| group.resident).sum::<u64>(), maps.anonymous);
        assert!(maps.groups[0].is_unreserved && !maps.groups[1].is_unreserved);
        let sizes: Vec<_> =
            maps.groups[1].sizes.iter().map(|size| (size.bytes >> 10, size.count)).collect();
        assert_eq!(sizes, [(128, 2), (64, 1)]);
    }

    #[test]
    fn a_map_that_the_program_makes_is_in_a_group_without_an_owner() {
        let mut taken = memmap2::MmapMut::map_anon(48 << 20).unwrap();
        taken.fill(1);
        let maps = Maps::read(0, |_, _| None).unwrap();
        drop(taken);
        let is_plain = |group: &&MapGroup| {
            group.name.is_none() && !group.is_unreserved && group.permissions == "rw-p"
        };
        let group = maps.groups.iter().find(is_plain).unwrap();
        assert!(group.resident >= 48 << 20 && group.owner.is_none(), "{maps:?}");
        assert!(group.sizes[0].bytes >= 48 << 20, "{maps:?}");
    }
}
