//! The doctor's part of a snapshot: its last judgement, in plain values. The types exist without
//! the feature `doctor`, too, so that exporters are the same with and without it.

/// The last judgement that a running doctor made by itself. Part of a
/// [`Snapshot`](crate::Snapshot).
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "debug-page", derive(serde::Serialize))]
#[non_exhaustive]
pub struct DoctorReading {
    /// Every mode that the doctor knows, whether it was found or not.
    pub modes: Vec<ModeReading>,
    /// The findings, the likeliest first, at most [`DoctorReading::MOST_FINDINGS`].
    pub findings: Vec<FindingReading>,
    /// Every byte of RSS by class, with `unexplained` as the last class.
    pub classes: Vec<ClassReading>,
    /// Seconds until the container's limit is reached at the rate of the findings. `None` if
    /// nothing grows, or without a limit.
    pub limit_in_seconds: Option<f64>,
    /// Seconds since the judgement began.
    pub age_seconds: f64,
}

/// Whether the doctor finds a mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "debug-page", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ModeReading {
    /// The mode's name: `long_lived_arena`.
    pub mode: &'static str,
    /// How certain its likeliest finding is: 1 for possible, 2 for likely, 3 for certain. 0 if it
    /// is not found.
    pub confidence: u8,
}

/// One finding.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "debug-page", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FindingReading {
    /// The mode's name.
    pub mode: &'static str,
    /// The handler, arena or owner that it is about, if known.
    pub subject: Option<String>,
    /// How certain it is: `possible`, `likely` or `certain`.
    pub confidence: &'static str,
    /// Bytes of RSS that it explains. `None` if it is about time.
    pub bytes: Option<u64>,
    /// How fast it grows, in bytes a second. `None` if it does not grow.
    pub bytes_per_second: Option<f64>,
    /// Seconds that it adds to the 99.9th percentile. `None` if it is about memory.
    pub latency_seconds: Option<f64>,
}

/// The bytes of one class of RSS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "debug-page", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ClassReading {
    /// The class's name, as in the doctor's account: `heap live`.
    pub class: String,
    /// Bytes of RSS.
    pub bytes: u64,
}

impl DoctorReading {
    /// Further findings are not exported, so that subjects cannot make up series without end.
    pub const MOST_FINDINGS: usize = 32;
}

#[cfg(feature = "doctor")]
mod read {
    use super::{ClassReading, DoctorReading, FindingReading, ModeReading};
    use crate::doctor::{
        Account, Confidence, Finding, LastJudgement, Mode, Timeline, last_judgement,
    };

    impl DoctorReading {
        /// The last judgement of the newest running doctor. `None` before its first, and if it
        /// cannot read the process.
        pub(crate) fn take() -> Option<Self> {
            last_judgement().filter(|judged| judged.readings.count > 0).map(|judged| of(&judged))
        }
    }

    fn of(judged: &LastJudgement) -> DoctorReading {
        let findings = &judged.findings[..];
        DoctorReading {
            modes: Mode::ALL.into_iter().map(|mode| mode_in(findings, mode)).collect(),
            findings: findings.iter().take(DoctorReading::MOST_FINDINGS).map(finding).collect(),
            classes: classes(&judged.account),
            limit_in_seconds: judged
                .container
                .as_ref()
                .and_then(|container| container.limit_in_seconds),
            age_seconds: judged.age.as_secs_f64(),
        }
    }

    fn mode_in(findings: &[Finding], mode: Mode) -> ModeReading {
        let of_mode = findings.iter().filter(|finding| finding.mode == mode);
        let confidence = of_mode.map(|finding| finding.confidence).max().map(Confidence::level);
        ModeReading { mode: mode.as_str(), confidence: confidence.unwrap_or(0) }
    }

    fn finding(finding: &Finding) -> FindingReading {
        FindingReading {
            mode: finding.mode.as_str(),
            subject: finding.subject.clone(),
            confidence: finding.confidence.as_str(),
            bytes: finding.bytes,
            bytes_per_second: finding.slope,
            latency_seconds: finding.microseconds.map(|micros| micros as f64 / 1e6),
        }
    }

    fn classes(account: &Account) -> Vec<ClassReading> {
        let known = account.classes.iter();
        let known =
            known.map(|class| ClassReading { class: class.name.clone(), bytes: class.bytes });
        let unexplained = ClassReading {
            class: Timeline::UNEXPLAINED.to_owned(),
            bytes: account.unexplained_bytes.max(0).unsigned_abs(),
        };
        known.chain([unexplained]).collect()
    }

    #[cfg(test)]
    mod tests {
        use serde_json::{Value, json};

        use super::*;

        fn judged(findings: &[Value]) -> LastJudgement {
            let from_json = |finding: &Value| serde_json::from_value(finding.clone()).unwrap();
            let mut judged = LastJudgement::default();
            judged.findings = findings.iter().map(from_json).collect();
            judged.account = serde_json::from_value(json!({
                "rss_bytes": 100,
                "classes": [{ "name": "heap live", "bytes": 70, "meaning": "" }],
                "unexplained_bytes": 30,
                "untouched_bytes": 0,
            }))
            .unwrap();
            judged
        }

        fn finding(mode: Mode, confidence: Confidence) -> Value {
            json!({
                "mode": mode, "bytes": 5, "share": 0.5, "microseconds": 2500,
                "confidence": confidence, "evidence": [], "remedy": "", "subject": "s",
                "slope": 1.5,
            })
        }

        #[test]
        fn a_mode_is_as_certain_as_its_likeliest_finding() {
            let findings = [
                finding(Mode::RealGrowth, Confidence::Low),
                finding(Mode::RealGrowth, Confidence::Medium),
            ];
            let reading = of(&judged(&findings));
            assert_eq!(reading.modes.len(), Mode::ALL.len());
            for ModeReading { mode, confidence } in reading.modes {
                assert_eq!(confidence, if mode == "real_growth" { 2 } else { 0 }, "{mode}");
            }
            let first = FindingReading {
                mode: "real_growth",
                subject: Some("s".into()),
                confidence: "possible",
                bytes: Some(5),
                bytes_per_second: Some(1.5),
                latency_seconds: Some(0.0025),
            };
            assert_eq!((reading.findings.len(), &reading.findings[0]), (2, &first));
        }

        #[test]
        fn the_time_until_the_limit_is_that_of_the_container() {
            let mut judged = judged(&[]);
            assert_eq!(of(&judged).limit_in_seconds, None, "it is in no container");
            let mut container = crate::doctor::ContainerMemory::default();
            container.limit_in_seconds = Some(12_000.0);
            judged.container = Some(container);
            assert_eq!(of(&judged).limit_in_seconds, Some(12_000.0));
        }

        #[test]
        fn the_classes_add_up_to_rss() {
            let reading = of(&judged(&[]));
            let class = |class: &str, bytes| ClassReading { class: class.into(), bytes };
            assert_eq!(reading.classes, [class("heap live", 70), class("unexplained", 30)]);
        }

        #[test]
        fn only_so_many_findings_are_exported_and_every_mode_still_counts() {
            let mut findings = vec![finding(Mode::Retention, Confidence::High); 40];
            findings.push(finding(Mode::RealGrowth, Confidence::Low));
            let reading = of(&judged(&findings));
            assert_eq!(reading.findings.len(), DoctorReading::MOST_FINDINGS);
            assert_eq!(reading.modes.iter().filter(|mode| mode.confidence > 0).count(), 2);
        }
    }
}

#[cfg(not(feature = "doctor"))]
impl DoctorReading {
    pub(crate) const fn take() -> Option<Self> {
        None
    }
}
