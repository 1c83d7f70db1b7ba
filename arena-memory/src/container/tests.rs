//! Groups of other machines, in the directories of `tests/containers`, and the one of this machine.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

const MIB: u64 = 1 << 20;

fn place(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/containers").join(case)
}

fn read(case: &str) -> ContainerReading {
    Container::beneath(place(case)).unwrap().read().unwrap()
}

/// The limits in MiB, with what counts against each.
fn limits(reading: &ContainerReading) -> Vec<(u64, u64)> {
    reading.limits.iter().map(|limit| (limit.bytes / MIB, limit.used_bytes / MIB)).collect()
}

#[test]
fn in_a_namespace_the_group_is_the_mount() {
    let reading = read("v2-namespace");
    assert_eq!((reading.version, reading.used_bytes / MIB), (Version::V2, 200));
    assert_eq!((reading.peak_bytes, reading.swap_limit_bytes), (Some(201 * MIB), None));
    assert_eq!(limits(&reading), [(256, 200)]);
    assert_eq!(reading.limits[0].kept_bytes, reading.kept_bytes(), "without page cache");
    assert_eq!(reading.high_limits[0].bytes, 240 * MIB);
    assert_eq!(reading.headroom_bytes(), Some(56 * MIB));
    let kinds = [reading.anonymous_bytes, reading.file_bytes, reading.shared_bytes];
    assert_eq!(kinds.map(|bytes| bytes / MIB), [100, 60, 30], "`file` includes `shmem`");
    let of = |bytes: Option<u64>| bytes.map(|bytes| bytes / MIB);
    assert_eq!((of(reading.kernel_bytes), of(reading.socket_bytes)), (Some(12), Some(5)));
    assert_eq!((of(reading.page_table_bytes), of(reading.huge_bytes)), (Some(3), Some(20)));
    assert_eq!(reading.working_set_bytes(), 160 * MIB);
    assert_eq!(reading.kept_bytes(), (100 + 30 + 5 + 12 - 2) * MIB);
    assert_eq!((reading.oom_kills, reading.limit_hits), (Some(1), Some(7)));
    let pressure = reading.pressure.unwrap();
    assert!((pressure.some_share - 0.125).abs() < 1e-6 && pressure.some_micros == 681_245);
}

#[test]
fn each_limit_on_the_way_up_counts_and_the_fullest_is_reached_first() {
    let reading = read("v2-nested");
    assert_eq!(reading.used_bytes, 200 * MIB);
    assert_eq!(limits(&reading), [(512, 300), (1024, 1000)]);
    assert_eq!(reading.limit().unwrap().bytes, 512 * MIB, "the lowest");
    let tightest = reading.tightest().unwrap();
    assert_eq!((tightest.bytes, reading.headroom_bytes()), (1024 * MIB, Some(24 * MIB)));
    assert!(tightest.group.ends_with("app.slice"), "{tightest:?}");
}

#[test]
fn a_group_without_the_controller_is_counted_above_it_and_a_limit_above_the_machine_is_none() {
    let mut container = Container::beneath(place("v2-controller-above")).unwrap();
    assert!(container.group().ends_with("user.slice"), "{container:?}");
    assert_eq!(container.processes(), Some(2));
    let reading = container.read().unwrap();
    assert_eq!((reading.used_bytes, reading.limit()), (200 * MIB, None));
    assert_eq!(reading.headroom_bytes(), None);
    assert_eq!(reading.machine_bytes, Some(8 << 30));
}

#[test]
fn what_an_older_kernel_does_not_report_is_unknown_or_summed_up() {
    let reading = read("v2-old-kernel");
    assert_eq!((reading.peak_bytes, reading.pressure, reading.huge_bytes), (None, None, None));
    assert_eq!(reading.kernel_bytes, Some((1 + 3 + 3) * MIB + 65_536));
    assert_eq!(reading.limits, []);
}

#[test]
fn version_1_is_read_where_it_has_the_controller() {
    let reading = read("v1-docker");
    assert_eq!((reading.version, reading.used_bytes), (Version::V1, 250 * MIB));
    assert_eq!(limits(&reading), [(256, 250)], "`hierarchical_memory_limit` is the same");
    assert_eq!(reading.limits[0].kept_bytes, reading.kept_bytes(), "without page cache");
    let kinds = [reading.anonymous_bytes, reading.file_bytes, reading.shared_bytes];
    assert_eq!(kinds.map(|bytes| bytes / MIB), [101, 159, 31], "with the groups within it");
    assert_eq!(reading.swap_limit_bytes, Some(64 * MIB));
    assert_eq!((reading.oom_kills, reading.limit_hits), (Some(3), Some(9)));
    assert_eq!(reading.socket_bytes, Some(5 * MIB));
}

#[test]
fn version_1_has_no_limit_in_its_largest_number_and_one_above_the_group_counts() {
    assert_eq!(limits(&read("v1-nested")), [(512, 400)]);
    assert_eq!(limits(&read("v1-limit-above")), [(384, 250)]);
    assert_eq!(read("v1-nested").used_bytes, 250 * MIB);
}

#[test]
fn the_root_group_is_no_container_and_neither_is_a_group_outside_of_the_namespace() {
    for case in ["v2-root", "v1-root", "v2-outside-namespace", "none"] {
        assert_eq!(Container::beneath(place(case)).unwrap_err(), Error::NoGroup, "{case}");
    }
    let missing = Container::beneath(place("there is none")).unwrap_err();
    assert!(missing.to_string().contains("proc/self/cgroup"), "{missing}");
}

#[test]
fn blanks_in_the_name_of_a_mount_are_read() {
    assert_eq!(limits(&read("v2-blank")), [(256, 200)]);
}

#[test]
fn a_process_that_is_moved_is_followed() {
    let machine = tempfile::tempdir().unwrap();
    copy(&place("v2-nested"), machine.path());
    let mut container = Container::beneath(machine.path()).unwrap();
    assert_eq!(container.read().unwrap().limits.len(), 2);
    fs::write(machine.path().join("proc/self/cgroup"), "0::/app.slice\n").unwrap();
    assert_eq!(limits(&container.read().unwrap()), [(1024, 1000)]);
    // The limit changes.
    let limit = machine.path().join("sys/fs/cgroup/app.slice/memory.max");
    fs::write(&limit, "max\n").unwrap();
    assert_eq!(container.read().unwrap().limits, []);
    fs::write(machine.path().join("proc/self/cgroup"), "0::/\n").unwrap();
    assert_eq!(container.read().unwrap_err(), Error::NoGroup);
}

#[test]
fn the_group_of_this_process_has_what_it_holds() {
    // Whether there is one depends on the machine. On every machine it is an answer.
    let mut container = match Container::find() {
        Ok(container) => container,
        Err(error) => return assert_eq!(error, Error::NoGroup),
    };
    let before = container.read().unwrap();
    let taken = std::hint::black_box(vec![1_u8; 64 << 20]);
    let after = container.read().unwrap();
    drop(taken);
    assert!(after.used_bytes >= 64 * MIB && after.anonymous_bytes > 0, "{before:?} {after:?}");
    assert!(container.processes().is_some_and(|processes| processes > 0), "{container:?}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
