//! The content types that the extractors accept, by the rules of axum's extractors.

use super::rejection::Source;
use super::{Rejection, RejectionKind};

/// The content type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Requires `application/json` or `application/*+json`, with any parameters.
pub(super) fn require_json(content_type: Option<&str>) -> Result<(), Rejection> {
    if content_type.is_some_and(is_json) {
        return Ok(());
    }
    let text = "Expected request with `Content-Type: application/json`";
    Err(Rejection::new(RejectionKind::ContentType, text))
}

/// Requires [`FORM`], with any parameters.
#[cfg(any(feature = "actix-web", feature = "poem", feature = "salvo", feature = "warp"))]
pub(super) fn require_form(content_type: Option<&str>) -> Result<(), Rejection> {
    let is_form = |content_type: &str| {
        content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM)
    };
    if content_type.is_some_and(is_form) { Ok(()) } else { Err(no_form()) }
}

/// The rejection of another content type than [`FORM`].
pub(super) fn no_form() -> Rejection {
    let text = "Form requests must have `Content-Type: application/x-www-form-urlencoded`";
    Rejection::new(RejectionKind::ContentType, text).of(Source::Form)
}

fn is_json(content_type: &str) -> bool {
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let Some((top, subtype)) = essence.split_once('/') else { return false };
    let is_json = |text: &str| text.eq_ignore_ascii_case("json");
    let names_json = match subtype.rsplit_once('+') {
        Some((name, suffix)) => !name.is_empty() && (is_json(name) || is_json(suffix)),
        None => is_json(subtype),
    };
    top.eq_ignore_ascii_case("application")
        && names_json
        && is_token(subtype)
        && are_parameters(parameters)
}

/// Whether the text is a token of HTTP.
fn is_token(text: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_of_token)
}

/// Whether the text is a list of parameters. It may be empty.
fn are_parameters(mut rest: &str) -> bool {
    loop {
        rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            return true;
        }
        let Some((name, value)) = rest.split_once('=') else { return false };
        let end = if value.starts_with('"') { end_of_quoted(value) } else { value.find(';') };
        let (value, more) = value.split_at(end.unwrap_or(value.len()));
        let is_value = is_token(value) || end_of_quoted(value) == Some(value.len());
        if !is_token(name) || !is_value {
            return false;
        }
        rest = match more.strip_prefix(';') {
            Some(more) => more,
            None => return more.is_empty(),
        };
    }
}

/// The length of the quoted text at the beginning, with its quotes.
fn end_of_quoted(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.strip_prefix('"')?.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })?;
    Some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_may_have_parameters_a_prefix_and_any_case() {
        for right in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON",
            "application/vnd.api+json",
            "application/cloudevents+json;charset=utf-8",
            "application/json; charset=\"utf-8\";a=b",
            "application/json;",
        ] {
            assert!(is_json(right), "{right}");
        }
        for wrong in [
            "",
            "text/json",
            "application/jsonl",
            "application/",
            "json",
            "text/plain",
            "application/+json",
            "application/json/x+json",
            "application/a@+json",
            "application/json;charset",
            "application/json; =utf-8",
            "application/json; charset=utf 8",
            "application/json; charset=\"utf-8",
        ] {
            assert!(!is_json(wrong), "{wrong}");
        }
    }
}
