//! A memory control group: made with a limit, watched from outside, and removed in the end.
//!
//! The service reads its own group with `request_arena::process`. This runner is outside of that
//! group, so it reads the few files that it needs itself.

mod find;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

/// How long an empty group may refuse to be removed. The kernel still frees its pages.
const REMOVAL: Duration = Duration::from_secs(5);

/// The version of the control groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    V2,
}

/// A directory in which a group with a limit can be made.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    version: Version,
    folder: PathBuf,
}

/// A group of its own, without swap. Dropping it removes it, so a thread that only reads gets the
/// [`Files`].
#[derive(Debug)]
pub(crate) struct Group {
    files: Files,
    limit_bytes: u64,
}

/// The files of a group.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    version: Version,
    folder: PathBuf,
}

/// The memory of a group at one moment, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// All of it. It counts against the limit.
    pub(crate) used: u64,
    /// Anonymous memory, which the kernel cannot give back.
    pub(crate) anonymous: u64,
    /// Page cache, which it can give back.
    pub(crate) cache: u64,
}

impl Version {
    /// The file with the limit. Only a group that counts memory has it.
    const fn limit(self) -> &'static str {
        match self {
            Self::V1 => "memory.limit_in_bytes",
            Self::V2 => "memory.max",
        }
    }

    const fn used(self) -> &'static str {
        match self {
            Self::V1 => "memory.usage_in_bytes",
            Self::V2 => "memory.current",
        }
    }

    const fn peak(self) -> &'static str {
        match self {
            Self::V1 => "memory.max_usage_in_bytes",
            Self::V2 => "memory.peak",
        }
    }

    /// The file with the count `oom_kill`.
    const fn kills(self) -> &'static str {
        match self {
            Self::V1 => "memory.oom_control",
            Self::V2 => "memory.events",
        }
    }

    /// The file that takes swap away, and whether its value includes the memory itself.
    const fn swap(self) -> (&'static str, bool) {
        match self {
            Self::V1 => ("memory.memsw.limit_in_bytes", true),
            Self::V2 => ("memory.swap.max", false),
        }
    }

    /// The names of anonymous memory and of page cache in `memory.stat`, with groups within.
    const fn stat(self) -> [&'static str; 2] {
        match self {
            Self::V1 => ["total_rss", "total_cache"],
            Self::V2 => ["anon", "file"],
        }
    }
}

impl Parent {
    /// Finds a directory in which this process may make groups with a limit.
    ///
    /// # Errors
    /// If there is none, with the reason.
    pub(crate) fn find() -> anyhow::Result<Self> {
        find::find()
    }

    /// Makes a group with this limit of memory, and no swap.
    pub(crate) fn create(&self, name: &str, limit_bytes: u64) -> anyhow::Result<Group> {
        let folder = self.folder.join(format!("overload-{}-{name}", std::process::id()));
        fs::create_dir(&folder).with_context(|| cannot("make", &folder))?;
        let group = Group { files: Files { version: self.version, folder }, limit_bytes };
        let files = &group.files;
        files.write(self.version.limit(), limit_bytes)?;
        let (swap, is_with_memory) = self.version.swap();
        // A kernel that does not count swap has no such file.
        if files.folder.join(swap).exists() {
            files.write(swap, if is_with_memory { limit_bytes } else { 0 })?;
        }
        let kept = files.number(self.version.limit())?;
        ensure!(kept == limit_bytes, "{}: the limit is {kept}", files.folder.display());
        Ok(group)
    }
}

impl Group {
    /// Its directory.
    pub(crate) fn folder(&self) -> &Path {
        &self.files.folder
    }

    /// Its files, which do not keep it.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// Its limit, bytes.
    pub(crate) fn limit_bytes(&self) -> u64 {
        self.limit_bytes
    }
}

impl Files {
    /// The memory of the group now.
    pub(crate) fn usage(&self) -> anyhow::Result<Usage> {
        let used = self.number(self.version.used())?;
        let stat = self.read("memory.stat")?;
        let [anonymous, cache] = self.version.stat().map(|name| count(&stat, name).unwrap_or(0));
        Ok(Usage { used, anonymous, cache })
    }

    /// The most memory that it has had, bytes. `None` on kernels before 5.19 with version 2.
    pub(crate) fn peak_bytes(&self) -> anyhow::Result<Option<u64>> {
        let file = self.version.peak();
        if self.folder.join(file).exists() { self.number(file).map(Some) } else { Ok(None) }
    }

    /// How many of its processes the kernel killed for want of memory.
    pub(crate) fn kills(&self) -> anyhow::Result<u64> {
        let file = self.version.kills();
        let missing = || format!("{}/{file} has no `oom_kill`", self.folder.display());
        count(&self.read(file)?, "oom_kill").with_context(missing)
    }

    fn number(&self, file: &str) -> anyhow::Result<u64> {
        let text = self.read(file)?;
        text.trim().parse().with_context(|| format!("{}/{file}: {text:?}", self.folder.display()))
    }

    fn read(&self, file: &str) -> anyhow::Result<String> {
        let file = self.folder.join(file);
        fs::read_to_string(&file).with_context(|| cannot("read", &file))
    }

    fn write(&self, file: &str, number: u64) -> anyhow::Result<()> {
        let file = self.folder.join(file);
        fs::write(&file, number.to_string()).with_context(|| cannot("write", &file))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let until = Instant::now() + REMOVAL;
        while let Err(error) = fs::remove_dir(&self.files.folder) {
            if error.kind() == io::ErrorKind::NotFound {
                return;
            }
            if Instant::now() > until {
                eprintln!(
                    "{}: {error}; remove it by `rmdir`",
                    cannot("remove", &self.files.folder)
                );
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Moves this process into the group at `folder`.
pub(crate) fn enter(folder: &Path) -> anyhow::Result<()> {
    let file = folder.join("cgroup.procs");
    // 0 is the process that writes.
    fs::write(&file, "0").with_context(|| cannot("write", &file))
}

fn cannot(what: &str, file: &Path) -> String {
    format!("cannot {what} {}", file.display())
}

/// The number behind this word, in a file with a word and a number in each line.
fn count(text: &str, word: &str) -> Option<u64> {
    let number = |line: &str| line.strip_prefix(word)?.strip_prefix(' ')?.trim().parse().ok();
    text.lines().find_map(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory that looks like a group.
    fn group(version: Version, files: &[(&str, &str)]) -> (tempfile::TempDir, Files) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let files = Files { version, folder: folder.path().to_owned() };
        (folder, files)
    }

    #[test]
    fn figures_of_version_1_include_the_groups_within() {
        let (folder, group) = group(
            Version::V1,
            &[
                ("memory.usage_in_bytes", "4096\n"),
                ("memory.max_usage_in_bytes", "8192\n"),
                ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"),
                ("memory.stat", "cache 1\nrss 2\nrss_huge 9\ntotal_cache 10\ntotal_rss 20\n"),
            ],
        );
        let usage = group.usage().unwrap();
        assert_eq!(usage, Usage { used: 4096, anonymous: 20, cache: 10 });
        assert_eq!((group.peak_bytes().unwrap(), group.kills().unwrap()), (Some(8192), 3));
        drop(folder);
    }

    #[test]
    fn version_2_has_no_peak_on_older_kernels() {
        let (folder, group) = group(
            Version::V2,
            &[
                ("memory.current", "4096\n"),
                ("memory.events", "low 0\noom 1\noom_kill 2\noom_group_kill 7\n"),
                ("memory.stat", "anon 20\nfile 10\nfile_mapped 5\n"),
            ],
        );
        let usage = group.usage().unwrap();
        assert_eq!(usage, Usage { used: 4096, anonymous: 20, cache: 10 });
        assert_eq!((group.peak_bytes().unwrap(), group.kills().unwrap()), (None, 2));
        drop(folder);
    }
}
