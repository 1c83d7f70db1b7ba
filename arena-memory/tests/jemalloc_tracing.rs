//! With a subscriber, problems with jemalloc are `tracing` events.
#![cfg(feature = "jemalloc")]

use std::fmt::Debug;
use std::sync::Mutex;

use request_arena_memory::{jemalloc, use_jemalloc};
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use self::hears::Hears;

mod hears;

static WARNINGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn record(event: &Event<'_>) {
    struct Message(String);
    impl Visit for Message {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            if field.name() == "message" {
                self.0 = format!("{value:?}");
            }
        }
    }
    assert_eq!(event.metadata().level(), &Level::WARN);
    let mut message = Message(String::new());
    event.record(&mut message);
    WARNINGS.lock().unwrap().push(message.0);
}

#[test]
fn each_problem_is_an_event_once() {
    tracing::subscriber::set_global_default(Hears(record)).unwrap();
    tikv_jemalloc_ctl::Access::write(
        tikv_jemalloc_ctl::AsName::name("arenas.dirty_decay_ms\0"),
        -1_isize,
    )
    .unwrap();
    for _ in 0..2 {
        jemalloc::start();
    }
    let problems = &jemalloc::status().unwrap().problems;
    assert!(
        problems.iter().any(|problem| problem.contains("dirty_decay_ms is -1")),
        "{problems:?}"
    );
    assert_eq!(&*WARNINGS.lock().unwrap(), problems);

    use_jemalloc!();
}
