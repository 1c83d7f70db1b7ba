//! The account: every byte of RSS in one class, and what nothing explains.

use serde::{Deserialize, Serialize};

use super::reading::Reading;

/// Where every byte of RSS is: the classes and the unexplained rest add up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// Physical memory of the process, in bytes.
    pub rss_bytes: u64,
    /// What it is, in the order of the table.
    pub classes: Vec<Class>,
    /// What no class explains. Below zero if the classes claim more than there is, which figures of different moments and upper bounds do.
    pub unexplained_bytes: i64,
}

/// One kind of memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Class {
    /// What it is: `heap live`.
    pub name: String,
    /// Bytes of RSS.
    pub bytes: u64,
    /// What it says.
    pub meaning: String,
}

impl Account {
    /// The bytes of a class; 0 if there is none of this name.
    #[must_use]
    pub fn bytes_of(&self, class: &str) -> u64 {
        self.classes.iter().find(|known| known.name == class).map_or(0, |known| known.bytes)
    }

    pub(super) fn of(reading: &Reading) -> Self {
        let process = &reading.process;
        let mut classes = Vec::new();
        let mut add = |name: &str, bytes: u64, meaning: &str| {
            classes.push(Class { name: name.into(), bytes, meaning: meaning.into() });
        };
        let sum = |figure: fn(&super::HeapReading) -> Option<u64>| -> u64 {
            reading.heaps.iter().flatten().filter_map(figure).sum()
        };
        let live = sum(|heap| heap.live_bytes);
        let arenas = reading.arenas_in_use + reading.arenas_retained;
        add("heap live", live.saturating_sub(arenas), "live allocations, without arenas");
        add("fragmentation", sum(|heap| heap.active_bytes).saturating_sub(live), "free parts of pages in use");
        add("dirty", sum(|heap| heap.dirty_bytes), "freed pages that the allocator keeps");
        add("muzzy", sum(|heap| heap.muzzy_bytes), "freed pages that the kernel may take");
        add("allocator metadata", sum(|heap| heap.metadata_bytes), "the allocator's own structures");
        add("arenas in use", reading.arenas_in_use, "chunks of open scopes");
        add("arenas retained", reading.arenas_retained, "chunks that wait in the pool");
        add("file pages", process.file_bytes, "pages of mapped files and of the program");
        add("shared", process.shared_bytes, "shared memory");
        let explained: u64 = classes.iter().map(|class| class.bytes).sum();
        Self { rss_bytes: process.rss_bytes, unexplained_bytes: process.rss_bytes as i64 - explained as i64, classes }
    }
}
