//! The `tracing` event at the end of a scope. It belongs to the span in which the scope was opened,
//! and also fills the `arena.*` fields that this span declared.

use core::fmt;

use tracing::level_filters::LevelFilter;
use tracing::{Level, Span};

use crate::figures::cells::EndedScope;
use crate::printable::printable;
use crate::settings;
use crate::site::Site;

/// Whether a subscriber may want the event. Costs one relaxed load.
#[inline(always)]
pub(crate) fn is_wanted() -> bool {
    LevelFilter::current() >= LevelFilter::WARN
}

/// The reasons to report the end of a scope as a warning. Displays nothing if there are none.
struct Warning<'e> {
    site: &'static Site,
    ended: &'e EndedScope<'e>,
    open_ms: u64,
}

impl Warning<'_> {
    fn over_soft_limit(&self) -> Option<usize> {
        self.site.soft_limit().filter(|&limit| self.ended.figures.peak_used > limit)
    }

    fn open_for_long(&self) -> bool {
        self.open_ms > settings::warn_open_ms()
    }

    fn is_due(&self) -> bool {
        let figures = self.ended.figures;
        (figures.refusals | figures.budget_refusals | figures.over_limit) > 0
            || self.over_soft_limit().is_some()
            || self.open_for_long()
    }
}

impl fmt::Display for Warning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        let figures = self.ended.figures;
        if figures.refusals > 0 {
            write!(f, "allocations refused: {}", figures.refusals)?;
            if let Some(limit) = self.site.limit() {
                write!(f, " (limit {limit} bytes)")?;
            }
            separator = "; ";
        }
        if figures.budget_refusals > 0 {
            let refusals = figures.budget_refusals;
            write!(f, "{separator}allocations refused by the service's budget: {refusals}")?;
            separator = "; ";
        }
        if let (1.., Some(limit)) = (figures.over_limit, self.site.limit()) {
            write!(f, "{separator}over its limit of {limit} bytes, which is only measured")?;
            separator = "; ";
        }
        if let Some(limit) = self.over_soft_limit() {
            write!(f, "{separator}over its soft limit of {limit} bytes")?;
            separator = "; ";
        }
        if self.open_for_long() {
            write!(f, "{separator}open for {} s", self.open_ms / 1000)?;
        }
        Ok(())
    }
}

/// Sends the event, and records the span's fields.
#[cold]
#[inline(never)]
pub(crate) fn send(site: &'static Site, open_ms: u64, ended: &EndedScope<'_>, span: Option<&Span>) {
    let span = span.cloned().unwrap_or_else(Span::current);
    let figures = ended.figures;
    let (used, peak_used, reserved) =
        (figures.used as u64, figures.peak_used as u64, figures.reserved as u64);
    span.record("arena.used_bytes", used);
    span.record("arena.peak_used_bytes", peak_used);
    span.record("arena.reserved_bytes", reserved);
    if let Some(heap) = ended.heap {
        span.record("arena.heap_bytes", heap.inside);
    }
    let (warning, name) = (Warning { site, ended, open_ms }, printable(site.name()));
    macro_rules! event {
        ($level:expr, $($warning:tt)*) => {
            tracing::event!(
                target: "request_arena",
                parent: &span,
                $level,
                scope = &*name,
                outcome = ended.outcome.as_str(),
                arena.used_bytes = used,
                arena.peak_used_bytes = peak_used,
                arena.reserved_bytes = reserved,
                arena.chunks = figures.chunks as u64,
                arena.heap_bytes = ended.heap.map(|heap| heap.inside),
                arena.heap_before_bytes = ended.heap.and_then(|heap| heap.before),
                $($warning)*
                "request scope ended"
            )
        };
    }
    if warning.is_due() {
        event!(Level::WARN, warning = %warning,);
    } else {
        event!(Level::DEBUG,);
    }
}
