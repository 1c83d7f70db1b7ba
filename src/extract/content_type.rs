//! The content types that the extractors accept, by the rules of axum's extractors.

use super::rejection::Source;
use super::{Rejection, RejectionKind};

/// Requires `application/json` or `application/*+json`, with any parameters.
pub(super) fn require_json(content_type: Option<&str>) -> Result<(), Rejection> {
    if content_type.is_some_and(is_json) {
        return Ok(());
    }
    let text = "Expected request with `Content-Type: application/json`";
    Err(Rejection::new(RejectionKind::ContentType, text))
}

/// Requires `application/x-www-form-urlencoded`, with any parameters.
pub(super) fn require_form(content_type: Option<&str>) -> Result<(), Rejection> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let is_form = |content_type: &str| {
        content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM)
    };
    if content_type.is_some_and(is_form) {
        return Ok(());
    }
    let text = "Form requests must have `Content-Type: application/x-www-form-urlencoded`";
    Err(Rejection::new(RejectionKind::ContentType, text).of(Source::Form))
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let Some((top, subtype)) = essence.split_once('/') else { return false };
    let ends = |end: &str| {
        let start = subtype.len().checked_sub(end.len());
        start.and_then(|start| subtype.get(start..)).is_some_and(|it| it.eq_ignore_ascii_case(end))
    };
    top.eq_ignore_ascii_case("application")
        && (subtype.eq_ignore_ascii_case("json") || ends("+json"))
        && subtype.bytes().all(|byte| byte.is_ascii_graphic())
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
        ] {
            assert!(is_json(right), "{right}");
        }
        for wrong in ["", "text/json", "application/jsonl", "application/", "json", "text/plain"] {
            assert!(!is_json(wrong), "{wrong}");
        }
    }
}
