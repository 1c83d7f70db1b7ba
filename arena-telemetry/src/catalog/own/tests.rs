//! Handlers that become heavy and light again, with time made up.

use std::collections::HashMap;

use request_arena_core::{Site, report, scope};

use super::*;
use crate::catalog::sites::families_at;
use crate::catalog::{Kind, Options, Sample, Value};

/// Handlers that have ended no scope.
fn handlers(count: usize) -> Vec<SiteReport> {
    static SITE: Site = Site::new("template", module_path!(), file!(), line!());
    scope(&SITE, |_| ());
    let mut template = report().site("template").unwrap().clone();
    let nothing = template.clone();
    subtract(&mut template, &nothing);
    let handler = |number: usize| {
        let mut site = template.clone();
        site.name = Box::leak(format!("handler_{number}").into_boxed_str());
        site.limit_bytes = (number % 3 == 0).then_some(4096);
        site.heap = (number % 2 == 0).then(HeapReport::default);
        site
    };
    (0..count).map(handler).collect()
}

/// Runs scopes of so many bytes.
fn run(site: &mut SiteReport, scopes: u64, bytes: u64) {
    site.outcomes.returned += scopes;
    site.resets += scopes;
    site.refusals += scopes / 7;
    site.budget_refusals += scopes / 11;
    for _ in 0..scopes {
        site.used.record(bytes);
        site.peak_used.record(bytes);
        site.reserved.record(bytes * 2);
        if let Some(heap) = &mut site.heap {
            heap.bytes.record(bytes);
            heap.arena_bytes += bytes;
        }
    }
}

/// The numbers of the handlers with a row.
fn rows(own: &mut Own, sites: &[SiteReport], most: usize, now: Instant) -> Vec<usize> {
    let split = own.split(sites.to_vec(), most, now);
    assert_eq!(split.own.len() + split.others as usize, sites.len());
    let number = |site: &SiteReport| sites.iter().position(|at| at.name == site.name).unwrap();
    split.own.iter().map(number).collect()
}

#[test]
fn the_busiest_and_the_heaviest_handlers_have_rows_and_not_the_first_ones() {
    let (mut own, mut sites) = (Own::default(), handlers(6));
    for (number, (scopes, bytes)) in
        [(1, 10), (1, 10), (900, 10), (1, 10), (2, 1 << 20), (3, 10)].into_iter().enumerate()
    {
        run(&mut sites[number], scopes, bytes);
    }
    let now = Instant::now();
    assert_eq!(rows(&mut own, &sites, 2, now), [2, 4]);
    assert_eq!(rows(&mut own, &sites[..5], 3, now), [0, 2, 4], "a free row, in order of arrival");
}

#[test]
fn a_handler_keeps_its_row_until_another_weighs_twice_as_much() {
    let (mut own, mut sites, mut now) = (Own::default(), handlers(3), Instant::now());
    let mut after = |own: &mut Own, scopes: [u64; 3], wait| {
        sites.iter_mut().zip(scopes).for_each(|(site, scopes)| run(site, scopes, 100));
        now += wait;
        rows(own, &sites, 1, now)
    };
    let soon = Duration::from_secs(15);
    assert_eq!(after(&mut own, [100, 0, 0], soon), [0]);
    assert_eq!(after(&mut own, [0, 900, 0], soon), [0], "there is no review yet");
    for _ in 0..20 {
        assert_eq!(after(&mut own, [100, 150, 0], REVIEW), [0], "it is not twice as much");
    }
    assert_eq!(after(&mut own, [100, 900, 0], REVIEW), [0], "with its last counts");
    assert_eq!(after(&mut own, [0, 0, 0], soon), [1]);
    for _ in 0..20 {
        assert_eq!(after(&mut own, [150, 100, 0], REVIEW), [1], "nor the other way");
    }
    // All rows are of handlers without scopes, and the others have next to none.
    let (mut own, mut sites, mut now) = (Own::default(), handlers(400), Instant::now());
    let first = rows(&mut own, &sites, 100, now);
    for round in 0..20 {
        sites.iter_mut().skip(300 + round).for_each(|site| run(site, 1, 100));
        sites.iter_mut().take(1).for_each(|site| run(site, 100_000, 100));
        now += REVIEW;
        assert_eq!(rows(&mut own, &sites, 100, now), first, "{round}: rare ones replace none");
    }
}

#[test]
fn at_a_review_at_most_a_tenth_of_the_rows_change() {
    let (mut own, mut sites, mut now) = (Own::default(), handlers(200), Instant::now());
    sites.iter_mut().take(100).for_each(|site| run(site, 10, 100));
    let mut before = rows(&mut own, &sites, 100, now);
    for round in 0..12 {
        sites.iter_mut().skip(100).for_each(|site| run(site, 10, 100));
        now += REVIEW;
        let after = rows(&mut own, &sites, 100, now);
        let new = after.iter().filter(|number| !before.contains(number)).count();
        assert!(new <= 10, "{round}: {new}");
        before = after;
    }
    assert!(before.iter().all(|&number| number >= 100), "in time, all rows are of the busy ones");
}

/// Each counter of a scrape, by family and labels: of a histogram its count, sum and buckets.
fn counters(sites: &[SiteReport], options: &Options, now: Instant) -> HashMap<String, f64> {
    let mut counters = HashMap::new();
    for family in families_at(sites, true, None, options, now) {
        if family.kind == Kind::Gauge {
            continue;
        }
        for Sample { labels, value } in family.samples {
            let name = format!("{} {labels:?}", family.name);
            match value {
                Value::Whole(value) => drop(counters.insert(name, value as f64)),
                Value::Real(value) => drop(counters.insert(name, value)),
                Value::Distribution(values) => {
                    for (le, count) in values.cumulated() {
                        counters.insert(format!("{name} {le}"), count as f64);
                    }
                    counters.insert(format!("{name} sum"), values.sum);
                    counters.insert(format!("{name} count"), values.count as f64);
                }
            }
        }
    }
    counters
}

#[test]
fn no_counter_falls_and_no_event_is_lost_while_handlers_get_and_lose_rows() {
    let (mut sites, mut now) = (handlers(30), Instant::now());
    let options = Options::default().with_most_sites(6);
    let mut last: HashMap<String, f64> = HashMap::new();
    let (mut changes, mut returns) = (0, 0);
    for round in 0..60_usize {
        // Another part of the handlers is busy every few reviews. The first part comes again.
        for (number, site) in sites.iter_mut().enumerate() {
            let is_busy = number / 6 == round / 8 % 5;
            run(site, if is_busy { 50 } else { number as u64 % 2 }, 64 << (number % 8));
        }
        now += REVIEW;
        let scrape = counters(&sites, &options, now);
        for (name, value) in &scrape {
            match last.get(name) {
                Some(before) => assert!(value >= before, "{round}: {name}: {before} to {value}"),
                None if round > 0 && name.starts_with("request_arena_resets") => changes += 1,
                None => {}
            }
        }
        returns += last.keys().filter(|name| !scrape.contains_key(*name)).count();
        // Prometheus sees an ended series again at its next sample.
        last.extend(scrape.clone());
        let sum = |family: &str| -> f64 {
            let of = scrape.iter().filter(|(name, _)| name.starts_with(family));
            of.map(|(_, value)| value).sum()
        };
        // Series that have ended keep their counts.
        let ended = |family: &str| -> f64 {
            let of = last.iter().filter(|(name, _)| name.starts_with(family));
            let gone = of.filter(|(name, _)| !scrape.contains_key(*name));
            gone.map(|(_, value)| value).sum()
        };
        let all: u64 = sites.iter().map(|site| site.resets).sum();
        let resets = "request_arena_resets_total";
        assert_eq!(sum(resets) + ended(resets), all as f64, "round {round}");
        let refused: u64 = sites.iter().map(|site| site.refusals + site.budget_refusals).sum();
        let refusals = "request_arena_refusals_total";
        assert_eq!(sum(refusals) + ended(refusals), refused as f64, "round {round}");
    }
    assert!(changes >= 20 && returns > 0, "{changes} handlers got a row");
}
