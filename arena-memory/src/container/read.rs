//! Reads the files of a group.

use super::{Container, ContainerReading, Error};

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn read(_: &Container) -> Result<ContainerReading, Error> {
    Err(Error::Unsupported)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn read(container: &Container) -> Result<ContainerReading, Error> {
    linux::read(container)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::fs;
    use std::path::{Path, PathBuf};

    use procfs::{FromBufRead, MemoryPressure};

    use crate::container::{Container, ContainerReading, Error, Limit, Pressure, Version};

    pub(super) fn read(container: &Container) -> Result<ContainerReading, Error> {
        let Container { root, version, groups, .. } = container;
        let machine = machine_bytes(root);
        let group = Group(container.group());
        let stat = Stat::read(&group, *version)?;
        let mut reading = ContainerReading {
            version: *version,
            used_bytes: group.required(names(*version).used)?,
            peak_bytes: group.number(names(*version).peak),
            limits: Vec::new(),
            high_limits: Vec::new(),
            low_bytes: None,
            swap_bytes: None,
            swap_limit_bytes: None,
            machine_bytes: machine,
            anonymous_bytes: stat.anonymous,
            huge_bytes: stat.huge,
            file_bytes: stat.file,
            inactive_file_bytes: stat.inactive_file,
            locked_file_bytes: stat.locked_file,
            shared_bytes: stat.shared,
            unevictable_bytes: stat.unevictable,
            kernel_bytes: stat.kernel,
            reclaimable_kernel_bytes: stat.reclaimable_kernel,
            page_table_bytes: stat.page_tables,
            kernel_stack_bytes: stat.kernel_stacks,
            socket_bytes: stat.sockets,
            oom_kills: None,
            limit_hits: None,
            high_hits: None,
            is_oom_kill_disabled: None,
            is_under_oom: None,
            pressure: group.pressure(),
        };
        match version {
            Version::V2 => add_v2(&mut reading, &stat, groups),
            Version::V1 => add_v1(&mut reading, &stat, groups),
        }
        Ok(reading)
    }

    /// The files that both versions have.
    struct Names {
        used: &'static str,
        peak: &'static str,
        limit: &'static str,
    }

    const fn names(version: Version) -> Names {
        match version {
            Version::V2 => {
                Names { used: "memory.current", peak: "memory.peak", limit: "memory.max" }
            }
            Version::V1 => Names {
                used: "memory.usage_in_bytes",
                peak: "memory.max_usage_in_bytes",
                limit: "memory.limit_in_bytes",
            },
        }
    }

    fn add_v2(reading: &mut ContainerReading, stat: &Stat, groups: &[PathBuf]) {
        let (group, machine) = (Group(&groups[0]), reading.machine_bytes);
        let events = group.table("memory.events").unwrap_or_default();
        reading.limits = limits(Version::V2, groups, "memory.max", stat, machine);
        reading.high_limits = limits(Version::V2, groups, "memory.high", stat, machine);
        reading.low_bytes = group.number("memory.low");
        reading.swap_bytes = group.number("memory.swap.current");
        reading.swap_limit_bytes = group.number("memory.swap.max");
        reading.oom_kills = events.get("oom_kill");
        reading.limit_hits = events.get("max");
        reading.high_hits = events.get("high");
    }

    fn add_v1(reading: &mut ContainerReading, stat: &Stat, groups: &[PathBuf]) {
        let (group, machine) = (Group(&groups[0]), reading.machine_bytes);
        let limit = names(Version::V1).limit;
        // A group without the hierarchy does not count the groups within it.
        let is_apart =
            |above: &PathBuf| Group(above).number("memory.use_hierarchy").is_some_and(|on| on == 0);
        let counting = 1 + groups[1..].iter().take_while(|above| !is_apart(above)).count();
        let groups = &groups[..counting];
        let mut limits = limits(Version::V1, groups, limit, stat, machine);
        let lowest = limits.iter().map(|limit| limit.bytes).min().unwrap_or(u64::MAX);
        let above = stat.limit_above.filter(|&bytes| bytes < lowest);
        let above = above.and_then(|bytes| is_limit(bytes, machine));
        limits.extend(above.zip(groups.last()).and_then(|(bytes, outermost)| {
            limit_of(Version::V1, outermost, bytes, (outermost == &groups[0]).then_some(stat))
        }));
        reading.limits = limits;
        reading.swap_bytes = stat.swapped;
        let with_swap = group.limit("memory.memsw.limit_in_bytes", None);
        let without = group.limit(limit, None);
        reading.swap_limit_bytes =
            with_swap.zip(without).map(|(with, without)| with - without.min(with));
        let control = group.table("memory.oom_control").unwrap_or_default();
        reading.oom_kills = control.get("oom_kill");
        reading.limit_hits = group.number("memory.failcnt");
        reading.is_oom_kill_disabled = control.get("oom_kill_disable").map(|on| on != 0);
        reading.is_under_oom = control.get("under_oom").map(|on| on != 0);
    }

    /// The limits of these groups, with what counts against each. The first group has this `stat`.
    fn limits(
        version: Version,
        groups: &[PathBuf],
        limit: &str,
        stat: &Stat,
        machine: Option<u64>,
    ) -> Vec<Limit> {
        let of = |(place, group): (usize, &PathBuf)| {
            let bytes = Group(group).limit(limit, machine)?;
            limit_of(version, group, bytes, (place == 0).then_some(stat))
        };
        groups.iter().enumerate().filter_map(of).collect()
    }

    /// A limit of so many bytes, with what counts against it in this group.
    fn limit_of(version: Version, group: &Path, bytes: u64, stat: Option<&Stat>) -> Option<Limit> {
        let used_bytes = Group(group).number(names(version).used)?;
        let read = || Stat::read(&Group(group), version).ok();
        let stat = stat.copied().or_else(read).unwrap_or_default();
        Some(Limit {
            bytes,
            used_bytes,
            kept_bytes: stat.kept(),
            working_set_bytes: used_bytes.saturating_sub(stat.inactive_file),
            group: group.to_path_buf(),
        })
    }

    /// The figures of `memory.stat`, and of version 1's files for memory of the kernel.
    #[derive(Clone, Copy, Default)]
    struct Stat {
        anonymous: u64,
        huge: Option<u64>,
        file: u64,
        inactive_file: u64,
        locked_file: u64,
        shared: u64,
        unevictable: u64,
        kernel: Option<u64>,
        reclaimable_kernel: Option<u64>,
        page_tables: Option<u64>,
        kernel_stacks: Option<u64>,
        sockets: Option<u64>,
        /// Version 1 has it here.
        swapped: Option<u64>,
        /// The lowest limit on the way up, in version 1.
        limit_above: Option<u64>,
    }

    impl Stat {
        fn read(group: &Group<'_>, version: Version) -> Result<Self, Error> {
            let table = group.table("memory.stat")?;
            Ok(match version {
                Version::V2 => Self::of_v2(&table),
                Version::V1 => Self::of_v1(&table, group),
            })
        }

        fn of_v2(table: &Figures) -> Self {
            let kernel = table.get("kernel").or_else(|| {
                // Before Linux 5.18 there is no sum.
                let parts = ["kernel_stack", "pagetables", "percpu", "slab"];
                Some(parts.iter().filter_map(|part| table.get(part)).sum()).filter(|&sum| sum > 0)
            });
            Self {
                anonymous: table.get("anon").unwrap_or(0),
                huge: table.get("anon_thp"),
                kernel,
                reclaimable_kernel: table.get("slab_reclaimable"),
                page_tables: table.get("pagetables"),
                kernel_stacks: table.get("kernel_stack"),
                sockets: table.get("sock"),
                ..Self::default()
            }
            .with_lists(table.get("file"), |name| table.get(name))
        }

        fn of_v1(table: &Figures, group: &Group<'_>) -> Self {
            // The sums with the groups within it have this prefix.
            let total = |name: &str| table.get(&format!("total_{name}"));
            Self {
                anonymous: total("rss").unwrap_or(0),
                huge: total("rss_huge"),
                kernel: group.number("memory.kmem.usage_in_bytes"),
                sockets: group.number("memory.kmem.tcp.usage_in_bytes"),
                swapped: total("swap"),
                limit_above: table.get("hierarchical_memory_limit"),
                ..Self::default()
            }
            .with_lists(total("cache"), total)
        }

        /// Adds the figures with the same names in both versions. `cached` includes tmpfs.
        fn with_lists(mut self, cached: Option<u64>, of: impl Fn(&str) -> Option<u64>) -> Self {
            let of = |name: &str| of(name).unwrap_or(0);
            self.shared = of("shmem");
            self.file = cached.unwrap_or(0).saturating_sub(self.shared);
            (self.inactive_file, self.unevictable) = (of("inactive_file"), of("unevictable"));
            // Each page is in one list. Those of anonymous and shared memory, and the locked ones,
            // are in these three.
            let listed = of("inactive_anon") + of("active_anon") + self.unevictable;
            let locked = listed.saturating_sub(self.anonymous + self.shared);
            self.locked_file = locked.min(self.unevictable).min(self.file);
            self
        }

        /// What the kernel cannot give back.
        fn kept(&self) -> u64 {
            let of = |figure: Option<u64>| figure.unwrap_or(0);
            let kernel = of(self.kernel).saturating_sub(of(self.reclaimable_kernel));
            self.anonymous + self.shared + self.locked_file + of(self.sockets) + kernel
        }
    }

    /// Version 1 has the largest number of pages for no limit.
    fn is_limit(bytes: u64, machine: Option<u64>) -> Option<u64> {
        const MOST: u64 = i64::MAX as u64 / (64 << 10) * (64 << 10);
        Some(bytes).filter(|&bytes| bytes < MOST && machine.is_none_or(|machine| bytes < machine))
    }

    /// The directory of a group.
    struct Group<'a>(&'a Path);

    impl Group<'_> {
        fn text(&self, file: &str) -> Result<String, Error> {
            let file = self.0.join(file);
            fs::read_to_string(&file)
                .map_err(|error| Error::Unreadable { file, reason: error.to_string() })
        }

        /// A file with one number. `None` if there is none, or if it is `max`.
        fn number(&self, file: &str) -> Option<u64> {
            self.text(file).ok()?.trim().parse().ok()
        }

        fn required(&self, file: &str) -> Result<u64, Error> {
            let text = self.text(file)?;
            let unreadable = |_| Error::Unreadable {
                file: self.0.join(file),
                reason: format!("`{}` is no number", text.trim()),
            };
            text.trim().parse().map_err(unreadable)
        }

        fn limit(&self, file: &str, machine: Option<u64>) -> Option<u64> {
            is_limit(self.number(file)?, machine)
        }

        /// A file with a name and a number in each line.
        fn table(&self, file: &str) -> Result<Figures, Error> {
            self.text(file).map(Figures)
        }

        fn pressure(&self) -> Option<Pressure> {
            let text = self.text("memory.pressure").ok()?;
            let MemoryPressure { some, full } =
                MemoryPressure::from_buf_read(text.as_bytes()).ok()?;
            Some(Pressure {
                some_share: f64::from(some.avg10) / 100.0,
                full_share: f64::from(full.avg10) / 100.0,
                some_micros: some.total,
                full_micros: full.total,
            })
        }
    }

    /// Names and numbers, a line each.
    #[derive(Default)]
    struct Figures(String);

    impl Figures {
        fn get(&self, name: &str) -> Option<u64> {
            let of = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
            self.0.lines().find_map(of)
        }
    }

    fn machine_bytes(root: &Path) -> Option<u64> {
        let text = fs::read_to_string(root.join("proc/meminfo")).ok()?;
        let kib = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        Some(kib.trim().trim_end_matches(" kB").parse::<u64>().ok()? << 10)
    }
}
