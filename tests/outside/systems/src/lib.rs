//! A service that runs on every system. Its tests say what each feature does on the system that
//! they run on. The table of the page `versions.md` has the same.

use request_arena::{Arena, request_arena};

/// A handler.
#[request_arena]
pub fn greet(arena: Arena<'_>, name: &str) -> usize {
    arena.alloc_str(name).len()
}

#[cfg(test)]
mod tests {
    use request_arena::admission::{Admission, LimitOf, Options};
    use request_arena::doctor::Doctor;
    use request_arena::telemetry::{container, debug_page, prometheus};
    use request_arena::{doctor, process};

    use super::greet;

    const IS_LINUX: bool = cfg!(target_os = "linux");

    #[test]
    fn every_system_has_arenas_and_exporters() {
        assert_eq!((greet("Ada"), greet("Grace")), (3, 5));
        let text = prometheus::text().unwrap();
        let line = "request_arena_scopes_total{scope=\"greet\",module=\"outside_systems\",\
                    outcome=\"returned\"} ";
        assert!(text.contains(line), "{text}");
        let page = debug_page::DebugPage::new().json().unwrap();
        assert!(page.contains("\"name\":\"greet\""), "{page}");
    }

    #[test]
    fn linux_reads_the_process_and_others_say_why_not() {
        let read = process::read();
        assert_eq!(read.is_ok(), IS_LINUX, "{read:?}");
        if let Err(error) = read {
            let text = "memory readings of the process need `/proc`, which only Linux has";
            assert_eq!(error.to_string(), text);
        }
        let group = container::read();
        if let (false, Err(error)) = (IS_LINUX, group) {
            let text = "figures of a container need control groups, which only Linux has";
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn the_doctor_of_other_systems_says_what_it_needs() {
        let doctor = Doctor::start(doctor::Options::default());
        doctor.sample();
        let text = doctor.diagnose().to_string();
        let needs = "the doctor reads `/proc`, which only Linux has";
        assert_eq!(text.contains(needs), !IS_LINUX, "{text}");
    }

    #[test]
    fn admission_has_its_own_limit_everywhere_and_the_systems_on_linux() {
        let limit_bytes = Some(64 << 20);
        let options = Options { limit_bytes, name: "own", ..Options::default() };
        let own = Admission::without_thread(options).unwrap();
        own.turn();
        assert!(own.snapshot().budget_bytes.is_some_and(|bytes| bytes <= 64 << 20));

        let options = Options { name: "the system's", ..Options::default() };
        let system = Admission::without_thread(options).unwrap();
        system.turn();
        let snapshot = system.snapshot();
        assert_eq!(snapshot.limit_bytes.is_some(), IS_LINUX, "{snapshot:?}");
        assert_eq!(snapshot.limit_of == LimitOf::Nothing, !IS_LINUX, "{snapshot:?}");
    }

    #[cfg(feature = "jemalloc")]
    mod with_jemalloc {
        use request_arena::telemetry::pprof;

        #[test]
        fn jemalloc_runs_and_profiles_where_its_profiler_works() {
            request_arena::use_jemalloc!();
            let bytes = std::hint::black_box(vec![1_u8; 1 << 20]);
            let figures = request_arena::jemalloc::read_now().unwrap();
            assert!(figures.allocated_bytes >= bytes.len() as u64, "{figures:?}");

            let can_profile = cfg!(all(target_os = "linux", target_env = "gnu"));
            let error = pprof::activate("").expect_err("the program has not asked for profiling");
            let says = "jemalloc's profiler does not work on this platform";
            assert_eq!(error.to_string().contains(says), !can_profile, "{error}");
        }
    }
}
