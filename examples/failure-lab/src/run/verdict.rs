//! The verdict on one run: compares the doctor's first finding with the service's real failure.

use request_arena::doctor::{Finding, Mode};
use serde::Serialize;

use super::Ran;

/// RSS may be unexplained up to this share (0 to 1) or these bytes, whichever is more.
const UNEXPLAINED_SHARE: f64 = 0.05;
const UNEXPLAINED_BYTES: u64 = 4 << 20;

/// The doctor's first finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Said {
    /// This mode.
    Mode(Mode),
    /// Nothing is wrong.
    Healthy,
    /// There was no examination.
    Died,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Verdict {
    /// The doctor's first finding.
    pub(crate) said: Said,
    /// The further findings.
    pub(crate) also: Vec<Mode>,
    /// RSS, bytes.
    pub(crate) rss_bytes: u64,
    /// Bytes of RSS that no class explains. Negative if the classes add up to more than RSS.
    pub(crate) unexplained_bytes: i64,
    /// What is wrong, a sentence each.
    pub(crate) wrong: Vec<String>,
}

impl Verdict {
    pub(crate) fn of(ran: &Ran) -> Self {
        match &ran.examined {
            Ok(examined) => {
                let modes: Vec<Mode> =
                    examined.report.findings.iter().map(|finding| finding.mode).collect();
                let account = &examined.report.account;
                let mut verdict =
                    Self::on(ran.job.row.is, &modes, account.rss_bytes, account.unexplained_bytes);
                verdict
                    .wrong
                    .extend(misnamed(ran.job.row.subject, examined.report.findings.first()));
                verdict
                    .wrong
                    .extend(misattributed(ran.job.row.allocated, examined.report.findings.first()));
                verdict
            }
            Err(reason) => Self {
                said: Said::Died,
                also: Vec::new(),
                rss_bytes: 0,
                unexplained_bytes: 0,
                wrong: vec![reason.trim_end().to_owned()],
            },
        }
    }

    /// The verdict on these findings, the likeliest first.
    fn on(is: Option<Mode>, modes: &[Mode], rss_bytes: u64, unexplained_bytes: i64) -> Self {
        let said = modes.first().copied().map_or(Said::Healthy, Said::Mode);
        let also = modes.iter().skip(1).copied().collect();
        let mut wrong = Vec::new();
        let should = is.map_or(Said::Healthy, Said::Mode);
        if said != should {
            wrong.push(format!(
                "the failure is {}, and the doctor found {}",
                should.name(),
                said.name()
            ));
        }
        let share = (rss_bytes as f64 * UNEXPLAINED_SHARE) as u64;
        // Memory that no class explains is this failure itself.
        let is_explained = is != Some(Mode::AnonymousMaps);
        if is_explained && unexplained_bytes.unsigned_abs() > share.max(UNEXPLAINED_BYTES) {
            let mib = |bytes: f64| bytes / f64::from(1 << 20);
            let (rest, rss) = (mib(unexplained_bytes as f64), mib(rss_bytes as f64));
            wrong.push(format!("{rest:.1} MiB of {rss:.1} MiB of RSS are unexplained"));
        }
        Self { said, also, rss_bytes, unexplained_bytes, wrong }
    }

    /// The unexplained share (-1 to 1) of RSS.
    pub(crate) fn unexplained_share(&self) -> f64 {
        if self.rss_bytes == 0 {
            0.0
        } else {
            self.unexplained_bytes as f64 / self.rss_bytes as f64
        }
    }
}

/// An error if the first finding has to be about a certain subject, and is not.
fn misnamed(should: &[&str], first: Option<&Finding>) -> Option<String> {
    let is = first?.subject.as_deref().unwrap_or("nothing");
    let is_right = should.iter().all(|word| is.contains(word));
    (!is_right).then(|| {
        format!("the subject is `{}`, and the doctor named `{is}`", should.join("` and `"))
    })
}

/// An error if the memory of the first finding was allocated under a certain handler, and the
/// finding says something else.
fn misattributed(should: Option<&str>, first: Option<&Finding>) -> Option<String> {
    let (should, first) = (should?, first?);
    let is = first.allocated.as_ref().map_or("nothing", |allocated| &allocated.handler);
    (is != should)
        .then(|| format!("the memory was allocated under `{should}`, and the doctor named `{is}`"))
}

impl Said {
    /// All possible first findings, in the order of the columns.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Mode::ALL.into_iter().map(Self::Mode).chain([Self::Healthy, Self::Died])
    }

    /// The name in the table.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Mode(mode) => mode.as_str().replace('_', " "),
            Self::Healthy => "healthy".to_owned(),
            Self::Died => "died".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(is: Option<Mode>, modes: &[Mode], rss_mib: u64, unexplained_mib: i64) -> Vec<String> {
        Verdict::on(is, modes, rss_mib << 20, unexplained_mib << 20).wrong
    }

    #[test]
    fn the_first_finding_counts() {
        let verdict =
            Verdict::on(Some(Mode::Retention), &[Mode::Retention, Mode::RealGrowth], 100, 0);
        assert_eq!(
            (verdict.said, verdict.also),
            (Said::Mode(Mode::Retention), vec![Mode::RealGrowth])
        );
        assert!(verdict.wrong.is_empty());
        let second = wrong(Some(Mode::RealGrowth), &[Mode::Retention, Mode::RealGrowth], 100, 0);
        assert_eq!(second, ["the failure is real growth, and the doctor found retention"]);
        assert_eq!(
            wrong(Some(Mode::PageCache), &[], 100, 0),
            ["the failure is page cache, and the doctor found healthy"]
        );
    }

    #[test]
    fn a_healthy_service_has_no_finding_at_all() {
        assert!(wrong(None, &[], 100, 0).is_empty());
        assert_eq!(
            wrong(None, &[Mode::PageCache], 100, 0),
            ["the failure is healthy, and the doctor found page cache"]
        );
    }

    #[test]
    fn the_first_finding_has_the_right_subject() {
        let finding = |subject: Option<&str>| -> Finding {
            let json = serde_json::json!({
                "mode": "long_lived_arena", "bytes": 1, "share": 0.5, "microseconds": null,
                "confidence": "certain", "evidence": [],
                "remedy": "", "subject": subject,
            });
            serde_json::from_value(json).unwrap()
        };
        let about = |subject| misnamed(&["words", "keep"], Some(&finding(subject)));
        assert_eq!(about(Some("lab::words::keep")), None);
        assert_eq!(
            about(Some("words::search")).unwrap(),
            "the subject is `words` and `keep`, and the doctor named `words::search`"
        );
        assert!(about(None).unwrap().ends_with("`nothing`"));
        assert_eq!(misnamed(&[], Some(&finding(None))), None);
    }

    #[test]
    fn five_percent_or_four_mib_may_be_unexplained_either_way() {
        assert!(wrong(None, &[], 10, 4).is_empty() && wrong(None, &[], 200, 9).is_empty());
        assert!(wrong(None, &[], 10, -4).is_empty() && wrong(None, &[], 200, -9).is_empty());
        assert_eq!(wrong(None, &[], 10, 5), ["5.0 MiB of 10.0 MiB of RSS are unexplained"]);
        assert_eq!(wrong(None, &[], 200, -11), ["-11.0 MiB of 200.0 MiB of RSS are unexplained"]);
        let maps = Mode::AnonymousMaps;
        assert!(wrong(Some(maps), &[maps], 200, 150).is_empty(), "it is the failure");
    }
}
