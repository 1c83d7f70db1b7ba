//! What must hold of the list as a whole, whatever the figures are.

use std::collections::HashSet;

use request_arena_core::{Bytes, Report, Site, SiteReport, report, scope};

use super::*;

/// A report in which two sites of the same name and module have seen scopes of these sizes.
fn twins(first: &[usize], second: &[usize]) -> Report {
    static FIRST: Site = Site::new("twin", module_path!(), file!(), line!());
    static SECOND: Site = Site::new("twin", module_path!(), file!(), line!()).with_limit(1 << 20);
    let run = |site, sizes: &[usize]| {
        for &size in sizes {
            scope(site, |arena| {
                arena.alloc_slice_fill_copy(size, 0_u8);
            });
        }
    };
    run(&FIRST, first);
    run(&SECOND, second);
    report()
}

fn snapshot(report: Report) -> Snapshot {
    Snapshot { report, ..Snapshot::take() }
}

fn of_bytes(values: &[u64]) -> Bytes {
    let mut histogram = Bytes::default();
    values.iter().for_each(|&value| histogram.record(value));
    histogram
}

/// A report of one handler with everything that can be absent.
fn full() -> SiteReport {
    let mut site = twins(&[10], &[10]).sites.into_iter().find(|site| site.name == "twin").unwrap();
    site.limit_bytes = Some(4096);
    site.soft_limit_bytes = Some(2048);
    site.learned_bytes = 1024;
    (site.future_bytes, site.live_future_bytes) = (Some(20_704), 3 * 20_704);
    site.oldest = Some(core::time::Duration::from_millis(1500));
    let mut heap = request_arena_core::HeapReport::default();
    heap.bytes = of_bytes(&[100]);
    heap.arena_bytes = 300;
    site.heap = Some(heap);
    let mut responses = request_arena_core::ResponseReport::default();
    (responses.live, responses.live_bytes) = (2, 8192);
    (responses.most_live, responses.most_live_bytes) = (5, 20_480);
    responses.bytes = of_bytes(&[3000]);
    site.responses = Some(responses);
    let mut live_heap = request_arena_core::heap::LiveHeap::default();
    (live_heap.bytes, live_heap.objects, live_heap.error_bytes) = (1 << 20, 64, 1 << 19);
    site.live_heap = Some(live_heap);
    let mut duration = request_arena_core::Nanoseconds::default();
    duration.record(20_000);
    site.duration = Some(duration);
    site
}

#[test]
fn names_are_unique_and_end_in_their_unit() {
    let families = families(&Snapshot::take());
    let mut seen = HashSet::new();
    for Family { name, unit, kind, help, .. } in &families {
        assert!(name.starts_with("request_arena_"), "{name}");
        assert!(help.ends_with('.'), "{name}: {help}");
        assert_eq!(name.ends_with("_total"), *kind == Kind::Counter, "{name}");
        let base = name.trim_end_matches("_total");
        assert!(seen.insert(base), "{name} twice, or a counter and another of one name");
        if let Some(unit) = unit {
            assert!(base.ends_with(&format!("_{}", unit.as_str())), "{name}");
        }
    }
}

#[test]
fn label_sets_are_unique_and_sites_of_one_name_are_added_up() {
    let mut report = twins(&[100, 1000], &[5000]);
    report.sites.retain(|site| site.name == "twin");
    assert_eq!(report.sites.len(), 2);
    let expected = report.sites.iter().map(|site| site.peak_used.sum).sum::<u64>();
    let scopes = report.sites.iter().map(|site| site.outcomes.returned).sum::<u64>();
    let families = families(&snapshot(report));
    for family in &families {
        let labels: HashSet<_> = family.samples.iter().map(|sample| &sample.labels).collect();
        assert_eq!(labels.len(), family.samples.len(), "{}", family.name);
    }
    let one = |name| &families.iter().find(|family| family.name == name).unwrap().samples[0];
    let Value::Distribution(peaks) = &one("request_arena_peak_used_bytes").value else {
        panic!("not a histogram")
    };
    assert_eq!((peaks.sum, peaks.count), (expected as f64, scopes));
    assert_eq!(one("request_arena_scopes_total").value, Value::Whole(scopes));
    assert_eq!(one("request_arena_limit_bytes").value, Value::Whole(1 << 20));
    assert_eq!(one("request_arena_refusals_total").label("limit"), Some("1048576"));
}

#[test]
fn what_is_not_known_has_no_sample() {
    let mut report = twins(&[10], &[10]);
    report.sites.retain(|site| site.name == "twin");
    report.settings.decay = None;
    for site in &mut report.sites {
        (site.limit_bytes, site.soft_limit_bytes, site.learned_bytes) = (None, None, 0);
        (site.oldest, site.heap, site.duration, site.responses) = (None, None, None, None);
        (site.future_bytes, site.live_heap) = (None, None);
    }
    report.live_heap = None;
    let nothing = families(&Snapshot {
        report,
        allocator: None,
        process: None,
        container: None,
        doctor: None,
        admission: Vec::new(),
    });
    let absent: Vec<_> = nothing
        .iter()
        .filter(|family| family.samples.is_empty())
        .map(|family| &*family.name)
        .collect();
    for name in [
        "limit_bytes",
        "soft_limit_bytes",
        "learned_bytes",
        "future_bytes",
        "live_future_bytes",
        "live_heap_bytes",
        "live_heap_sample_interval_bytes",
        "container_used_bytes",
        "container_limit_bytes",
        "oldest_scope_seconds",
        "heap_bytes",
        "covered_bytes_total",
        "coverage_ratio",
        "response_bytes",
        "live_responses",
        "live_response_bytes",
        "scope_duration_seconds",
        "decay_seconds",
        "allocator_active_bytes",
        "process_page_faults_total",
        "process_threads",
        "doctor_finding",
        "doctor_judgement_age_seconds",
        "admission_admitted_total",
        "admission_wait_seconds",
        "admission_budget_bytes",
    ] {
        assert!(absent.contains(&&*format!("request_arena_{name}")), "{name} is there: {absent:?}");
    }
}

#[test]
fn what_is_known_has_its_figure_in_base_units() {
    let mut report = twins(&[10], &[10]);
    report.sites = vec![full()];
    let families = families(&snapshot(report));
    let value = |name: &str| {
        let family =
            families.iter().find(|family| family.name.strip_prefix("request_arena_") == Some(name));
        family.and_then(|family| family.samples.first()).map(|sample| sample.value.clone())
    };
    assert_eq!(value("oldest_scope_seconds"), Some(Value::Real(1.5)));
    assert_eq!(value("coverage_ratio"), Some(Value::Real(0.75)));
    assert_eq!(value("covered_bytes_total"), Some(Value::Whole(300)));
    assert_eq!(value("learned_bytes"), Some(Value::Whole(1024)));
    assert_eq!(value("future_bytes"), Some(Value::Whole(20_704)));
    assert_eq!(value("live_future_bytes"), Some(Value::Whole(62_112)));
    assert_eq!(value("live_heap_bytes"), Some(Value::Whole(1 << 20)));
    assert_eq!(value("live_heap_objects"), Some(Value::Whole(64)));
    assert_eq!(value("live_heap_error_bytes"), Some(Value::Whole(1 << 19)));
    assert_eq!(value("live_responses"), Some(Value::Whole(2)));
    assert_eq!(value("live_response_bytes"), Some(Value::Whole(8192)));
    assert_eq!(value("live_responses_max"), Some(Value::Whole(5)));
    assert_eq!(value("live_response_max_bytes"), Some(Value::Whole(20_480)));
    let Some(Value::Distribution(duration)) = value("scope_duration_seconds") else {
        panic!("no durations")
    };
    assert_eq!((duration.sum, duration.count), (2e-5, 1));
    assert_eq!(duration.buckets[..3], [(1.6384e-5, 0), (6.5536e-5, 1), (2.62144e-4, 0)]);
}

#[test]
fn buckets_of_two_processes_add_up_to_those_of_all_values() {
    let (one, other) = ([1_u64, 200, 70_000], [129_u64, 5000, 1 << 40]);
    let of = |histogram: &Bytes| Distribution::of_bytes(histogram, Detail::default());
    let cumulated = |values: &[u64]| of(&of_bytes(values)).cumulated().collect::<Vec<_>>();
    // `sum by (le) (request_arena_peak_used_bytes_bucket)`
    let summed: Vec<_> = cumulated(&one)
        .into_iter()
        .zip(cumulated(&other))
        .map(|((le, a), (other, b))| (le == other).then_some((le, a + b)))
        .collect();
    let mut merged = of_bytes(&one);
    merged.merge(&of_bytes(&other));
    let merged: Vec<_> = of(&merged).cumulated().map(Some).collect();
    assert_eq!(summed, merged);
    assert_eq!(merged.last(), Some(&Some(("+Inf".to_owned(), 6))));
}

#[test]
fn flat_families_have_plain_values_of_the_kind_that_their_unit_tells() {
    let mut report = twins(&[10], &[10]);
    report.sites = vec![full()];
    let flat: Vec<_> = families(&snapshot(report)).into_iter().flat_map(Family::flat).collect();
    for family in &flat {
        assert_ne!(family.kind, Kind::Histogram, "{}", family.name);
        for sample in &family.samples {
            assert_eq!(matches!(sample.value, Value::Real(_)), family.is_real(), "{}", family.name);
            assert_eq!(
                matches!(sample.value, Value::Whole(_)),
                !family.is_real(),
                "{}",
                family.name
            );
        }
    }
    let of = |name: &str| &flat.iter().find(|family| family.name == name).unwrap().samples;
    let last = of("request_arena_heap_bytes_bucket").last().unwrap();
    assert_eq!((last.label("le"), &last.value), (Some("+Inf"), &Value::Whole(1)));
    assert_eq!(of("request_arena_heap_bytes_sum")[0].value, Value::Whole(100));
    assert_eq!(of("request_arena_scope_duration_seconds_sum")[0].value, Value::Real(2e-5));
}

#[test]
fn fewer_buckets_have_the_same_values_and_bounds_of_the_finer_ones() {
    let histogram = of_bytes(&[1, 200, 300, 5000, 70_000, 1 << 30, 1 << 40]);
    let of = |detail| Distribution::of_bytes(&histogram, detail).buckets;
    let buckets = |error| of(Detail::Buckets(error));
    let twofold = buckets(QuantileError::Twofold);
    let bounds =
        |buckets: &[(f64, u64)]| buckets.iter().map(|(bound, _)| *bound).collect::<Vec<_>>();
    for (error, factor, count) in
        [(QuantileError::Fourfold, 4.0, 13), (QuantileError::Sixteenfold, 16.0, 7)]
    {
        let coarse = buckets(error);
        assert_eq!(coarse.len(), count);
        let sum: u64 = coarse.iter().map(|(_, values)| values).sum();
        assert_eq!(sum, histogram.count());
        let finite = &bounds(&coarse)[..count - 1];
        assert!(finite.windows(2).all(|pair| pair[1] / pair[0] == factor), "{finite:?}");
        assert!(finite.iter().all(|bound| bounds(&twofold).contains(bound)));
        // Up to each bound there are as many values as in the finer histogram.
        let below = |buckets: &[(f64, u64)], most: f64| -> u64 {
            buckets.iter().filter(|(bound, _)| *bound <= most).map(|(_, values)| values).sum()
        };
        for &bound in finite {
            assert_eq!(below(&coarse, bound), below(&twofold, bound), "{bound}");
        }
    }
    assert_eq!(of(Detail::Totals), [(f64::INFINITY, histogram.count())]);
}

/// Handlers of these names, each with a scope of 100 bytes and a refusal. The last has a limit.
fn handlers(count: usize) -> Report {
    let mut report = twins(&[100], &[]);
    let template = report.sites.iter().find(|site| site.name == "twin").unwrap().clone();
    let handler = |number: usize| {
        let mut site = template.clone();
        site.name = Box::leak(format!("handler_{number}").into_boxed_str());
        site.limit_bytes = (number + 1 == count).then_some(4096);
        (site.refusals, site.live_scopes) = (1, 1);
        (site.future_bytes, site.live_future_bytes) = (Some(100 * number + 1), 1000);
        site.outcomes.returned = 10;
        site
    };
    report.sites = (0..count).map(handler).collect();
    report
}

#[test]
fn later_handlers_are_added_up_and_no_figure_is_lost() {
    let options = Options::default().with_most_sites(3);
    let snapshot = snapshot(handlers(10));
    let families = families_with(&snapshot, &options);
    let of = |name: &str| &families.iter().find(|family| family.name == name).unwrap().samples;
    let scopes: HashSet<_> = of("request_arena_live_scopes")
        .iter()
        .map(|sample| (sample.label("scope").unwrap(), sample.label("module").unwrap()))
        .collect();
    let own = ["handler_0", "handler_1", "handler_2"].map(|name| (name, module_path!()));
    assert_eq!(scopes, own.into_iter().chain([("other", "")]).collect());
    let sum = |name: &str, label: &str, value: &str| -> f64 {
        let with = of(name).iter().filter(|sample| sample.label(label) == Some(value));
        with.map(|sample| sample.value.as_f64().unwrap()).sum()
    };
    assert_eq!(sum("request_arena_live_scopes", "scope", "other"), 7.0);
    assert_eq!(sum("request_arena_future_bytes", "scope", "other"), 901.0, "the largest");
    assert_eq!(sum("request_arena_live_future_bytes", "scope", "other"), 7000.0);
    assert_eq!(sum("request_arena_scopes_total", "outcome", "returned"), 100.0);
    // Refusals by a limit and by the allocator are two alerts.
    assert_eq!(sum("request_arena_refusals_total", "limit", "none"), 9.0);
    assert_eq!(sum("request_arena_refusals_total", "limit", "other"), 1.0);
    assert_eq!(of("request_arena_other_handlers")[0].value, Value::Whole(7));
    for family in &families {
        let labels: HashSet<_> = family.samples.iter().map(|sample| &sample.labels).collect();
        assert_eq!(labels.len(), family.samples.len(), "{}", family.name);
    }
    let all = families_with(&snapshot, &Options::default());
    let others = all.iter().find(|family| family.name == "request_arena_other_handlers").unwrap();
    assert_eq!(others.samples[0].value, Value::Whole(0));
}

#[test]
fn a_family_has_the_detail_of_the_options() {
    let snapshot = snapshot(handlers(1));
    let buckets = |options: &Options, name: &str| {
        let families = families_with(&snapshot, options);
        let family = families.into_iter().find(|family| family.name == name)?;
        match &family.samples[0].value {
            Value::Distribution(distribution) => Some(distribution.buckets.len()),
            Value::Whole(_) | Value::Real(_) => Some(0),
        }
    };
    let options = Options::default();
    assert_eq!(buckets(&options, "request_arena_peak_used_bytes"), Some(13));
    assert_eq!(buckets(&options, "request_arena_used_bytes"), Some(1));
    let options = options.with_buckets(QuantileError::Twofold);
    assert_eq!(buckets(&options, "request_arena_peak_used_bytes"), Some(25));
    assert_eq!(buckets(&options, "request_arena_used_bytes"), Some(25));
    let options = options
        .with("request_arena_used_bytes", Detail::Absent)
        .with("request_arena_resets_total", Detail::Absent);
    assert_eq!(buckets(&options, "request_arena_used_bytes"), None);
    assert_eq!(buckets(&options, "request_arena_resets_total"), None);
    // Every histogram of the catalog is among those that `with_buckets` sets.
    let fine = Options::default().with_buckets(QuantileError::Twofold);
    for family in families_with(&snapshot, &fine) {
        let is_fine = fine.detail(&family.name) == Detail::Buckets(QuantileError::Twofold);
        assert_eq!(is_fine, family.kind == Kind::Histogram, "{}", family.name);
    }
}

#[test]
fn a_gate_of_admission_control_has_its_figures_under_its_name() {
    use request_arena_admission::{Admission, Mode, Options as GateOptions, Reading, Source};

    static SITE: Site = Site::new("admitted", module_path!(), file!(), line!());
    let limit = || Some(Reading { limit_bytes: 100 << 20, kept_bytes: 30 << 20 });
    let gate = Admission::without_thread(GateOptions {
        name: "catalog",
        mode: Mode::Enforce,
        source: Source::Function(limit),
        unseen_bytes: Some(50 << 20),
        ..GateOptions::default()
    });
    let gate = gate.unwrap();
    let permit = gate.try_admit(&SITE).unwrap();
    assert!(gate.try_admit(&SITE).is_err());
    gate.count_exempt();
    let families = families(&Snapshot::take());
    let value = |name: &str, labels: &[(&str, &str)]| {
        let is_it =
            |family: &&Family| family.name.strip_prefix("request_arena_admission_") == Some(name);
        let samples = &families.iter().find(is_it).unwrap().samples;
        let sample = samples.iter().find(|sample| {
            sample.label("gate") == Some("catalog")
                && labels.iter().all(|(label, value)| sample.label(label) == Some(value))
        });
        sample.unwrap().value.as_f64()
    };
    let mib = |mib: u32| Some(f64::from(mib << 20));
    for (name, labels, expected) in [
        ("enforced", &[][..], Some(1.0)),
        ("admitted_total", &[], Some(1.0)),
        ("exempt_total", &[], Some(1.0)),
        ("refused_total", &[("reason", "deadline")], Some(1.0)),
        ("refused_total", &[("reason", "too_large")], Some(0.0)),
        ("would_have_refused_total", &[("reason", "deadline")], Some(0.0)),
        ("waiting", &[("priority", "high")], Some(0.0)),
        ("unseen_handlers", &[], Some(1.0)),
        ("reserved_bytes", &[], mib(50)),
        ("budget_bytes", &[], mib(60)),
        ("headroom_bytes", &[], mib(10)),
        ("base_bytes", &[], mib(30)),
        ("kept_bytes", &[], mib(30)),
        ("limit_bytes", &[], mib(100)),
        ("pool_bytes", &[], Some(0.0)),
        ("deadline_seconds", &[], Some(1.0)),
        ("weight_bytes", &[("scope", "admitted"), ("module", module_path!())], mib(50)),
        ("wait_seconds", &[], None),
    ] {
        assert_eq!(value(name, labels), expected, "{name} {labels:?}");
    }
    drop(permit);
}

#[test]
fn options_with_an_unknown_family_are_refused() {
    let error = configure(Options::default().with("request_arena_nothing", Detail::Absent));
    let text = error.unwrap_err().to_string();
    assert!(text.contains("`request_arena_nothing`"), "{text}");
    assert_eq!(*options(), Options::default());
}
