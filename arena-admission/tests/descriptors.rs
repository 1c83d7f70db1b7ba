//! A process without free file descriptors, as under a flood of connections. Its only test, because
//! the limit is that of the whole process.

#![cfg(target_os = "linux")]

use request_arena_admission::{Admission, Mode, Options, Source};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[test]
fn a_process_without_free_descriptors_has_the_room_that_it_had() {
    let start = |name, source| {
        let limit_bytes = Some(1 << 40);
        let mode = Mode::Enforce;
        Admission::without_thread(Options { name, source, limit_bytes, mode, ..Options::default() })
            .unwrap()
    };
    let gates = [start("system", Source::System), start("process", Source::Process)];
    let before = gates.map(|gate| gate.snapshot());
    assert!(before[1].kept_bytes > Some(1 << 16), "{before:?}");
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(0), ..limit }).unwrap();
    let opened = std::fs::File::open("/proc/self/status");
    gates.iter().for_each(Admission::turn);
    setrlimit(Resource::Nofile, limit).unwrap();
    assert!(opened.is_err(), "there is none left");
    for (gate, before) in gates.iter().zip(&before) {
        let after = gate.snapshot();
        assert_eq!((after.failed_readings, after.readings), (1, 1), "{after:?}");
        assert_eq!(after.limit_of, before.limit_of);
        assert_eq!(
            (after.limit_bytes, after.budget_bytes),
            (before.limit_bytes, before.budget_bytes)
        );
        gate.turn();
        assert_eq!((gate.snapshot().failed_readings, gate.snapshot().readings), (1, 2));
    }
}
