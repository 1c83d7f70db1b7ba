//! Cells of the table of handlers that show more than one figure.

use maud::{Markup, html};
use request_arena_core::printable::printable;
use request_arena_core::{Exactness, HeapReport, Outcome, SiteReport};

use request_arena_chart::human::{NONE, bytes, count};

/// The arena's share of the memory of the handler's scopes, 0 to 1.
pub(super) fn coverage(site: &SiteReport) -> Option<f64> {
    site.heap.and_then(|heap| heap.coverage())
}

/// The same, with a sign if it is an upper bound.
pub(super) fn covered(site: &SiteReport) -> Markup {
    let is_bound = site.heap.is_some_and(|heap| heap.is_upper_bound());
    html! {
        @match coverage(site) {
            Some(part) => {
                @if is_bound { abbr title="at most: the heap around scopes is not counted without \
                    telemetry::layer()" { "≤" } }
                (format!("{:.0} %", part * 100.0))
            }
            None => (NONE),
        }
    }
}

/// A mean over the scopes around which the heap was counted.
pub(super) fn around(site: &SiteReport, bytes: fn(&HeapReport) -> u64) -> Option<f64> {
    site.heap
        .filter(|heap| heap.outermost > 0)
        .map(|heap| bytes(&heap) as f64 / heap.outermost as f64)
}

/// The handler's name, module and source line.
pub(super) fn name(site: &SiteReport) -> Markup {
    html! {
        @let (module, file) = (printable(site.module_path), printable(site.file));
        b { (printable(site.name)) }
        small title=(module) { (module) }
        small title={ (file) ":" (site.line) } { (file) ":" (site.line) }
    }
}

/// All ended scopes, and below them those that did not return.
pub(super) fn ended(site: &SiteReport) -> Markup {
    html! {
        (count(site.outcomes.total()))
        @for outcome in Outcome::ALL {
            @let ended = site.outcomes.of(outcome);
            @if ended > 0 && outcome != Outcome::Returned {
                small.bad[matches!(outcome, Outcome::Panicked | Outcome::LimitExceeded)] {
                    (count(ended)) " " (outcome.as_str().replace('_', " "))
                }
            }
        }
    }
}

/// A peak, with a sign if it is a bound or an estimate.
pub(super) fn signed(site: &SiteReport, value: u64) -> Markup {
    let (sign, about) = match site.peak_exactness {
        Exactness::Exact => ("", ""),
        Exactness::AtMost => ("≤", "at most: the peaks of forks or child scopes are added up"),
        Exactness::AtLeast => ("≥", "at least: memory that a raw &Bump frees is not seen"),
        Exactness::Estimate => {
            ("~", "about: forks' peaks are added up, and memory that a raw &Bump frees is not seen")
        }
        _ => ("?", "of unknown exactness"),
    };
    html! {
        @if !sign.is_empty() { abbr title=(about) { (sign) } }
        (bytes(value))
    }
}

/// The peak of the handler's largest scope, and below it the id of its trace.
pub(super) fn trace(site: &SiteReport) -> Markup {
    html! {
        @match &site.exemplar {
            Some(exemplar) => {
                @let id = exemplar.trace.trace_id;
                (bytes(exemplar.peak_used))
                small title={ "trace " (id) } { (id) }
            }
            None => (NONE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::debug_page::tests::sites;

    #[test]
    fn a_bound_has_its_sign_and_an_exact_figure_has_none() {
        let mut site = sites().remove(0);
        let mut shown = |exactness| {
            site.peak_exactness = exactness;
            signed(&site, 1024).into_string()
        };
        assert_eq!(shown(Exactness::Exact), r#"<span title="1,024 bytes">1.0 KiB</span>"#);
        for (exactness, sign) in
            [(Exactness::AtMost, "≤"), (Exactness::AtLeast, "≥"), (Exactness::Estimate, "~")]
        {
            assert!(shown(exactness).contains(&format!(">{sign}</abbr>")));
        }
    }

    #[test]
    fn scopes_that_did_not_return_are_named_by_how_they_ended() {
        let mut site = sites().remove(0);
        (site.outcomes.returned, site.outcomes.error, site.outcomes.limit_exceeded) = (1000, 20, 3);
        let cell = ended(&site).into_string();
        assert!(cell.starts_with("1,023<small") && cell.contains(">20 error<"), "{cell}");
        assert!(
            cell.contains("<small class=\"bad\">3 limit exceeded<") && !cell.contains("panicked"),
            "{cell}"
        );
    }
}
