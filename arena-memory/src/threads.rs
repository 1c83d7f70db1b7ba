//! The process's threads by name: how many a runtime, a pool or a library has.
//!
//! ```
//! if let Some(groups) = request_arena_memory::threads::groups() {
//!     for group in groups {
//!         println!("{} threads of `{}`", group.threads, group.name);
//!     }
//! }
//! ```

use core::cmp::Reverse;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// The most names that are read. In a process with more threads, each name stands for several.
/// The kernel takes 5 to 10 us for each.
pub const MOST_READ: usize = 256;

/// Threads with one name. Numbers at its end do not count: `worker-1` and `worker-2` are one group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadGroup {
    /// The name. The kernel keeps 15 bytes of it.
    pub name: String,
    /// The number of threads. It is an estimate in a process with more than [`MOST_READ`] threads.
    pub threads: u64,
}

impl ThreadGroup {
    /// Threads with this name.
    #[must_use]
    pub fn new(name: impl Into<String>, threads: u64) -> Self {
        Self { name: name.into(), threads }
    }
}

/// The threads of this process by name, the largest group first. `None` if `/proc/self/task` cannot
/// be read, as on systems other than Linux.
#[must_use]
pub fn groups() -> Option<Vec<ThreadGroup>> {
    of(Path::new("/proc/self/task"))
}

fn of(tasks: &Path) -> Option<Vec<ThreadGroup>> {
    let tasks: Vec<_> = fs::read_dir(tasks).ok()?.flatten().map(|task| task.path()).collect();
    let every = tasks.len().div_ceil(MOST_READ).max(1);
    // A thread may have ended since.
    let names = tasks.iter().step_by(every).filter_map(|task| fs::read(task.join("comm")).ok());
    let mut count: HashMap<String, u64> = HashMap::new();
    for name in names {
        *count.entry(group(&String::from_utf8_lossy(&name)).to_owned()).or_default() += 1;
    }
    let read = count.values().sum::<u64>().max(1);
    let all = tasks.len() as u64;
    let groups = count.into_iter().map(|(name, threads)| ThreadGroup {
        name,
        threads: if every == 1 { threads } else { threads * all / read },
    });
    let mut groups: Vec<_> = groups.collect();
    groups.sort_by(|a, b| (Reverse(a.threads), &a.name).cmp(&(Reverse(b.threads), &b.name)));
    Some(groups)
}

/// A thread's name without the number at its end.
fn group(name: &str) -> &str {
    let name = name.trim_end();
    let without = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let without = without.trim_end_matches(['-', '_', '#', ':', '.', ' ', '/']);
    if without.is_empty() { name } else { without }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_end_of_a_name_do_not_part_a_group() {
        let names = ["worker-1\n", "worker-12", "pool_3", "r2d2 #4", "tokio-rt-worker", "42"];
        let groups = names.map(group);
        assert_eq!(groups, ["worker", "worker", "pool", "r2d2", "tokio-rt-worker", "42"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn threads_of_one_name_are_one_group() {
        use std::sync::Barrier;
        let (started, end) = (Barrier::new(4), Barrier::new(4));
        std::thread::scope(|scope| {
            for number in 0..3 {
                let name = format!("grouped-{number}");
                std::thread::Builder::new()
                    .name(name)
                    .spawn_scoped(scope, || {
                        started.wait();
                        end.wait();
                    })
                    .unwrap();
            }
            started.wait();
            let groups = groups().unwrap();
            end.wait();
            assert!(groups.contains(&ThreadGroup::new("grouped", 3)), "{groups:?}");
        });
    }

    #[test]
    fn of_many_threads_a_part_is_read_and_all_are_counted() {
        let tasks = std::env::temp_dir().join(format!("tasks-{}", std::process::id()));
        for number in 0..1000 {
            let task = tasks.join(number.to_string());
            fs::create_dir_all(&task).unwrap();
            fs::write(task.join("comm"), format!("blocking-{number}\n")).unwrap();
        }
        let groups = of(&tasks).unwrap();
        fs::remove_dir_all(&tasks).unwrap();
        assert_eq!(groups, [ThreadGroup::new("blocking", 1000)]);
        assert_eq!(of(&tasks), None, "there is no such directory");
    }
}
