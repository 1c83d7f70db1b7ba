//! Holders: who holds the most memory, whether or not it grows. A healthy service may still hold
//! more than it needs, and its report then has the largest holders.
//!
//! | holder | source | without it |
//! |---|---|---|
//! | functions | the heap profile (feature `heap-profile`, sampling on) | no functions |
//! | threads | the names in `/proc/self/task`, and the pages of all stacks | no threads |
//! | mapped files | `/proc/self/smaps` | no files |

use core::cmp::Reverse;
use core::fmt;
use core::time::Duration;
use std::time::Instant;

use request_arena_memory::maps::MappedFile;
use request_arena_memory::threads::ThreadGroup;
use serde::{Deserialize, Serialize};

use super::finding::size;
use super::map_cache::Look;
use super::{Owner, Owners};

/// The number of holders in a report.
pub(super) const MOST: usize = 5;

/// Smaller holders are not worth a line.
const LEAST_BYTES: u64 = 1 << 20;

/// A runtime has a thread for each processor, and some of its own. More threads in one group than
/// this many for each processor are a pool for blocking work, or are started by requests.
const USUAL_THREADS: u64 = 2;

/// Fewer threads in a group are usual on any machine.
const FEW_THREADS: u64 = 16;

/// The names of threads change seldom.
const SERVES: Duration = Duration::from_secs(600);

/// A part of the program that holds memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Holder {
    /// Its kind.
    pub kind: HolderKind,
    /// The function, the threads' name or the file's path.
    pub name: String,
    /// Bytes that it holds. For threads it is an estimate by their number.
    pub bytes: u64,
    /// More about it: where a function allocates, how many threads there are. May be empty.
    pub about: String,
    /// What is unusual about it, if anything is.
    pub unusual: Option<String>,
}

/// The kind of a [`Holder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HolderKind {
    /// A function that allocates live heap, by the heap profile.
    Function,
    /// The stacks of threads with one name.
    Threads,
    /// Pages of a mapped file.
    File,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, bytes, about, unusual } = self;
        write!(f, "{:>12}  ", size(*bytes))?;
        match kind {
            HolderKind::Function => write!(f, "`{name}`")?,
            HolderKind::Threads => write!(f, "stacks of threads `{name}`")?,
            HolderKind::File => write!(f, "pages of {name}")?,
        }
        let notes = Some(about).filter(|about| !about.is_empty()).into_iter().chain(unusual);
        let notes: Vec<&str> = notes.map(String::as_str).collect();
        if notes.is_empty() { Ok(()) } else { write!(f, ": {}", notes.join("; ")) }
    }
}

/// The threads of the process.
#[derive(Clone, Debug, Default)]
pub(super) struct Threads {
    /// By name, the largest group first.
    pub(super) groups: Vec<ThreadGroup>,
    /// The number of processors that the process may use.
    pub(super) processors: u64,
}

impl Threads {
    fn read() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
        let groups = request_arena_memory::threads::groups().unwrap_or_default();
        Self { groups, processors }
    }

    /// The number of all threads.
    pub(super) fn count(&self) -> u64 {
        self.groups.iter().map(|group| group.threads).sum()
    }

    /// Whether a group has more threads than work for processors needs.
    pub(super) fn are_many(&self, threads: u64) -> bool {
        threads > FEW_THREADS.max(USUAL_THREADS * self.processors)
    }
}

/// The threads at the last judgement that read them. The names of 1,500 threads take 3 ms.
#[derive(Debug, Default)]
pub(super) struct SeenThreads {
    threads: Threads,
    /// The number of all threads at that time.
    count: u64,
    at: Option<Instant>,
}

impl SeenThreads {
    /// The threads, at most [`SERVES`] old. With [`Look::Now`], or if their number has changed by
    /// more than a tenth, they are read now. `count` is their number now.
    pub(super) fn threads(&mut self, look: Look, now: Instant, count: u64) -> &Threads {
        let is_new = self.at.is_some_and(|at| now.saturating_duration_since(at) < SERVES);
        let is_alike = self.count.abs_diff(count) <= self.count / 10;
        if look == Look::Now || !is_new || !is_alike {
            *self = Self { threads: Threads::read(), count, at: Some(now) };
        }
        &self.threads
    }

    /// The threads as they were read last.
    pub(super) const fn last(&self) -> &Threads {
        &self.threads
    }
}

/// The largest holders, the largest first. `owners` are those of live heap, if a profile was taken.
pub(super) fn of(
    owners: Option<&Owners>,
    threads: &Threads,
    stacks: u64,
    files: &[MappedFile],
) -> Vec<Holder> {
    let functions = owners.into_iter().flat_map(|owners| &owners.owners);
    let mut holders: Vec<Holder> =
        functions.map(|owner| function(owner, threads.count())).collect();
    let a_stack = stacks / threads.count().max(1);
    holders.extend(threads.groups.iter().map(|group| of_threads(group, a_stack, threads)));
    holders.extend(files.iter().map(file));
    holders.retain(|holder| holder.bytes >= LEAST_BYTES);
    holders.sort_by_key(|holder| Reverse(holder.bytes));
    holders.truncate(MOST);
    holders
}

fn function(owner: &Owner, threads: u64) -> Holder {
    let chunks = owner.arena.as_ref().map(|arena| format!("chunks of {arena}"));
    let whence = Some(owner.whence()).filter(|whence| !whence.is_empty());
    let about: Vec<String> = chunks.into_iter().chain(whence).collect();
    let unusual = owner.container.and_then(|container| {
        let text = container.unusual()?;
        Some(match container {
            super::Container::RegexCache => format!("{text}; the process has {threads} threads"),
            _ => text.to_owned(),
        })
    });
    Holder {
        kind: HolderKind::Function,
        name: owner.function.clone(),
        bytes: owner.live_bytes,
        about: about.join(", "),
        unusual,
    }
}

fn of_threads(group: &ThreadGroup, a_stack: u64, threads: &Threads) -> Holder {
    let ThreadGroup { name, threads: count, .. } = group;
    let processors = threads.processors;
    let unusual = threads.are_many(*count).then(|| {
        format!(
            "more threads than work for {processors} processors needs: they wait or block \
             (`spawn_blocking` starts up to 512)"
        )
    });
    Holder {
        kind: HolderKind::Threads,
        name: name.clone(),
        bytes: a_stack * count,
        about: format!("{count} threads, about {} each", size(a_stack)),
        unusual,
    }
}

fn file(file: &MappedFile) -> Holder {
    let is_deleted = file.path.ends_with(" (deleted)");
    Holder {
        kind: HolderKind::File,
        name: file.path.clone(),
        bytes: file.bytes,
        about: String::new(),
        unusual: is_deleted
            .then(|| "the file is removed, and its space stays until unmapped".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Container;

    fn owner(function: &str, mib: u64, container: Option<Container>) -> Owner {
        Owner {
            function: function.into(),
            live_bytes: mib << 20,
            container,
            file: Some("src/find.rs".into()),
            line: Some(7),
            ..Owner::default()
        }
    }

    #[test]
    fn the_five_largest_holders_are_named_with_what_is_unusual_about_them() {
        let owners = vec![
            owner("service::find", 900, Some(Container::RegexCache)),
            owner("service::index", 40, Some(Container::Map)),
            owner("service::small", 0, None),
        ];
        let owners = Owners { owners, ..Owners::default() };
        let groups = vec![ThreadGroup::new("blocking", 450), ThreadGroup::new("worker", 50)];
        let threads = Threads { groups, processors: 25 };
        let files: Vec<_> = [("/usr/bin/service", 12), ("/data/old (deleted)", 30), ("/lib/c", 1)]
            .map(|(path, mib)| MappedFile::new(path, mib << 20))
            .into();
        let held = of(Some(&owners), &threads, 500 * (300 << 10), &files);
        let shown: Vec<_> = held.iter().map(|held| held.to_string().trim().to_owned()).collect();
        assert_eq!(
            shown,
            [
                "900.0 MiB  `service::find`: at src/find.rs:7; caches of regular expressions, one \
                 for each thread that matches; the process has 500 threads",
                "131.8 MiB  stacks of threads `blocking`: 450 threads, about 300.0 KiB each; more \
                 threads than work for 25 processors needs: they wait or block (`spawn_blocking` \
                 starts up to 512)",
                "40.0 MiB  `service::index`: at src/find.rs:7",
                "30.0 MiB  pages of /data/old (deleted): the file is removed, and its space stays \
                 until unmapped",
                "14.6 MiB  stacks of threads `worker`: 50 threads, about 300.0 KiB each",
            ]
        );
    }

    #[test]
    fn without_a_profile_or_in_a_small_process_little_is_named() {
        let threads = Threads { groups: vec![ThreadGroup::new("main", 1)], processors: 2 };
        assert_eq!(of(None, &threads, 100 << 10, &[]), []);
        let files = [MappedFile::new("/usr/bin/service", 5 << 20)];
        assert_eq!(of(None, &threads, 100 << 10, &files)[0].unusual, None);
    }
}
