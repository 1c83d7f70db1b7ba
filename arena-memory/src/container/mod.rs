//! The memory of the process's container: its control group, in version 1 or 2.
//!
//! A container is killed for the memory of its group, and not for the RSS of a process. The group
//! also counts files on tmpfs, page cache, buffers of sockets, page tables, and other processes.
//!
//! ```no_run
//! use request_arena_memory::container::Container;
//!
//! let mut container = Container::find()?;
//! let reading = container.read()?;
//! println!("{} bytes, {:?} below the limit", reading.used_bytes, reading.headroom_bytes());
//! # Ok::<(), request_arena_memory::container::Error>(())
//! ```
//!
//! # How the group is found
//!
//! `/proc/self/cgroup` names the group within its hierarchy, and `/proc/self/mountinfo` says where
//! the hierarchy is mounted. Three cases need care:
//!
//! * In a cgroup namespace the group is `/`, and the mount shows only the container's part.
//! * Without a namespace the group is a path of the host, and the mount's root is a part of it.
//! * The memory controller may be in version 1 while version 2 is mounted, too.
//!
//! A group without the memory controller is counted by the nearest group above it. The root group
//! of the machine is no container.
//!
//! # Limits
//!
//! Each group on the way up may have a limit, and each one counts. A limit of `max`, the largest
//! number of version 1, and a limit above the machine's memory are no limits. Groups above the
//! mount are invisible. Version 1 reports their lowest limit, and version 2 does not. In version 1,
//! a group above counts only if its `memory.use_hierarchy` is on.
//!
//! If a limit or the memory below it cannot be read, the whole reading fails. Otherwise a process
//! without free file descriptors would see no limit, or no memory in use.
//!
//! # What counts at the limit
//!
//! At a limit the kernel first gives memory back, and kills only if that does not suffice. So three
//! figures are different answers to "how full is it?":
//!
//! * `used_bytes` is all memory. Page cache fills it up to the limit in a healthy service.
//! * The [working set](ContainerReading::working_set_bytes) is less page cache that was not used
//!   lately. Kubernetes shows it, and evicts by it. It includes page cache that is in use.
//! * [Kept memory](ContainerReading::kept_bytes) is the part that the kernel cannot give back. When
//!   it reaches the limit, the kernel kills.
//!
//! The crate `procfs` parses the files of `/proc` and the pressure. It does not read groups.
//! `sysinfo` reads only the group at `/sys/fs/cgroup`, and `cgroups-rs` also sets groups up, with
//! many dependencies. So the files of the group are parsed here.

mod reading;

pub use reading::{ContainerReading, Limit, Pressure, Version};

#[cfg(all(feature = "process", any(target_os = "linux", target_os = "android")))]
mod files;
#[cfg(feature = "process")]
mod find;
#[cfg(feature = "process")]
mod group;
#[cfg(feature = "process")]
mod read;
#[cfg(all(test, target_os = "linux"))]
mod tests;

#[cfg(feature = "process")]
pub use group::{Container, Error, read};
