//! The verdict: one phrase for a whole diagnosis, the same in the text report and on the page.

use core::fmt;

use super::{Diagnosis, Readings};

/// A diagnosis in one phrase. Made by [`Diagnosis::verdict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// There are findings.
    Found,
    /// There is no reading, so there is no diagnosis.
    Unread,
    /// There is no finding yet, after less than a [minute](Readings::A_MINUTE).
    HealthySoFar,
    /// There is no finding, but Rust's allocator does not count most of RSS. Live and freed memory
    /// look alike.
    NoGrowthSeen,
    /// There is no finding.
    Healthy,
}

impl Verdict {
    /// The verdict in two or three words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "not healthy",
            Self::Unread => "no diagnosis",
            Self::HealthySoFar => "healthy so far",
            Self::NoGrowthSeen => "no growth seen",
            Self::Healthy => "healthy",
        }
    }

    /// The reason, and what to do about it, in one clause.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Found => "see the findings",
            Self::Unread if cfg!(any(target_os = "linux", target_os = "android")) => {
                "no memory readings available (is `/proc` mounted?)"
            }
            Self::Unread => "the doctor reads `/proc`, which only Linux has",
            Self::HealthySoFar => "most problems take longer than a minute to show",
            Self::NoGrowthSeen => {
                "Rust's allocator does not count live bytes, so this is what the kernel alone shows"
            }
            Self::Healthy => "the readings show none of the known modes",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.as_str(), self.reason())
    }
}

impl Diagnosis {
    /// The verdict on the process.
    ///
    /// ```
    /// use request_arena_doctor::{Diagnosis, Verdict};
    ///
    /// assert_eq!(Diagnosis::default().verdict(), Verdict::Unread);
    /// ```
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.readings {
            Readings { count: 0, .. } => Verdict::Unread,
            _ if !self.is_healthy() => Verdict::Found,
            Readings { seconds, .. } if seconds < Readings::A_MINUTE => Verdict::HealthySoFar,
            _ if self.is_mostly_unread() => Verdict::NoGrowthSeen,
            _ => Verdict::Healthy,
        }
    }

    /// Whether live and freed memory cannot be distinguished in most of RSS.
    fn is_mostly_unread(&self) -> bool {
        self.account.bytes_of("unread heap") > self.account.rss_bytes / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Class;
    use crate::{Account, Confidence, Finding, Mode};

    #[test]
    fn each_verdict_has_its_condition() {
        let mut diagnosis = Diagnosis::default();
        assert_eq!(diagnosis.verdict(), Verdict::Unread);
        (diagnosis.readings.count, diagnosis.readings.seconds) = (30, 59.0);
        assert_eq!(diagnosis.verdict(), Verdict::HealthySoFar);
        diagnosis.readings.seconds = Readings::A_MINUTE;
        assert_eq!(diagnosis.verdict(), Verdict::Healthy);
        let unread = Class { name: "unread heap".into(), bytes: 51 << 20, meaning: String::new() };
        diagnosis.account =
            Account { rss_bytes: 100 << 20, classes: vec![unread], ..Account::default() };
        assert_eq!(diagnosis.verdict(), Verdict::NoGrowthSeen);
        diagnosis.account.rss_bytes = 102 << 20;
        assert_eq!(diagnosis.verdict(), Verdict::Healthy, "half of RSS is not most of it");
        diagnosis.findings.push(Finding {
            mode: Mode::RealGrowth,
            bytes: None,
            share: 0.0,
            microseconds: None,
            confidence: Confidence::Low,
            evidence: Vec::new(),
            remedy: String::new(),
            subject: None,
            allocated: None,
            slope: None,
        });
        assert_eq!(diagnosis.verdict(), Verdict::Found);
    }
}
