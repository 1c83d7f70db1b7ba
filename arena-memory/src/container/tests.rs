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
    assert_eq!((reading.high_hits, reading.is_oom_kill_disabled), (Some(4), None));
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
    // If page cache is given back, the lowest limit is reached first.
    let kept: Vec<_> = reading.limits.iter().map(|limit| limit.kept_bytes / MIB).collect();
    assert_eq!(kept, [145, 145], "each by the figures of its own group");
    assert_eq!(reading.tightest_kept().unwrap().bytes, 512 * MIB);
    assert_eq!(reading.kept_headroom_bytes(), Some((512 - 145) * MIB));
    let working: Vec<_> =
        reading.limits.iter().map(|limit| limit.working_set_bytes / MIB).collect();
    assert_eq!(working, [300 - 40, 1000 - 40]);
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
    assert_eq!((reading.is_oom_kill_disabled, reading.is_under_oom), (Some(false), Some(false)));
    assert_eq!((reading.high_hits, reading.pressure), (None, None));
    assert_eq!(reading.swap_bytes, Some(MIB));
    assert_eq!(reading.socket_bytes, Some(5 * MIB));
}

#[test]
fn version_1_has_no_limit_in_its_largest_number_and_one_above_the_group_counts() {
    assert_eq!(limits(&read("v1-nested")), [(512, 400)]);
    assert_eq!(limits(&read("v1-limit-above")), [(384, 250)]);
    assert_eq!(read("v1-nested").used_bytes, 250 * MIB);
}

/// A machine of the directories, with some files changed.
fn changed(case: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let machine = tempfile::tempdir().unwrap();
    copy(&place(case), machine.path());
    for (file, text) in files {
        fs::write(machine.path().join(file), text).unwrap();
    }
    machine
}

/// The reading of a machine with one file changed. Without a text, the file cannot be read.
fn read_with(case: &str, file: &str, text: Option<&str>) -> Result<ContainerReading, Error> {
    let machine = changed(case, &[]);
    let mut container = Container::beneath(machine.path()).unwrap();
    let path = machine.path().join(file);
    match text {
        Some(text) => fs::write(path, text).unwrap(),
        None => {
            fs::remove_file(&path).unwrap();
            fs::create_dir(path).unwrap();
        }
    }
    container.read()
}

#[test]
fn a_figure_that_cannot_be_read_is_neither_zero_nor_no_limit() {
    let in_v2 = [
        "sys/fs/cgroup/app.slice/memory.max",
        "sys/fs/cgroup/app.slice/memory.stat",
        "sys/fs/cgroup/app.slice/memory.high",
        "proc/meminfo",
    ];
    let in_v1 = [
        "sys/fs/cgroup/memory/pod/memory.limit_in_bytes",
        "sys/fs/cgroup/memory/pod/memory.stat",
        "sys/fs/cgroup/memory/pod/one/memory.stat",
        "sys/fs/cgroup/memory/pod/one/memory.kmem.usage_in_bytes",
    ];
    let cases = in_v2.map(|file| ("v2-nested", file)).into_iter();
    for (case, file) in cases.chain(in_v1.map(|file| ("v1-nested", file))) {
        let failed = read_with(case, file, None).unwrap_err();
        assert!(failed.to_string().contains(file), "{failed}");
    }
    for text in ["", "\n", "much\n", "-1\n", "1.5\n"] {
        for file in ["memory.max", "memory.current"] {
            let file = format!("sys/fs/cgroup/app.slice/{file}");
            let failed = read_with("v2-nested", &file, Some(text)).unwrap_err();
            assert!(failed.to_string().contains("is no number"), "{failed}");
        }
    }
    let failed = read_with("v2-namespace", "sys/fs/cgroup/memory.stat", Some("file 5\n"));
    assert!(failed.unwrap_err().to_string().contains("it has no `anon`"));
}

#[test]
fn numbers_that_no_machine_has_neither_overflow_nor_are_limits() {
    const MOST: &str = "18446744073709551615";
    let above = format!("{MOST}0\n");
    let reading = read_with("v2-namespace", "sys/fs/cgroup/memory.max", Some(&above));
    assert_eq!(reading.unwrap().limits, []);
    let names = ["anon", "file", "shmem", "sock", "kernel_stack", "slab", "unevictable"];
    let names = names.into_iter().chain(["inactive_anon", "active_anon", "inactive_file"]);
    let stat: String = names.map(|name| format!("{name} {MOST}\n")).collect();
    let reading = read_with("v2-namespace", "sys/fs/cgroup/memory.stat", Some(&stat)).unwrap();
    assert_eq!((reading.kept_bytes(), reading.kernel_bytes), (u64::MAX, Some(u64::MAX)));
    assert_eq!(reading.kept_headroom_bytes(), Some(0));
    let meminfo = format!("MemTotal: {MOST} kB\n");
    let reading = read_with("v2-namespace", "proc/meminfo", Some(&meminfo)).unwrap();
    assert_eq!((reading.machine_bytes, limits(&reading)), (None, vec![(256, 200)]));
}

#[test]
fn version_1_counts_nothing_above_a_group_without_the_hierarchy_and_says_who_is_stopped() {
    let pod = "sys/fs/cgroup/memory/pod";
    let [hierarchy, control, stat] = ["use_hierarchy", "one/memory.oom_control", "one/memory.stat"]
        .map(|file| format!("{pod}/{}{file}", if file.contains('/') { "" } else { "memory." }));
    let no_limit = "cache 0\ntotal_rss 1048576\nhierarchical_memory_limit 9223372036854771712\n";
    let machine = changed(
        "v1-nested",
        &[
            (&hierarchy, "0\n"),
            (&control, "oom_kill_disable 1\nunder_oom 1\noom_kill 2\n"),
            (&stat, no_limit),
        ],
    );
    let reading = Container::beneath(machine.path()).unwrap().read().unwrap();
    assert_eq!(reading.limits, [], "512 MiB are of the group above");
    assert_eq!((reading.is_oom_kill_disabled, reading.is_under_oom), (Some(true), Some(true)));
    assert_eq!((reading.oom_kills, reading.anonymous_bytes), (Some(2), MIB));
    fs::write(machine.path().join(&hierarchy), "1\n").unwrap();
    let reading = Container::beneath(machine.path()).unwrap().read().unwrap();
    assert_eq!(limits(&reading), [(512, 400)]);
}

#[test]
fn page_cache_is_used_memory_that_is_not_kept_unless_it_is_locked() {
    // 96 % of the limit are used lately, and most of that is page cache.
    let stat = |locked: u64| {
        format!(
            "anon {}\nfile {}\nkernel 0\nshmem 0\ninactive_anon {}\nactive_anon {}\n\
             inactive_file {}\nactive_file {}\nunevictable {}\n",
            60 * MIB,
            187 * MIB,
            30 * MIB,
            30 * MIB,
            MIB,
            (186 * MIB) - locked,
            locked,
        )
    };
    let read = |locked| {
        let files = [
            ("sys/fs/cgroup/memory.stat", &*stat(locked)),
            ("sys/fs/cgroup/memory.current", "259522560\n"),
        ];
        let machine = changed("v2-namespace", &files);
        Container::beneath(machine.path()).unwrap().read().unwrap()
    };
    let reading = read(0);
    let limit = reading.tightest_kept().unwrap();
    assert_eq!((limit.bytes / MIB, limit.working_set_bytes / MIB), (256, 246));
    assert_eq!((reading.locked_file_bytes, reading.kept_bytes() / MIB), (0, 60));
    assert_eq!(reading.kept_headroom_bytes(), Some(196 * MIB));
    assert!(reading.headroom_bytes().unwrap() < 10 * MIB);
    let locked = read(100 * MIB);
    assert_eq!((locked.locked_file_bytes / MIB, locked.kept_bytes() / MIB), (100, 160));
    assert_eq!(locked.kept_headroom_bytes(), Some(96 * MIB));
}

#[test]
fn a_reading_is_json_whatever_the_name_of_the_group() {
    let mut reading = read("v2-namespace");
    let json = serde_json::to_value(&reading).unwrap();
    assert_eq!(
        (&json["version"], &json["limits"][0]["kept_bytes"]),
        (&"v2".into(), &(152043520.into()))
    );
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        reading.limits[0].group = std::ffi::OsStr::from_bytes(b"/a\xff").into();
        assert_eq!(serde_json::to_value(&reading).unwrap()["limits"][0]["group"], "/a\u{fffd}");
    }
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
    let shared = super::read().unwrap();
    assert_eq!(shared.version, container.version(), "of the group that all callers share");
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
