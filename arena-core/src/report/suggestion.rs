//! The attribute that the figures of a site suggest.
//!
//! The limit is a power of two, and at least twice the most that any request has taken. With `n`
//! requests of the same kind, the next one takes more than all of them with a probability of
//! `1 / (n + 1)`. So the number of requests says how sure the largest is, whatever their
//! distribution. `initial` is the room that 99 of 100 requests needed.

use core::fmt;

use super::SiteReport;
use crate::figures::stats::Exactness;
use crate::lease::CHUNK_FOOTER;
use crate::site::LimitMode;

/// A suggestion needs this many requests.
const LEAST: u64 = 10;
/// From this many requests on, the confidence is medium, and high.
const MEDIUM: u64 = 1_000;
const HIGH: u64 = 100_000;

/// The least limit that is suggested: 16 KiB.
const LEAST_LIMIT: u64 = 16 << 10;

/// How sure a [`Suggestion`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Confidence {
    /// Fewer than 1,000 requests. The same applies if the limit has refused requests, because they
    /// may have needed any size.
    Low,
    /// Fewer than 100,000 requests. It is no more with a raw `&Bump`, because the peaks are lower
    /// bounds.
    Medium,
    /// At least 100,000 requests.
    High,
}

impl Confidence {
    /// The name in tables: `low`, `medium` or `high`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The options of `#[request_arena]` that the figures of a site suggest:
/// [`SiteReport::suggestion`].
///
/// `Display` writes the attribute with the reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Suggestion {
    /// The `limit`: at least twice the most that a request has taken, in bytes.
    pub limit_bytes: u64,
    /// The `initial` size: the room that 99 of 100 requests needed, in bytes.
    pub initial_bytes: u64,
    /// The most that a request has taken: chunks of its arenas, and a response buffer.
    pub most_bytes: u64,
    /// The requests behind the suggestion.
    pub requests: u64,
    /// How sure it is.
    pub confidence: Confidence,
}

impl SiteReport {
    /// Returns the options that the figures suggest. `None` with fewer than 10 requests, and if
    /// none has used its arena.
    ///
    /// ```
    /// use request_arena_core::{Site, report, scope};
    ///
    /// static SITE: Site = Site::new("thumbnail", module_path!(), file!(), line!());
    /// for _ in 0..100 {
    ///     scope(&SITE, |arena| { arena.alloc_slice_fill_copy(10_000, 0_u8); });
    /// }
    /// let suggestion = report().site("thumbnail").unwrap().suggestion().unwrap();
    /// assert_eq!(
    ///     suggestion.attribute(),
    ///     r#"#[request_arena(limit = "32 KiB", initial = "10 KiB")]"#
    /// );
    /// ```
    #[must_use]
    pub fn suggestion(&self) -> Option<Suggestion> {
        let requests = self.outcomes.total();
        let room = self.peak_used.quantile(0.99);
        if requests < LEAST || room == 0 {
            return None;
        }
        // A buffer that grows doubles its chunk.
        let buffer = self.responses.map_or(0, |responses| {
            responses.bytes.max.checked_next_power_of_two().unwrap_or(responses.bytes.max)
        });
        let chunks = self.reserved.max.saturating_sub(CHUNK_FOOTER as u64);
        let most_bytes = chunks.saturating_add(buffer);
        let is_cut_off = self.refusals > 0 && self.limit_mode == LimitMode::Enforce;
        let known = if is_cut_off { self.limit_bytes.unwrap_or(0) as u64 } else { 0 };
        let twice = most_bytes.saturating_mul(2).max(known).max(LEAST_LIMIT);
        let limit_bytes = twice.checked_next_power_of_two().unwrap_or(twice);
        let initial_bytes = room.next_multiple_of(1 << 10).min(limit_bytes);
        let is_lower_bound =
            matches!(self.peak_exactness, Exactness::AtLeast | Exactness::Estimate);
        let confidence = match requests {
            _ if is_cut_off => Confidence::Low,
            ..MEDIUM => Confidence::Low,
            HIGH.. if !is_lower_bound => Confidence::High,
            _ => Confidence::Medium,
        };
        Some(Suggestion { limit_bytes, initial_bytes, most_bytes, requests, confidence })
    }
}

impl Suggestion {
    /// Returns the attribute, ready to be pasted. Other options of the handler are not in it.
    #[must_use]
    pub fn attribute(&self) -> String {
        let Self { limit_bytes, initial_bytes, .. } = *self;
        std::format!(
            "#[request_arena(limit = \"{}\", initial = \"{}\")]",
            size(limit_bytes),
            size(initial_bytes)
        )
    }
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { most_bytes, requests, confidence, .. } = self;
        write!(
            f,
            "{} ({} confidence: the largest of {requests} requests took {most_bytes} bytes)",
            self.attribute(),
            confidence.as_str()
        )
    }
}

/// A size in the largest unit that divides it, as the attribute reads it.
fn size(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let unit = units.into_iter().find(|(_, bits)| bytes.trailing_zeros() >= *bits && bytes > 0);
    match unit {
        Some((unit, bits)) => std::format!("{} {unit}", bytes >> bits),
        None => std::format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bytes, Site, report, scope};

    fn with(change: impl FnOnce(&mut SiteReport)) -> Option<Suggestion> {
        static SITE: Site = Site::new("suggested", module_path!(), file!(), line!());
        scope(&SITE, |arena| _ = arena.alloc(0_u8));
        let mut site = report().site("suggested").expect("it has run").clone();
        (site.peak_used, site.reserved) = (Bytes::default(), Bytes::default());
        change(&mut site);
        site.suggestion()
    }

    fn requests(site: &mut SiteReport, count: u64) {
        site.outcomes.returned = count;
        site.peak_used.record(3000);
        site.reserved.record(40_000 + CHUNK_FOOTER as u64);
    }

    #[test]
    fn the_limit_is_twice_the_largest_request_with_its_response() {
        let plain = with(|site| requests(site, 100)).expect("enough requests");
        assert_eq!((plain.most_bytes, plain.limit_bytes), (40_000, 128 << 10));
        assert_eq!(plain.initial_bytes, 3 << 10);
        let with_response = with(|site| {
            requests(site, 100);
            let mut responses = crate::ResponseReport::default();
            responses.bytes.record(30_000);
            site.responses = Some(responses);
        });
        assert_eq!(with_response.map(|at| at.limit_bytes), Some(256 << 10));
    }

    #[test]
    fn the_confidence_follows_the_requests_and_what_is_known_of_them() {
        let at = |count| with(|site| requests(site, count)).map(|at| at.confidence);
        assert_eq!([at(9), at(10), at(999)], [None, Some(Confidence::Low), Some(Confidence::Low)]);
        assert_eq!(at(1000), Some(Confidence::Medium));
        assert_eq!([at(99_999), at(100_000)], [Some(Confidence::Medium), Some(Confidence::High)]);
        let raw = with(|site| {
            requests(site, 1 << 20);
            site.peak_exactness = Exactness::AtLeast;
        });
        assert_eq!(raw.map(|at| at.confidence), Some(Confidence::Medium));
        let refused = with(|site| {
            requests(site, 1 << 20);
            (site.refusals, site.limit_bytes) = (1, Some(1 << 20));
        });
        let refused = refused.expect("enough requests");
        assert_eq!((refused.confidence, refused.limit_bytes), (Confidence::Low, 1 << 20));
    }

    #[test]
    fn sizes_are_those_that_the_attribute_reads() {
        let sizes = [100, 1 << 10, 3 << 10, 1 << 20, 1536 << 10, 2 << 30].map(size);
        assert_eq!(sizes, ["100 B", "1 KiB", "3 KiB", "1 MiB", "1536 KiB", "2 GiB"]);
    }
}
