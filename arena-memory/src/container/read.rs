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
        let machine = machine_bytes(&container.root);
        let group = Group(container.group());
        match container.version {
            Version::V2 => read_v2(&group, &container.groups, machine),
            Version::V1 => read_v1(&group, &container.groups, machine),
        }
    }

    fn read_v2(
        group: &Group<'_>,
        groups: &[PathBuf],
        machine: Option<u64>,
    ) -> Result<ContainerReading, Error> {
        let stat = group.table("memory.stat")?;
        let events = group.table("memory.events").unwrap_or_default();
        let shared = stat.get("shmem").unwrap_or(0);
        let kernel = kernel_bytes(&stat);
        Ok(ContainerReading {
            version: Version::V2,
            used_bytes: group.required("memory.current")?,
            peak_bytes: group.number("memory.peak"),
            limits: limits(groups, Version::V2, "memory.max", machine),
            high_limits: limits(groups, Version::V2, "memory.high", machine),
            low_bytes: group.number("memory.low"),
            swap_bytes: group.number("memory.swap.current"),
            swap_limit_bytes: group.number("memory.swap.max"),
            machine_bytes: machine,
            anonymous_bytes: stat.get("anon").unwrap_or(0),
            huge_bytes: stat.get("anon_thp"),
            file_bytes: stat.get("file").unwrap_or(0).saturating_sub(shared),
            inactive_file_bytes: stat.get("inactive_file").unwrap_or(0),
            shared_bytes: shared,
            unevictable_bytes: stat.get("unevictable").unwrap_or(0),
            kernel_bytes: kernel,
            reclaimable_kernel_bytes: stat.get("slab_reclaimable"),
            page_table_bytes: stat.get("pagetables"),
            kernel_stack_bytes: stat.get("kernel_stack"),
            socket_bytes: stat.get("sock"),
            oom_kills: events.get("oom_kill"),
            limit_hits: events.get("max"),
            pressure: group.pressure(),
        })
    }

    fn read_v1(
        group: &Group<'_>,
        groups: &[PathBuf],
        machine: Option<u64>,
    ) -> Result<ContainerReading, Error> {
        const USED: &str = "memory.usage_in_bytes";
        let stat = group.table("memory.stat")?;
        // The sums with the groups within it have this prefix.
        let total = |name: &str| stat.get(&format!("total_{name}"));
        let shared = total("shmem").unwrap_or(0);
        let mut limits = limits(groups, Version::V1, "memory.limit_in_bytes", machine);
        let lowest = limits.iter().map(|limit| limit.bytes).min().unwrap_or(u64::MAX);
        let above = stat.get("hierarchical_memory_limit").filter(|&bytes| bytes < lowest);
        let outermost = groups.last();
        if let Some((bytes, group)) =
            above.and_then(|bytes| is_limit(bytes, machine)).zip(outermost)
        {
            let used_bytes = Group(group).number(USED).unwrap_or(0);
            let kept_bytes = Group(group).kept_bytes(Version::V1);
            limits.push(Limit { bytes, used_bytes, kept_bytes, group: group.clone() });
        }
        let with_swap = group.limit("memory.memsw.limit_in_bytes", None);
        let without = group.limit("memory.limit_in_bytes", None);
        Ok(ContainerReading {
            version: Version::V1,
            used_bytes: group.required(USED)?,
            peak_bytes: group.number("memory.max_usage_in_bytes"),
            limits,
            high_limits: Vec::new(),
            low_bytes: None,
            swap_bytes: total("swap"),
            swap_limit_bytes: with_swap
                .zip(without)
                .map(|(with, without)| with - without.min(with)),
            machine_bytes: machine,
            anonymous_bytes: total("rss").unwrap_or(0),
            huge_bytes: total("rss_huge"),
            file_bytes: total("cache").unwrap_or(0).saturating_sub(shared),
            inactive_file_bytes: total("inactive_file").unwrap_or(0),
            shared_bytes: shared,
            unevictable_bytes: total("unevictable").unwrap_or(0),
            kernel_bytes: group.number("memory.kmem.usage_in_bytes"),
            reclaimable_kernel_bytes: None,
            page_table_bytes: None,
            kernel_stack_bytes: None,
            socket_bytes: group.number("memory.kmem.tcp.usage_in_bytes"),
            oom_kills: group.table("memory.oom_control").ok().and_then(|it| it.get("oom_kill")),
            limit_hits: group.number("memory.failcnt"),
            pressure: group.pressure(),
        })
    }

    /// The memory of the kernel in version 2.
    fn kernel_bytes(stat: &Figures) -> Option<u64> {
        stat.get("kernel").or_else(|| {
            // Before Linux 5.18 there is no sum.
            let parts = ["kernel_stack", "pagetables", "percpu", "slab"];
            Some(parts.iter().filter_map(|part| stat.get(part)).sum()).filter(|&sum| sum > 0)
        })
    }

    /// The limits of these groups, with what counts against each.
    fn limits(
        groups: &[PathBuf],
        version: Version,
        limit: &str,
        machine: Option<u64>,
    ) -> Vec<Limit> {
        let used = match version {
            Version::V1 => "memory.usage_in_bytes",
            Version::V2 => "memory.current",
        };
        let of = |group: &PathBuf| {
            let bytes = Group(group).limit(limit, machine)?;
            let used_bytes = Group(group).number(used)?;
            let kept_bytes = Group(group).kept_bytes(version);
            Some(Limit { bytes, used_bytes, kept_bytes, group: group.clone() })
        };
        groups.iter().filter_map(of).collect()
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

        /// See [`Limit::kept_bytes`].
        fn kept_bytes(&self, version: Version) -> u64 {
            let stat = self.table("memory.stat").unwrap_or_default();
            let sum = |names: &[&str]| names.iter().filter_map(|name| stat.get(name)).sum::<u64>();
            match version {
                Version::V1 => {
                    let files = ["memory.kmem.usage_in_bytes", "memory.kmem.tcp.usage_in_bytes"];
                    let kernel: u64 = files.iter().filter_map(|file| self.number(file)).sum();
                    sum(&["total_rss", "total_shmem"]) + kernel
                }
                Version::V2 => {
                    let kernel = kernel_bytes(&stat).unwrap_or(0);
                    let given_back = sum(&["slab_reclaimable"]);
                    sum(&["anon", "shmem", "sock"]) + kernel.saturating_sub(given_back)
                }
            }
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
