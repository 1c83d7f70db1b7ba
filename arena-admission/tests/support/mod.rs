//! What the tests share: a container of files, and a handler with figures.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fs;
use std::path::Path;

use request_arena_admission::{Admission, Mode, Options, Source};
use request_arena_core::{Site, demand, scope};
use tempfile::TempDir;

pub(crate) const MIB: u64 = 1 << 20;

/// A machine with a container of control groups in version 2.
pub(crate) struct Place(TempDir);

impl Place {
    /// A container with this limit, in which processes hold `kept` bytes.
    pub(crate) fn new(limit: u64, kept: u64) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.machine(16 << 30, 8 << 30);
        place.file("proc/self/cgroup", "0::/\n");
        let mount = "31 25 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
        place.file("proc/self/mountinfo", mount);
        place.set(limit, kept, 0);
        place
    }

    /// A machine without groups.
    pub(crate) fn without_group(total: u64, available: u64) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.machine(total, available);
        place.file("proc/self/cgroup", "");
        place.file("proc/self/mountinfo", "25 1 0:22 / / rw - ext4 /dev/root rw\n");
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    fn machine(&self, total: u64, available: u64) {
        let kib = |bytes: u64| bytes >> 10;
        let names = ["MemFree", "Buffers", "Cached", "SwapCached", "Active", "Inactive"];
        let mut text = format!("MemTotal: {} kB\n", kib(total));
        for name in names {
            text += &format!("{name}: 0 kB\n");
        }
        let names = ["SwapTotal", "SwapFree", "Dirty", "Writeback", "Mapped", "Slab"];
        for name in names {
            text += &format!("{name}: 0 kB\n");
        }
        text += "Committed_AS: 0 kB\nVmallocTotal: 0 kB\nVmallocUsed: 0 kB\nVmallocChunk: 0 kB\n";
        text += &format!("MemAvailable: {} kB\n", kib(available));
        self.file("proc/meminfo", &text);
    }

    /// Sets the limit, the memory of processes, and page cache.
    pub(crate) fn set(&self, limit: u64, kept: u64, cache: u64) {
        self.write("memory.max", limit);
        self.write("memory.current", kept + cache);
        let stat = format!("anon {kept}\nfile {cache}\nactive_file {cache}\ninactive_file 0\n");
        self.file("sys/fs/cgroup/memory.stat", &stat);
    }

    /// Writes a file of the group.
    pub(crate) fn write(&self, file: &str, number: u64) {
        self.file(&format!("sys/fs/cgroup/{file}"), &format!("{number}\n"));
    }

    /// Writes a file of the group as it is.
    pub(crate) fn write_text(&self, file: &str, text: &str) {
        self.file(&format!("sys/fs/cgroup/{file}"), text);
    }

    /// Replaces a file of the group by one that cannot be read, as by a process without free
    /// descriptors.
    pub(crate) fn make_unreadable(&self, file: &str) {
        let path = self.path().join("sys/fs/cgroup").join(file);
        fs::remove_file(&path).unwrap();
        fs::create_dir(path).unwrap();
    }

    fn file(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A gate in enforce mode without a thread.
pub(crate) fn gate(place: &Place, change: impl FnOnce(&mut Options)) -> Admission {
    let source = Source::Beneath(place.path().to_owned());
    let mut options = Options { mode: Mode::Enforce, source, ..Options::default() };
    // The other tests of the process keep their arenas.
    options.relieve = || {};
    change(&mut options);
    Admission::without_thread(options).unwrap()
}

/// Runs requests of this handler that take `bytes` until its slow start is over, and returns the
/// weight that the gate has learned.
pub(crate) fn learned(gate: Admission, site: &'static Site, bytes: u64) -> u64 {
    let layout = core::alloc::Layout::from_size_align(bytes as usize, 8).unwrap();
    for _ in 0..5000 {
        // Not written, so that it takes no memory.
        scope(site, |arena| {
            arena.bump().alloc_layout(layout);
        });
        learn(gate, site);
        if !is_guess(gate, site) {
            return gate.weight_bytes(site);
        }
    }
    panic!("its slow start never ends: {:?}", gate.snapshot());
}

/// Whether the weight of a handler is a guess.
pub(crate) fn is_guess(gate: Admission, site: &'static Site) -> bool {
    let handlers = gate.snapshot().handlers;
    handlers.iter().any(|handler| handler.name == site.name() && handler.is_guess)
}

/// Has the gate learn now.
pub(crate) fn learn(gate: Admission, site: &'static Site) {
    // At its first request the figures are looked up.
    demand::set_expected(site, demand::UNKNOWN);
    drop(gate.try_admit(site));
}
