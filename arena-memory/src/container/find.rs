//! Finds the group: its name from `/proc/self/cgroup`, and its directory from the mounts.

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use linux::beneath;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) use other::beneath;

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod other {
    use std::path::PathBuf;

    use crate::container::{Container, Error};

    pub(in crate::container) fn beneath(_: PathBuf) -> Result<Container, Error> {
        Err(Error::Unsupported)
    }

    impl Container {
        pub(in crate::container) fn follow(&mut self) -> Result<(), Error> {
            Err(Error::Unsupported)
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::fs;
    use std::path::{Component, Path, PathBuf};

    use procfs::process::{MountInfo, MountInfos};
    use procfs::{FromBufRead, ProcessCGroups};

    use crate::container::{Container, Error, Version};

    const NAMES: &str = "proc/self/cgroup";
    const MOUNTS: &str = "proc/self/mountinfo";

    pub(in crate::container) fn beneath(root: PathBuf) -> Result<Container, Error> {
        let named = text(&root.join(NAMES))?;
        let mounts = text(&root.join(MOUNTS))?;
        let unreadable = |file: &str, error: procfs::ProcError| Error::Unreadable {
            file: root.join(file),
            reason: error.to_string(),
        };
        let names = ProcessCGroups::from_buf_read(named.as_bytes())
            .map_err(|error| unreadable(NAMES, error))?;
        let mounts = MountInfos::from_buf_read(mounts.as_bytes())
            .map_err(|error| unreadable(MOUNTS, error))?;
        // The memory controller is in one of the two versions. A name of version 1 means that it is
        // there, and is not in version 2.
        let named_in = |version: Version| {
            let is_its = |controllers: &[String], hierarchy: u32| match version {
                Version::V1 => controllers.iter().any(|controller| controller == "memory"),
                Version::V2 => hierarchy == 0,
            };
            names.0.iter().find(|name| is_its(&name.controllers, name.hierarchy))
        };
        for version in [Version::V1, Version::V2] {
            let Some(name) = named_in(version) else { continue };
            let groups = groups(&root, version, &name.pathname, &mounts);
            if !groups.is_empty() {
                return Ok(Container { root, named, version, groups });
            }
        }
        Err(Error::NoGroup)
    }

    impl Container {
        /// Finds the group again if the process was moved, or if the group is gone.
        pub(in crate::container) fn follow(&mut self) -> Result<(), Error> {
            let is_same = text(&self.root.join(NAMES))? == self.named;
            if !is_same || !counts(self.group(), self.version) {
                *self = beneath(self.root.clone())?;
            }
            Ok(())
        }
    }

    /// The nearest directory of the group that has counters, and the ones above it.
    fn groups(root: &Path, version: Version, name: &str, mounts: &MountInfos) -> Vec<PathBuf> {
        let has_it = |mount: &&MountInfo| match version {
            Version::V1 => mount.fs_type == "cgroup" && mount.super_options.contains_key("memory"),
            Version::V2 => mount.fs_type == "cgroup2",
        };
        let mut mounts: Vec<&MountInfo> = mounts.iter().filter(has_it).collect();
        // The mount that is nearest to the group shows it, and the last of equal ones hides others.
        mounts.reverse();
        mounts.sort_by_key(|mount| {
            let shows = below(name, &unescaped(&mount.root)).is_some();
            core::cmp::Reverse(shows.then_some(mount.root.len()))
        });
        let is_outside = Path::new(name).components().any(|part| part == Component::ParentDir);
        let mut found = Vec::new();
        for mount in mounts {
            let top = within(root, &unescaped(&mount.mount_point.to_string_lossy()));
            let below = below(name, &unescaped(&mount.root));
            // The mount of a namespace does not show a group outside of it.
            if below.is_none() && is_outside {
                continue;
            }
            // A group that is not below the mount's root is shown as the mount itself, as it is in
            // a container that does not see the host's names.
            let group = below
                .map(|below| top.join(below))
                .filter(|group| group.is_dir())
                .unwrap_or_else(|| top.clone());
            found = group
                .ancestors()
                .take_while(|above| above.starts_with(&top))
                .filter(|above| counts(above, version))
                .map(Path::to_path_buf)
                .collect();
            if !found.is_empty() {
                break;
            }
        }
        found
    }

    /// The name of the group below a mount's root. `None` if it is elsewhere.
    fn below(name: &str, mounted: &str) -> Option<PathBuf> {
        let below = Path::new(name).strip_prefix(mounted).ok()?;
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        below.components().all(is_plain).then(|| below.to_path_buf())
    }

    /// An absolute path, beneath another root.
    fn within(root: &Path, path: &str) -> PathBuf {
        root.join(path.trim_start_matches('/'))
    }

    /// Whether the directory counts memory, and is not the machine's root group.
    fn counts(group: &Path, version: Version) -> bool {
        match version {
            // Only the root group has the second file.
            Version::V1 => {
                group.join("memory.usage_in_bytes").is_file()
                    && !group.join("cgroup.sane_behavior").exists()
            }
            // The root group does not have it.
            Version::V2 => group.join("memory.current").is_file(),
        }
    }

    /// The kernel writes blanks and backslashes in names of mounts as `\040` and `\134`.
    fn unescaped(name: &str) -> String {
        let mut parts = name.split('\\');
        let mut plain = parts.next().unwrap_or("").to_owned();
        for part in parts {
            let octal = part.get(..3).and_then(|octal| u8::from_str_radix(octal, 8).ok());
            match octal {
                Some(byte) if byte.is_ascii() => {
                    plain.push(char::from(byte));
                    plain.push_str(&part[3..]);
                }
                _ => {
                    plain.push('\\');
                    plain.push_str(part);
                }
            }
        }
        plain
    }

    fn text(file: &Path) -> Result<String, Error> {
        let unreadable = |error: std::io::Error| Error::Unreadable {
            file: file.to_path_buf(),
            reason: error.to_string(),
        };
        fs::read_to_string(file).map_err(unreadable)
    }
}
