//! Prometheus' own checker accepts the exposition and the rules, and the rules use only figures
//! that exist.

mod support;

use std::collections::{BTreeSet, HashSet};
use std::fs;

use request_arena_core::{Site, scope};
use request_arena_telemetry::catalog::{self, Family, Kind};
use request_arena_telemetry::{Snapshot, prometheus};
use support::{dashboards, has, printed, promtool};

const FILES: [&str; 4] =
    ["request-arena.json", "recording-rules.yml", "alerting-rules.yml", "rule-tests.yml"];

#[test]
fn the_checker_has_nothing_to_say_of_the_exposition() {
    static PLAIN: Site = Site::new("plain", "tests", file!(), line!());
    static QUOTED: Site =
        Site::new("a \"b\" \\ \n é", "tests", file!(), line!()).with_limit(1 << 20);
    for site in [&PLAIN, &QUOTED] {
        scope(site, |arena| {
            arena.alloc_str("hello");
        });
    }
    if has("promtool") {
        let output = promtool(&["check", "metrics"], &prometheus::text().unwrap());
        assert!(output.status.success() && printed(&output).is_empty(), "{}", printed(&output));
    }
}

#[test]
fn the_checker_has_nothing_to_say_of_any_family() {
    // Including families without a figure in this process.
    let mut text = String::new();
    for Family { name, help, kind, .. } in catalog::families(&Snapshot::take()) {
        let (kind, figures) = match kind {
            Kind::Counter => ("counter", format!("{name} 1\n")),
            Kind::Gauge => ("gauge", format!("{name} 1\n")),
            _ => (
                "histogram",
                format!("{name}_bucket{{le=\"+Inf\"}} 1\n{name}_sum 1\n{name}_count 1\n"),
            ),
        };
        text += &format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{figures}");
    }
    if has("promtool") {
        let output = promtool(&["check", "metrics"], &text);
        assert!(output.status.success() && printed(&output).is_empty(), "{}", printed(&output));
    }
}

#[test]
fn the_checker_would_say_what_is_wrong() {
    if has("promtool") {
        let output = promtool(
            &["check", "metrics"],
            "# TYPE request_arena_scopes counter\nrequest_arena_scopes 1\n",
        );
        assert!(printed(&output).contains("_total"), "{}", printed(&output));
    }
}

#[test]
fn the_rules_are_valid_and_say_what_their_tests_say() {
    if has("promtool") {
        for args in [
            &["check", "rules", "recording-rules.yml", "alerting-rules.yml"][..],
            &["test", "rules", "rule-tests.yml"],
        ] {
            let output = promtool(args, "");
            assert!(output.status.success(), "{}", printed(&output));
        }
    }
}

#[test]
fn each_alert_and_each_recording_has_a_test() {
    let read = |file| fs::read_to_string(dashboards().join(file)).unwrap();
    let tests = read("rule-tests.yml");
    let after = |text: &str, key: &str| -> Vec<String> {
        text.lines()
            .filter_map(|line| line.trim().strip_prefix(key))
            .map(|name| name.trim().to_owned())
            .collect()
    };
    let alerts = after(&read("alerting-rules.yml"), "- alert:");
    let tested = after(&tests, "- alertname:");
    assert!(!alerts.is_empty());
    for alert in alerts {
        assert!(tested.contains(&alert), "{alert} has no test");
    }
    // A recording rule is tested by itself, or by the alert that uses it.
    let alerting = read("alerting-rules.yml");
    for record in after(&read("recording-rules.yml"), "- record:") {
        assert!(tests.contains(&record) || alerting.contains(&record), "{record} has no test");
    }
}

#[test]
fn every_name_in_the_dashboard_and_the_rules_is_in_the_catalog() {
    let families = catalog::families(&Snapshot::take()).into_iter();
    let mut known: HashSet<_> =
        families.flat_map(Family::flat).map(|family| family.name.into_owned()).collect();
    // The alerts' texts name the histograms as such.
    known.extend(
        ["request_arena_peak_used_bytes", "request_arena_reserved_bytes"].map(str::to_owned),
    );
    let recordings = fs::read_to_string(dashboards().join("recording-rules.yml")).unwrap();
    let recorded = recordings.lines().filter_map(|line| line.trim().strip_prefix("- record: "));
    known.extend(recorded.map(str::to_owned));
    for file in FILES {
        let text = fs::read_to_string(dashboards().join(file)).unwrap();
        let words = text.split(|letter: char| {
            !letter.is_ascii_alphanumeric() && letter != '_' && letter != ':'
        });
        let named: BTreeSet<_> = words.filter(|word| word.contains("request_arena_")).collect();
        assert!(!named.is_empty(), "{file}");
        let unknown: Vec<_> = named.into_iter().filter(|name| !known.contains(*name)).collect();
        assert!(unknown.is_empty(), "{file} asks for what there is not: {unknown:?}");
    }
}

#[test]
fn the_dashboard_is_laid_out_without_overlaps() {
    let text = fs::read_to_string(dashboards().join("request-arena.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = HashSet::new();
    let mut taken = HashSet::new();
    for panel in panels {
        let title = panel["title"].as_str().unwrap();
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{title}: its id is another's");
        let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        assert!(at("x") + at("w") <= 24, "{title} is too wide");
        for x in at("x")..at("x") + at("w") {
            for y in at("y")..at("y") + at("h") {
                assert!(taken.insert((x, y)), "{title} lies on another panel");
            }
        }
        // Grafana hides a legend without this field.
        let legend = &panel["options"]["legend"];
        assert!(legend.is_null() || legend["showLegend"].is_boolean(), "{title}: no `showLegend`");
        let targets = panel["targets"].as_array().map_or(0, Vec::len);
        assert_eq!(targets > 0, panel["type"] != "row", "{title}");
    }
}
