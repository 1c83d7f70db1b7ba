//! The ids of a trace and its span, as of W3C's Trace Context.
//!
//! An id is a number, and its text is made of that. So no text of a request gets into an exporter.

use core::fmt;
use core::num::{NonZeroU64, NonZeroU128};

/// The id of a trace: 16 bytes, not all zero. `Display` writes 32 hexadecimal digits.
///
/// ```
/// use request_arena_core::exemplar::TraceId;
///
/// let id = TraceId::new(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes()).unwrap();
/// assert_eq!(id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(TraceId::new([0; 16]), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(NonZeroU128);

/// The id of a span: 8 bytes, not all zero. `Display` writes 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(NonZeroU64);

impl TraceId {
    /// The id of these bytes, which are in the order of its text. `None` for zeros, which W3C
    /// forbids.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Option<Self> {
        match NonZeroU128::new(u128::from_be_bytes(bytes)) {
            Some(id) => Some(Self(id)),
            None => None,
        }
    }

    /// Its bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.get().to_be_bytes()
    }
}

impl SpanId {
    /// The id of these bytes, which are in the order of its text. `None` for zeros, which W3C
    /// forbids.
    #[must_use]
    pub const fn new(bytes: [u8; 8]) -> Option<Self> {
        match NonZeroU64::new(u64::from_be_bytes(bytes)) {
            Some(id) => Some(Self(id)),
            None => None,
        }
    }

    /// Its bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0.get().to_be_bytes()
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceId({self})")
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpanId({self})")
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for TraceId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SpanId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A trace, and the span in it that the request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Trace {
    /// The trace.
    pub trace_id: TraceId,
    /// The span. `None` if it is unknown.
    pub span_id: Option<SpanId>,
}

impl Trace {
    /// A trace without a span.
    #[must_use]
    pub const fn new(trace_id: TraceId) -> Self {
        Self { trace_id, span_id: None }
    }

    /// The trace with this span.
    #[must_use]
    pub const fn with_span(self, span_id: SpanId) -> Self {
        Self { span_id: Some(span_id), ..self }
    }

    /// The trace of a request's header `traceparent`. `None` if the header is not valid, or if the
    /// caller does not record the trace.
    ///
    /// ```
    /// use request_arena_core::exemplar::Trace;
    ///
    /// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// let trace = Trace::of_traceparent(header).unwrap();
    /// assert_eq!(trace.span_id.unwrap().to_string(), "00f067aa0ba902b7");
    /// assert_eq!(Trace::of_traceparent("00-\"} 1\n-00f067aa0ba902b7-01"), None);
    /// ```
    #[must_use]
    pub fn of_traceparent(header: &str) -> Option<Self> {
        const SAMPLED: u8 = 1;
        let mut parts = header.trim_matches([' ', '\t']).split('-');
        let [version] = hex(parts.next()?)?;
        let trace_id = TraceId::new(hex(parts.next()?)?)?;
        let span_id = SpanId::new(hex(parts.next()?)?)?;
        let [flags] = hex(parts.next()?)?;
        // A later version may have more parts. 255 is forbidden.
        let is_known = version == 0 && parts.next().is_none() || (1..u8::MAX).contains(&version);
        (is_known && flags & SAMPLED != 0).then_some(Self { trace_id, span_id: Some(span_id) })
    }
}

/// The bytes of as many pairs of lower-case hexadecimal digits.
fn hex<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    if text.len() != 2 * BYTES {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_header_gives_back_its_ids() {
        let trace = Trace::of_traceparent(HEADER).unwrap();
        assert_eq!(trace.trace_id.to_string(), HEADER[3..35]);
        assert_eq!(trace.span_id.unwrap().to_string(), HEADER[36..52]);
        assert_eq!(TraceId::new(trace.trace_id.to_bytes()), Some(trace.trace_id));
        let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-more";
        assert_eq!(Trace::of_traceparent(later), Some(trace));
        assert_eq!(Trace::of_traceparent(&format!(" {HEADER}\t")), Some(trace));
    }

    #[test]
    fn another_header_gives_no_trace() {
        for (from, to) in [
            ("-01", "-00"),      // not sampled
            ("-01", "-01-more"), // too long for version 0
            ("-01", "-1"),
            ("-01", ""),
            ("00-", "ff-"), // a forbidden version
            ("00-", "0-"),
            ("4bf92f", "4BF92F"), // upper case
            ("4bf92f", "4bf92\n"),
            ("4bf92f", "\"} 1 #"),
            ("4bf92f", "4bf9é"), // of the right length in bytes
            ("4bf92f3577b34da6a3ce929d0e0e4736", "00000000000000000000000000000000"),
            ("4bf92f3577b34da6a3ce929d0e0e4736", "+4bf92f3577b34da6a3ce929d0e0e473"),
            ("00f067aa0ba902b7", "0000000000000000"),
            ("00f067aa0ba902b7", "00f067aa0ba902b"),
        ] {
            let header = HEADER.replacen(from, to, 1);
            assert_ne!(header, HEADER);
            assert_eq!(Trace::of_traceparent(&header), None, "{header:?}");
        }
        assert_eq!(Trace::of_traceparent(""), None);
    }
}
