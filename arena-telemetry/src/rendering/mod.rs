//! Rendered answers: the text of a page or of the metrics, or the bytes of a profile, which many
//! readers share.
//!
//! A service with thousands of handlers has pages of megabytes. Three rules keep their readers from
//! slowing the service down:
//!
//! * **One rendering at a time.** Of the readers that ask while a text is rendered, none renders it
//!   again. All of them get the same bytes, without a copy ([`flights`]).
//! * **Not on an async worker.** The routes render on a thread of their own, which ends afterwards.
//! * **A bounded share of a core.** A text is reused for [`REUSE`] times as long as its rendering
//!   took, and for [`MOST_AGE`] at most. So endless readers cost a twentieth of a core.
//!
//! The routes for axum also pace the bytes that they send (`turns`), and answer `304` to a reader
//! that has the text already (`answer`).

use core::fmt;
use core::time::Duration;
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;
use std::time::Instant;

#[cfg(feature = "axum")]
pub(crate) mod answer;
#[cfg(feature = "axum")]
mod body;
pub(crate) mod flights;
#[cfg(feature = "axum")]
mod turns;

/// A text is reused for so many times as long as its rendering took.
const REUSE: u32 = 20;

/// A text is reused for at most this long. It is a third of Prometheus' usual scrape interval.
const MOST_AGE: Duration = Duration::from_secs(5);

/// A rendered page, document or exposition, with its `ETag`. Clones share the text.
/// `Rendered<Vec<u8>>` is a profile, which is no text.
///
/// `Bytes::from_owner` of the crate `bytes` takes it as a body without a copy:
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use request_arena_telemetry::{Rendered, debug_page::DebugPage};
///
/// # async fn run(page: DebugPage) -> Result<(), request_arena_telemetry::RenderError> {
/// let document: Rendered = page.render_json().await?;
/// let body = axum::body::Bytes::from_owner(document.clone());
/// assert_eq!(body, document.as_str());
/// # Ok(())
/// # }
/// # }
/// ```
#[derive(Debug)]
pub struct Rendered<T = String>(Arc<Content<T>>);

#[derive(Debug)]
struct Content<T> {
    content: T,
    etag: String,
    /// When its rendering began. It has figures of that moment, or later ones.
    began: Instant,
    took: Duration,
}

// Not derived, since the content need not be `Clone`.
impl<T> Clone for Rendered<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl Rendered {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.content
    }
}

impl<T: AsRef<[u8]>> Rendered<T> {
    /// Its `ETag`, in quotation marks: a hash of the content.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.0.etag
    }

    /// Whether the value of a request's `If-None-Match` header names this text. The answer is then
    /// `304 Not Modified`, without a body.
    #[must_use]
    pub fn is_known(&self, if_none_match: &str) -> bool {
        let mut tags = if_none_match.split(',').map(str::trim);
        // `GET` compares weakly: RFC 9110, section 13.1.2.
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.etag())
    }

    fn new(content: T, began: Instant) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(content.as_ref());
        let etag = format!("\"{:016x}\"", hasher.finish());
        Self(Arc::new(Content { content, etag, began, took: began.elapsed() }))
    }
}

impl<T> Rendered<T> {
    /// How long it may be reused from its beginning on.
    fn lasts(&self) -> Duration {
        self.0.took.saturating_mul(REUSE).min(MOST_AGE)
    }

    /// Whether it is good enough for a reader at this age. While a newer one is rendered, it serves
    /// for twice as long, so that its readers do not wait.
    fn serves(&self, age: Duration, is_rendering: bool) -> bool {
        age < self.lasts() * if is_rendering { 2 } else { 1 }
    }
}

impl<T: AsRef<[u8]>> AsRef<[u8]> for Rendered<T> {
    fn as_ref(&self) -> &[u8] {
        self.0.content.as_ref()
    }
}

/// Why a text could not be rendered: the encoder failed, or the code that renders panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderError(Arc<str>);

impl RenderError {
    pub(crate) fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string().into())
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request-arena: the figures could not be rendered: {}", self.0)
    }
}

impl core::error::Error for RenderError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(millis: u64) -> Rendered {
        let (content, etag) = (String::new(), String::new());
        let took = Duration::from_millis(millis);
        Rendered(Arc::new(Content { content, etag, began: Instant::now(), took }))
    }

    #[test]
    fn a_text_is_reused_for_longer_the_more_it_costs() {
        let serves = |millis, age| took(millis).serves(Duration::from_millis(age), false);
        assert!(serves(1, 19) && !serves(1, 20));
        assert!(serves(50, 999) && !serves(50, 1000));
        assert!(serves(5000, 4999) && !serves(5000, 5000), "never older than five seconds");
        assert!(took(1).serves(Duration::from_millis(39), true), "a newer one is on its way");
        assert!(!took(1).serves(Duration::from_millis(40), true));
    }

    #[test]
    fn equal_texts_have_equal_tags_and_others_have_others() {
        let of = |text: &str| Rendered::new(text.to_owned(), Instant::now());
        assert_eq!(of("a").etag(), of("a").etag());
        assert_ne!(of("a").etag(), of("b").etag());
        let (text, etag) = (of("a"), of("a").etag().to_owned());
        assert!(text.is_known(&etag) && text.is_known("*"));
        assert!(text.is_known(&format!("\"other\", W/{etag}")));
        assert!(!text.is_known("\"other\"") && !text.is_known(etag.trim_matches('"')));
    }
}
