//! Reads the files of a group.
//!
//! A file that decides how much memory is left must not be skipped because it is unreadable once. A
//! process without free descriptors would then see no limit, or no memory in use. So the whole
//! reading fails. A file that the kernel does not have is no failure.

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
    use std::path::{Path, PathBuf};

    use crate::container::files::{Figures, Group, text};
    use crate::container::{Container, ContainerReading, Error, Limit, Version};

    pub(super) fn read(container: &Container) -> Result<ContainerReading, Error> {
        let Container { root, version, groups, .. } = container;
        let machine = machine_bytes(root)?;
        let group = Group(container.group());
        let stat = Stat::read(&group, *version)?.ok_or_else(|| group.missing("memory.stat"))?;
        let used = names(*version).used;
        let mut reading = ContainerReading {
            version: *version,
            used_bytes: group.figure(used)?.ok_or_else(|| group.missing(used))?,
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
            Version::V2 => add_v2(&mut reading, &stat, groups)?,
            Version::V1 => add_v1(&mut reading, &stat, groups)?,
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

    fn add_v2(
        reading: &mut ContainerReading,
        stat: &Stat,
        groups: &[PathBuf],
    ) -> Result<(), Error> {
        let (group, machine) = (Group(&groups[0]), reading.machine_bytes);
        let events = group.table("memory.events");
        reading.limits = limits(Version::V2, groups, "memory.max", stat, machine)?;
        reading.high_limits = limits(Version::V2, groups, "memory.high", stat, machine)?;
        reading.low_bytes = group.number("memory.low");
        reading.swap_bytes = group.number("memory.swap.current");
        reading.swap_limit_bytes = group.number("memory.swap.max");
        reading.oom_kills = events.get("oom_kill");
        reading.limit_hits = events.get("max");
        reading.high_hits = events.get("high");
        Ok(())
    }

    fn add_v1(
        reading: &mut ContainerReading,
        stat: &Stat,
        groups: &[PathBuf],
    ) -> Result<(), Error> {
        let (group, machine) = (Group(&groups[0]), reading.machine_bytes);
        let limit = names(Version::V1).limit;
        // A group without the hierarchy does not count the groups within it.
        let is_apart =
            |above: &PathBuf| Group(above).number("memory.use_hierarchy").is_some_and(|on| on == 0);
        let counting = 1 + groups[1..].iter().take_while(|above| !is_apart(above)).count();
        let groups = &groups[..counting];
        let mut limits = limits(Version::V1, groups, limit, stat, machine)?;
        let lowest = limits.iter().map(|limit| limit.bytes).min().unwrap_or(u64::MAX);
        let above = stat.limit_above.filter(|&bytes| bytes < lowest);
        let above = above.and_then(|bytes| is_limit(bytes, machine));
        if let Some((bytes, outermost)) = above.zip(groups.last()) {
            let stat = (outermost == &groups[0]).then_some(stat);
            limits.extend(limit_of(Version::V1, outermost, bytes, stat)?);
        }
        reading.limits = limits;
        reading.swap_bytes = stat.swapped;
        let no_swap_limit = |bytes: u64| is_limit(bytes, None);
        let with_swap = group.number("memory.memsw.limit_in_bytes").and_then(no_swap_limit);
        let without = group.number(limit).and_then(no_swap_limit);
        reading.swap_limit_bytes =
            with_swap.zip(without).map(|(with, without)| with - without.min(with));
        let control = group.table("memory.oom_control");
        reading.oom_kills = control.get("oom_kill");
        reading.limit_hits = group.number("memory.failcnt");
        reading.is_oom_kill_disabled = control.get("oom_kill_disable").map(|on| on != 0);
        reading.is_under_oom = control.get("under_oom").map(|on| on != 0);
        Ok(())
    }

    /// The limits of these groups, with what counts against each. The first group has this `stat`.
    fn limits(
        version: Version,
        groups: &[PathBuf],
        limit: &str,
        stat: &Stat,
        machine: Option<u64>,
    ) -> Result<Vec<Limit>, Error> {
        let of = |(place, group): (usize, &PathBuf)| match limit_in(group, limit, machine)? {
            Some(bytes) => limit_of(version, group, bytes, (place == 0).then_some(stat)),
            None => Ok(None),
        };
        groups.iter().enumerate().filter_map(|place| of(place).transpose()).collect()
    }

    /// A limit of so many bytes, with what counts against it in this group. `None` if the group
    /// does not show that.
    fn limit_of(
        version: Version,
        group: &Path,
        bytes: u64,
        stat: Option<&Stat>,
    ) -> Result<Option<Limit>, Error> {
        let used = Group(group).figure(names(version).used)?;
        let stat = match stat {
            Some(stat) => Some(*stat),
            None => Stat::read(&Group(group), version)?,
        };
        Ok(used.zip(stat).map(|(used_bytes, stat)| Limit {
            bytes,
            used_bytes,
            kept_bytes: stat.kept(),
            working_set_bytes: used_bytes.saturating_sub(stat.inactive_file),
            group: group.to_path_buf(),
        }))
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
        /// `None` if the group does not have the file.
        fn read(group: &Group<'_>, version: Version) -> Result<Option<Self>, Error> {
            let Some(text) = group.text("memory.stat")? else { return Ok(None) };
            let table = Figures::new(text);
            // Every kernel has this figure. Without it, all memory would seem to be free.
            let name = match version {
                Version::V2 => "anon",
                Version::V1 => "total_rss",
            };
            let Some(anonymous) = table.get(name) else {
                return Err(group.unreadable("memory.stat", &format!("it has no `{name}`")));
            };
            let stat = match version {
                Version::V2 => Self::of_v2(&table, anonymous),
                Version::V1 => Self::of_v1(&table, anonymous, group)?,
            };
            Ok(Some(stat))
        }

        fn of_v2(table: &Figures, anonymous: u64) -> Self {
            let kernel = table.get("kernel").or_else(|| {
                // Before Linux 5.18 there is no sum.
                let parts = ["kernel_stack", "pagetables", "percpu", "slab"];
                Some(sum(parts.map(|part| table.get(part).unwrap_or(0)))).filter(|&sum| sum > 0)
            });
            Self {
                anonymous,
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

        fn of_v1(table: &Figures, anonymous: u64, group: &Group<'_>) -> Result<Self, Error> {
            // The sums with the groups within it have this prefix.
            let total = |name: &str| table.get(&format!("total_{name}"));
            Ok(Self {
                anonymous,
                huge: total("rss_huge"),
                kernel: group.figure("memory.kmem.usage_in_bytes")?,
                sockets: group.figure("memory.kmem.tcp.usage_in_bytes")?,
                swapped: total("swap"),
                limit_above: table.get("hierarchical_memory_limit"),
                ..Self::default()
            }
            .with_lists(total("cache"), total))
        }

        /// Adds the figures with the same names in both versions. `cached` includes tmpfs.
        fn with_lists(mut self, cached: Option<u64>, of: impl Fn(&str) -> Option<u64>) -> Self {
            let of = |name: &str| of(name).unwrap_or(0);
            self.shared = of("shmem");
            self.file = cached.unwrap_or(0).saturating_sub(self.shared);
            (self.inactive_file, self.unevictable) = (of("inactive_file"), of("unevictable"));
            // Each page is in one list. Those of anonymous and shared memory, and the locked ones,
            // are in these three.
            let listed = sum([of("inactive_anon"), of("active_anon"), self.unevictable]);
            let locked = listed.saturating_sub(sum([self.anonymous, self.shared]));
            self.locked_file = locked.min(self.unevictable).min(self.file);
            self
        }

        /// What the kernel cannot give back.
        fn kept(&self) -> u64 {
            let of = |figure: Option<u64>| figure.unwrap_or(0);
            let kernel = of(self.kernel).saturating_sub(of(self.reclaimable_kernel));
            sum([self.anonymous, self.shared, self.locked_file, of(self.sockets), kernel])
        }
    }

    /// The sum of figures, at most the largest number.
    fn sum<const N: usize>(figures: [u64; N]) -> u64 {
        figures.into_iter().fold(0, u64::saturating_add)
    }

    fn limit_in(group: &Path, file: &str, machine: Option<u64>) -> Result<Option<u64>, Error> {
        Ok(Group(group).figure(file)?.and_then(|bytes| is_limit(bytes, machine)))
    }

    /// Version 1 has the largest number of pages for no limit.
    fn is_limit(bytes: u64, machine: Option<u64>) -> Option<u64> {
        const MOST: u64 = i64::MAX as u64 / (64 << 10) * (64 << 10);
        Some(bytes).filter(|&bytes| bytes < MOST && machine.is_none_or(|machine| bytes < machine))
    }

    fn machine_bytes(root: &Path) -> Result<Option<u64>, Error> {
        let Some(text) = text(&root.join("proc/meminfo"))? else { return Ok(None) };
        let kib = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
        let kib = kib.and_then(|kib| kib.trim().trim_end_matches(" kB").parse::<u64>().ok());
        Ok(kib.and_then(|kib| kib.checked_mul(1 << 10)))
    }
}
