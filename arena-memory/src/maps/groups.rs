//! Groups of anonymous maps that look alike. They name memory that no allocator counts.
//!
//! The kernel merges neighbouring maps with equal properties, so a thousand equal maps may be one.
//! The resident memory of a group does not depend on that, and shows growth.

use core::fmt;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::collections::BTreeMap;

/// The most groups of a reading: the ones with the most memory. A process has about five, and more
/// if it names its maps.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) const MOST_GROUPS: usize = 24;

/// The most sizes of a group: the ones with the most memory.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) const MOST_SIZES: usize = 3;

/// Anonymous maps with the same name, permissions and owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapGroup {
    /// The name between the brackets: `heap`, or `anon:NAME` if the program has named the map by
    /// `prctl(PR_SET_VMA_ANON_NAME)`. The kernel keeps such names if it has `CONFIG_ANON_VMA_NAME`.
    pub name: Option<String>,
    /// As in `/proc/self/maps`: `rw-p`.
    pub permissions: String,
    /// Whether the maps were made with `MAP_NORESERVE`, as jemalloc, mimalloc, and glibc for its
    /// arenas do.
    pub is_unreserved: bool,
    /// The number of the [owner](super::Maps::owned) that says that the maps are its own.
    pub owner: Option<usize>,
    /// The number of maps with resident memory.
    pub count: usize,
    /// Resident anonymous bytes.
    pub resident: u64,
    /// The part of them on huge pages.
    pub huge: u64,
    /// The sizes with the most resident bytes, the largest part first.
    pub sizes: Vec<MapSize>,
}

/// Maps of one size within a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MapSize {
    /// The size of each, in bytes of address space.
    pub bytes: u64,
    /// The number of maps.
    pub count: usize,
    /// The resident bytes of all.
    pub resident: u64,
}

impl MapGroup {
    /// Whether both are of the same maps, at two moments.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.name, &self.permissions, self.is_unreserved, self.owner)
            == (&other.name, &other.permissions, other.is_unreserved, other.owner)
    }
}

/// The name, or the permissions: `anon:wasm`, `rw-p`.
impl fmt::Display for MapGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "{} maps", self.permissions),
        }
    }
}

/// Collects groups with their sizes, and keeps the largest.
#[derive(Debug, Default)]
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) struct Groups(Vec<(MapGroup, BTreeMap<u64, MapSize>)>);

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Groups {
    pub(super) fn add(&mut self, map: &procfs::process::MemoryMap, owner: Option<usize>) {
        use procfs::process::{MMapPath, VmFlags};
        let of = |name: &str| map.extension.map.get(name).copied().unwrap_or(0);
        let resident = of("Anonymous");
        if resident == 0 {
            return;
        }
        let alike = MapGroup {
            name: match &map.pathname {
                MMapPath::Heap => Some("heap".to_owned()),
                MMapPath::Other(name) => Some(name.clone()),
                _ => None,
            },
            permissions: map.perms.as_str(),
            is_unreserved: map.extension.vm_flags.contains(VmFlags::NR),
            owner,
            ..MapGroup::default()
        };
        let is_same = |(group, _): &(MapGroup, _)| group.is_same(&alike);
        let place = self.0.iter().position(is_same).unwrap_or_else(|| {
            self.0.push((alike, BTreeMap::new()));
            self.0.len() - 1
        });
        let (group, sizes) = &mut self.0[place];
        group.count += 1;
        group.resident += resident;
        group.huge += of("AnonHugePages");
        let bytes = map.address.1 - map.address.0;
        let size = sizes.entry(bytes).or_insert(MapSize { bytes, ..MapSize::default() });
        size.count += 1;
        size.resident += resident;
    }

    /// The groups, the largest first.
    pub(super) fn largest(mut self) -> Vec<MapGroup> {
        self.0.sort_by_key(|(group, _)| core::cmp::Reverse(group.resident));
        self.0.truncate(MOST_GROUPS);
        let with_sizes = |(group, sizes): (MapGroup, BTreeMap<u64, MapSize>)| {
            let mut sizes: Vec<_> = sizes.into_values().collect();
            sizes.sort_by_key(|size| core::cmp::Reverse(size.resident));
            sizes.truncate(MOST_SIZES);
            sizes.shrink_to_fit();
            MapGroup { sizes, ..group }
        };
        self.0.into_iter().map(with_sizes).collect()
    }
}
