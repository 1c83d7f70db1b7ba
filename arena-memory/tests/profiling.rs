//! Sampling that is built in, and switched while the program runs. The program forbids `unsafe`.
//! Each test is a process of its own, since sampling belongs to the whole process.
#![cfg(all(feature = "jemalloc-profiling", target_os = "linux", target_env = "gnu"))]
#![forbid(unsafe_code)]

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use request_arena_memory::jemalloc::profiling::{self, LONGEST, State, SwitchError};
use request_arena_memory::{jemalloc, use_jemalloc};

use self::child::{child, is_child, variables};
use self::hears::Hears;

mod child;
mod hears;

/// The statement is here because a program has one global allocator.
fn start() -> &'static jemalloc::Status {
    use_jemalloc!(profiling: ready);
    jemalloc::status().unwrap()
}

/// Runs the test of this name in a child with these options. Returns `true` in the child.
fn in_child(test: &str, options: &str) -> bool {
    if is_child() {
        start();
    } else {
        child(test, &[(variables().0, options)]);
    }
    is_child()
}

#[test]
fn sampling_is_ready_and_off_without_any_option() {
    if in_child("sampling_is_ready_and_off_without_any_option", "") {
        assert_eq!(start().problems, [""; 0]);
        assert_eq!(profiling::state(), State::Ready);
        assert_eq!(profiling::sample_interval_bytes(), Some(512 << 10));
        assert!(start().background_thread, "the options of the build stay");
    }
}

#[test]
fn the_switch_turns_it_on_and_off() {
    if in_child("the_switch_turns_it_on_and_off", "") {
        let minute = Duration::from_secs(60);
        let is_within =
            |state, time| matches!(state, State::Active { left: Some(left) } if left <= time);
        assert!(is_within(profiling::activate(LONGEST).unwrap(), LONGEST));
        assert!(!is_within(profiling::state(), minute));
        assert!(is_within(profiling::activate(minute).unwrap(), minute), "the new time counts");
        assert_eq!(profiling::deactivate().unwrap(), State::Ready);
        assert_eq!(profiling::deactivate().unwrap(), State::Ready);
        assert!(is_within(profiling::activate(minute).unwrap(), minute), "and on again");
    }
}

#[test]
fn it_goes_off_by_itself() {
    if in_child("it_goes_off_by_itself", "") {
        let began = Instant::now();
        profiling::activate(Duration::from_millis(200)).unwrap();
        while profiling::state() != State::Ready {
            assert!(began.elapsed() < Duration::from_secs(60), "it stays on");
            thread::sleep(Duration::from_millis(10));
        }
        assert!(began.elapsed() >= Duration::from_millis(200), "too early");
        profiling::activate(Duration::from_millis(1)).unwrap();
        while profiling::state() != State::Ready {
            assert!(began.elapsed() < Duration::from_secs(60), "it stays on the second time");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn no_time_and_too_long_a_time_are_refused() {
    if in_child("no_time_and_too_long_a_time_are_refused", "") {
        for time in [Duration::ZERO, LONGEST + Duration::from_nanos(1), Duration::MAX] {
            assert!(matches!(profiling::activate(time), Err(SwitchError::Time(_))));
            assert_eq!(profiling::state(), State::Ready);
        }
    }
}

#[test]
fn what_the_operator_turned_on_stays_on() {
    if in_child("what_the_operator_turned_on_stays_on", "prof_active:true,lg_prof_sample:12") {
        let on = State::Active { left: None };
        assert_eq!(profiling::state(), on);
        assert_eq!(profiling::sample_interval_bytes(), Some(4096), "the variable overrides");
        assert_eq!(profiling::activate(Duration::from_millis(1)).unwrap(), on);
        assert_eq!(profiling::deactivate().unwrap(), State::Ready, "until it is turned off");
    }
}

#[test]
fn what_the_operator_turned_off_cannot_be_turned_on() {
    if in_child("what_the_operator_turned_off_cannot_be_turned_on", "prof:false") {
        assert_eq!(start().problems, [""; 0]);
        assert_eq!(profiling::state(), State::Off);
        let error = profiling::activate(Duration::from_secs(1)).unwrap_err();
        assert!(matches!(error, SwitchError::NotReady(State::Off)), "{error}");
        assert!(profiling::deactivate().is_err());
    }
}

/// A subscriber may ask for the state, and turn sampling on and off.
#[test]
fn events_of_the_switch_are_sent_without_its_lock() {
    if in_child("events_of_the_switch_are_sent_without_its_lock", "") {
        tracing::subscriber::set_global_default(Hears(|event| {
            if event.metadata().level() == &tracing::Level::INFO {
                let _ = profiling::state();
            }
        }))
        .unwrap();
        let (done, is_done) = mpsc::channel();
        thread::spawn(move || {
            profiling::activate(LONGEST).unwrap();
            profiling::deactivate().unwrap();
            profiling::activate(Duration::from_millis(1)).unwrap();
            while profiling::state() != State::Ready {
                thread::sleep(Duration::from_millis(1));
            }
            done.send(()).unwrap();
        });
        is_done.recv_timeout(Duration::from_secs(60)).expect("it waits for its own lock");
    }
}

#[test]
fn a_subscriber_that_panics_does_not_leave_sampling_on() {
    if in_child("a_subscriber_that_panics_does_not_leave_sampling_on", "") {
        tracing::subscriber::set_global_default(Hears(|event| {
            // The end of the sampling, on its own thread.
            assert_ne!(thread::current().name(), Some("arena-profiling"), "{event:?}");
        }))
        .unwrap();
        let began = Instant::now();
        for _ in 0..3 {
            profiling::activate(Duration::from_millis(1)).unwrap();
            while profiling::state() != State::Ready {
                assert!(began.elapsed() < Duration::from_secs(60), "it stays on");
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}
