//! The HTTP headers of the page. They allow only the page's own style and script, by their hashes,
//! and forbid caching.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::html::{SCRIPT, STYLE};

/// Forbids to load, frame or send anything except the page's own style and script, and the page
/// itself again.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; \
         connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        hash(&STYLE),
        hash(SCRIPT),
    )
});

/// The headers for the page: its type, a `Content-Security-Policy` that allows only the page's own
/// script, and no caching.
///
/// ```
/// let headers = request_arena_telemetry::debug_page::html_headers();
/// let policy = headers.iter().find(|(name, _)| *name == "content-security-policy").unwrap().1;
/// assert!(policy.starts_with("default-src 'none'"));
/// ```
#[must_use]
pub fn html_headers() -> [(&'static str, &'static str); 6] {
    [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", &POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ]
}

/// The headers for the JSON.
///
/// ```
/// let headers = request_arena_telemetry::debug_page::json_headers();
/// assert!(headers.contains(&("content-type", "application/json")));
/// ```
#[must_use]
pub fn json_headers() -> [(&'static str, &'static str); 5] {
    [
        ("content-type", "application/json"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ]
}
