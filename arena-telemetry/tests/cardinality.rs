//! The size of an exposition in a service with thousands of handlers. It is a process of its own.

use request_arena_core::heap::RequestHeap;
use request_arena_core::{Site, configure, scope};
use request_arena_telemetry::{Snapshot, catalog, jemalloc, prometheus};

/// With it there are heap bytes.
#[global_allocator]
static ALLOCATOR: jemalloc::Jemalloc = jemalloc::Jemalloc;

const SITES: u32 = 2000;

/// 4 MB.
const MOST_BYTES: usize = 4_000_000;

/// Handlers with long names. Each has every figure: a limit, heap bytes, durations and responses.
fn run_handlers() {
    configure(|settings| settings.durations = true);
    for number in 0..SITES {
        let name = format!("handler_number_{number}_of_a_service_with_long_names");
        let module = "the_service::handlers::of_one_part::module";
        let site = Site::new(name.leak(), module, "src/handlers/module.rs", number);
        let site: &'static Site = Box::leak(Box::new(site.with_limit(1 << 20)));
        for part in 0..4 {
            let _heap = RequestHeap::default();
            scope(site, |arena| {
                arena.alloc_slice_fill_copy(100 << (2 * part), 1_u8);
                std::hint::black_box(vec![0_u8; 1000]);
                drop(arena.buffer());
            });
        }
    }
}

#[test]
fn thousands_of_handlers_have_at_most_four_megabytes() {
    jemalloc::start();
    run_handlers();
    let sites = Snapshot::take().report.sites;
    assert_eq!(sites.len(), SITES as usize);
    assert!(sites.iter().all(|site| site.duration.is_some() && site.heap.is_some()));
    for text in [prometheus::text().unwrap(), prometheus::open_metrics().unwrap()] {
        println!("{} bytes, {} lines", text.len(), text.lines().count());
        assert!(text.len() <= MOST_BYTES, "{} bytes", text.len());
        let ended = |line: &&str| line.starts_with("request_arena_scopes_total{");
        let value = |line: &str| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
        let all: f64 = text.lines().filter(ended).map(value).sum();
        assert_eq!(all, f64::from(4 * SITES), "each scope is counted once");
        assert!(text.contains("scope=\"handler_number_0_of_a_service_with_long_names\""));
        assert!(text.contains("scope=\"other\",module=\"\""), "the others are added up");
    }

    // More detail on request, and less.
    let options = catalog::Options::default()
        .with_most_sites(SITES as usize)
        .with_buckets(catalog::QuantileError::Twofold);
    let lines = |options: &catalog::Options| {
        let families = catalog::families_with(&Snapshot::take(), options);
        let flat = families.into_iter().flat_map(catalog::Family::flat);
        flat.map(|family| family.samples.len()).sum::<usize>()
    };
    let (all, default) = (lines(&options), lines(&catalog::Options::default()));
    assert!(all > 10 * default, "{all} and {default} series");
}
