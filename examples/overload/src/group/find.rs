//! Finds a directory in which this process may make groups with a limit of memory.
//!
//! Version 1 allows groups within the own group. Version 2 does not let a group have both processes
//! and groups with controllers, so the new group is beside the own one, or further up. Each
//! candidate is tried: a group is made there and removed again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::{Parent, Version};

/// Where control groups are mounted.
const MOUNT: &str = "/sys/fs/cgroup";

/// See [`Parent::find`].
pub(super) fn find() -> anyhow::Result<Parent> {
    let own = fs::read_to_string("/proc/self/cgroup")
        .context("no control groups: /proc/self/cgroup cannot be read (they need Linux)")?;
    let mut reasons = Vec::new();
    for (version, folder) in candidates(&own, Path::new(MOUNT)) {
        match attempt(version, &folder) {
            Ok(()) => return Ok(Parent { version, folder }),
            Err(reason) => reasons.push(format!("{}: {reason:#}", folder.display())),
        }
    }
    Err(anyhow!(
        "no memory control group can be made here (run it as root, and with {MOUNT} mounted \
         writable): {}",
        if reasons.is_empty() { "no group counts memory".to_owned() } else { reasons.join("; ") }
    ))
}

/// The directories to try: the own group, and all above it. Version 1 comes first, since the memory
/// controller is in version 2 only where version 1 does not have it.
fn candidates(own: &str, mount: &Path) -> Vec<(Version, PathBuf)> {
    let group = |line: &str, controllers: fn(&str) -> bool| {
        let mut parts = line.splitn(3, ':').skip(1);
        let named = parts.next().is_some_and(controllers);
        parts.next().filter(|_| named).map(str::to_owned)
    };
    let v1 = own
        .lines()
        .find_map(|line| group(line, |named| named.split(',').any(|name| name == "memory")))
        .map(|path| (Version::V1, mount.join("memory"), path));
    let v2 = own
        .lines()
        .find_map(|line| group(line, str::is_empty))
        .map(|path| (Version::V2, mount.to_owned(), path));
    let up = |(version, mount, path): (Version, PathBuf, String)| {
        let path = PathBuf::from(path.trim_start_matches('/'));
        let up: Vec<_> = path.ancestors().map(|above| (version, mount.join(above))).collect();
        up
    };
    v1.into_iter().chain(v2).flat_map(up).collect()
}

/// Makes a group and removes it.
fn attempt(version: Version, folder: &Path) -> anyhow::Result<()> {
    if version == Version::V2 {
        let control = folder.join("cgroup.subtree_control");
        let enabled = fs::read_to_string(&control).context("it is no group of version 2")?;
        if !enabled.split_whitespace().any(|name| name == "memory") {
            fs::write(&control, "+memory").context("its groups cannot count memory")?;
        }
    }
    let group = folder.join(format!("overload-{}-attempt", std::process::id()));
    fs::create_dir(&group).context("no group can be made")?;
    let limit = group.join(version.limit());
    let written = fs::OpenOptions::new().write(true).open(&limit).map(drop);
    fs::remove_dir(&group).with_context(|| format!("{} cannot be removed", group.display()))?;
    written.with_context(|| format!("{} cannot be written", limit.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(own: &str) -> Vec<String> {
        let candidates = candidates(own, Path::new("/cg"));
        let named = |(version, folder): &(Version, PathBuf)| {
            format!("{version:?} {}", folder.display().to_string().trim_end_matches('/'))
        };
        candidates.iter().map(named).collect()
    }

    #[test]
    fn the_own_group_and_all_above_it_are_tried() {
        assert_eq!(
            named("5:cpu,memory:/a/b\n1:name=systemd:/x\n0::/c\n"),
            ["V1 /cg/memory/a/b", "V1 /cg/memory/a", "V1 /cg/memory", "V2 /cg/c", "V2 /cg"]
        );
        assert_eq!(named("0::/\n"), ["V2 /cg"]);
        assert_eq!(named("3:memory_other:/a\n"), [""; 0]);
    }
}
