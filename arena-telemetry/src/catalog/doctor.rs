//! The families of the doctor: which modes it finds and how certain it is, each finding with its
//! bytes and growth, and RSS by class. They are of its last judgement, and one family has the age
//! of it.
//!
//! Modes and classes come from the doctor's own lists, by the [`DoctorReading`].

use std::collections::HashSet;

use super::{Family, Sample, Unit, Value, gauge, once};
use crate::{DoctorReading, FindingReading};

pub(super) fn families(reading: Option<&DoctorReading>) -> Vec<Family> {
    let nothing = DoctorReading::default();
    let DoctorReading { modes, classes, .. } = reading.unwrap_or(&nothing);
    let of_mode = |mode, value: u8| Sample::new(Value::Whole(value.into())).with("mode", mode);
    let findings = distinct(reading);
    let each = |value: fn(&FindingReading) -> Option<Value>| -> Vec<Sample> {
        findings.iter().filter_map(|finding| Some(of(finding, value(finding)?))).collect()
    };
    vec![
        gauge(
            "request_arena_doctor_finding",
            None,
            "1 if the doctor finds this mode, else 0; absent without a running doctor.",
            modes.iter().map(|mode| of_mode(mode.mode, (mode.confidence > 0).into())).collect(),
        ),
        gauge(
            "request_arena_doctor_confidence",
            None,
            "How certain the doctor is of this mode: 1 possible, 2 likely, 3 certain, 0 not found.",
            modes.iter().map(|mode| of_mode(mode.mode, mode.confidence)).collect(),
        ),
        gauge(
            "request_arena_doctor_explained_bytes",
            Some(Unit::Bytes),
            "Bytes of RSS that a finding explains; absent if it is about time.",
            each(|finding| finding.bytes.map(Value::Whole)),
        ),
        gauge(
            "request_arena_doctor_growth_bytes_per_second",
            Some(Unit::BytesPerSecond),
            "How fast the memory of a finding grows; absent if it does not.",
            each(|finding| finding.bytes_per_second.map(Value::Real)),
        ),
        gauge(
            "request_arena_doctor_added_latency_seconds",
            Some(Unit::Seconds),
            "Seconds that a finding adds to the 99.9th percentile; absent if it is about memory.",
            each(|finding| finding.latency_seconds.map(Value::Real)),
        ),
        gauge(
            "request_arena_doctor_limit_reached_seconds",
            Some(Unit::Seconds),
            "Time until the container's limit is reached at the rate of the findings; absent \
             without growth or a limit.",
            once(reading.and_then(|reading| reading.limit_in_seconds).map(Value::Real)),
        ),
        gauge(
            "request_arena_doctor_class_bytes",
            Some(Unit::Bytes),
            "Bytes of RSS by class at the last judgement. All classes add up to RSS.",
            classes
                .iter()
                .map(|class| {
                    Sample::new(Value::Whole(class.bytes)).with("class", class.class.clone())
                })
                .collect(),
        ),
        gauge(
            "request_arena_doctor_judgement_age_seconds",
            Some(Unit::Seconds),
            "Time since the judgement that these figures are of.",
            once(reading.map(|reading| Value::Real(reading.age_seconds))),
        ),
    ]
}

/// The findings, of those with the same labels the likeliest.
fn distinct(reading: Option<&DoctorReading>) -> Vec<&FindingReading> {
    let mut seen = HashSet::new();
    let findings = reading.into_iter().flat_map(|reading| &reading.findings);
    findings.filter(|finding| seen.insert((finding.mode, &finding.subject))).collect()
}

fn of(finding: &FindingReading, value: Value) -> Sample {
    let sample = Sample::new(value).with("mode", finding.mode);
    match &finding.subject {
        Some(subject) => sample.with("subject", subject.clone()),
        None => sample,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClassReading, ModeReading};

    fn finding(mode: &'static str, subject: Option<&str>, bytes: Option<u64>) -> FindingReading {
        FindingReading {
            mode,
            subject: subject.map(str::to_owned),
            confidence: "likely",
            bytes,
            ..FindingReading::default()
        }
    }

    /// The samples of a family, by the values of their labels.
    fn samples(reading: &DoctorReading, name: &str) -> Vec<(Vec<String>, f64)> {
        let families = families(Some(reading));
        let family = families
            .iter()
            .find(|family| family.name.strip_prefix("request_arena_doctor_") == Some(name))
            .unwrap();
        let labels = |sample: &Sample| -> Vec<String> {
            sample.labels.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        family
            .samples
            .iter()
            .map(|sample| (labels(sample), sample.value.as_f64().unwrap()))
            .collect()
    }

    #[test]
    fn each_mode_has_its_confidence_and_each_finding_its_figures() {
        let growing = FindingReading {
            bytes_per_second: Some(1.5),
            ..finding("real_growth", Some("search"), Some(7))
        };
        let slow = FindingReading {
            latency_seconds: Some(0.25),
            ..finding("delayed_free", Some("search during merge"), None)
        };
        let reading = DoctorReading {
            modes: vec![
                ModeReading { mode: "real_growth", confidence: 2 },
                ModeReading { mode: "retention", confidence: 0 },
            ],
            findings: vec![growing, slow, finding("retention", None, Some(9))],
            classes: vec![ClassReading { class: "heap live".into(), bytes: 70 }],
            limit_in_seconds: Some(12_000.0),
            age_seconds: 12.5,
        };
        let of = |name| samples(&reading, name);
        let one = |labels: &[&str], value: f64| {
            (labels.iter().map(|&label| label.to_owned()).collect::<Vec<_>>(), value)
        };
        let (growth, retention) = (["mode=real_growth"], ["mode=retention"]);
        assert_eq!(of("finding"), [one(&growth, 1.0), one(&retention, 0.0)]);
        assert_eq!(of("confidence"), [one(&growth, 2.0), one(&retention, 0.0)]);
        let search = ["mode=real_growth", "subject=search"];
        assert_eq!(of("explained_bytes"), [one(&search, 7.0), one(&retention, 9.0)]);
        assert_eq!(of("growth_bytes_per_second"), [one(&search, 1.5)]);
        let merge = ["mode=delayed_free", "subject=search during merge"];
        assert_eq!(of("added_latency_seconds"), [one(&merge, 0.25)]);
        assert_eq!(of("class_bytes"), [one(&["class=heap live"], 70.0)]);
        assert_eq!(of("limit_reached_seconds"), [one(&[], 12_000.0)]);
        assert_eq!(of("judgement_age_seconds"), [one(&[], 12.5)]);
    }

    #[test]
    fn of_two_findings_with_the_same_labels_the_likeliest_is_exported() {
        let reading = DoctorReading {
            findings: vec![
                finding("real_growth", Some("cache"), Some(7)),
                finding("real_growth", Some("cache"), Some(9)),
                finding("real_growth", None, Some(11)),
            ],
            ..DoctorReading::default()
        };
        let bytes: Vec<_> =
            samples(&reading, "explained_bytes").into_iter().map(|(_, bytes)| bytes).collect();
        assert_eq!(bytes, [7.0, 11.0]);
    }

    #[test]
    fn without_a_judgement_no_family_has_a_sample() {
        let empty = families(None);
        assert_eq!(empty.len(), 8);
        assert!(empty.iter().all(|family| family.samples.is_empty()), "{empty:?}");
    }
}
