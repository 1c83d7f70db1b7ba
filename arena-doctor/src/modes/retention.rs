//! Retention: the allocator keeps freed pages for longer than its settings let it, and nobody uses
//! them again.
//!
//! An allocator is to keep freed pages for a while: a burst that is over, and a batch job between
//! two batches, are healthy. So a page counts that stays free for longer than *decay* allows: the
//! least that was kept at any moment of twice the decay time (jemalloc gives all of a burst back
//! within one, and looks about every tenth of it). What is kept and needed again and again is a
//! batch job's, and what is turned over by requests (live bytes swing by as much) is in use. glibc
//! has no decay: jemalloc's default is taken.

use crate::evidence::Evidence;
use crate::levels;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// Decay may take so many times as long as it is set to.
const PATIENCE: u32 = 2;

/// A decay of milliseconds is not seen by readings of seconds: at least this part of what
/// everything has to last.
const SHORTEST: u32 = 5;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let rust = evidence.rust()?;
    let window = rust.decay.unwrap_or(evidence.settle).max(evidence.settle / SHORTEST) * PATIENCE;
    let told = levels::floor(&evidence.levels, window, |level| level.kept);
    // An allocator that does not tell its free pages apart has shown it in the experiment; one that
    // never gives pages back keeps them all; and so does one that had its chance and has nothing
    // live to lie beside them.
    let untold = || {
        let free = levels::floor(&evidence.levels, window, |level| level.free)?;
        let had_its_chance = || levels::had_its_chance(&evidence.levels, evidence.settle, free);
        if rust.decay.is_none()
            || levels::nothing_stayed(&evidence.levels, free) && had_its_chance()
        {
            return Some(free);
        }
        evidence.released.map(|released| released.bytes.min(free))
    };
    let bytes = match told {
        Some(kept) => kept,
        None if !evidence.levels.iter().any(|level| level.kept.is_some()) => untold()?,
        None => return None,
    };
    if !evidence.matters(bytes)
        || bytes <= levels::swing(&evidence.levels, window)
        || levels::is_used_again(&evidence.levels, bytes)
    {
        return None;
    }
    // What was to come back did not. Where the allocator does not tell, that may be as it reaches
    // its own thread's pages alone.
    if told.is_some() && evidence.released.is_some_and(|released| released.bytes < bytes / 4) {
        return None;
    }
    let confidence = match evidence.released {
        Some(released) if released.bytes >= bytes / 2 => Confidence::High,
        None if rust.name == "jemalloc" => Confidence::High,
        // A burst that is over before the next reading is not seen: what it needs again and again
        // looks like what nobody needs.
        None if !evidence.tells_peak() => Confidence::Low,
        _ => Confidence::Medium,
    };
    let mut finding = evidence.finding(Mode::Retention, bytes, confidence);
    let seconds = window.as_secs_f64();
    finding.subject = Some(rust.name.to_owned());
    finding.evidence = vec![
        Figure::bytes(
            "freed pages kept",
            bytes,
            format!("at all times in the last {seconds:.1} s"),
        ),
        Figure::bytes("live", evidence.now().live.unwrap_or(0), "allocated by the program"),
    ];
    if let Some(decay) = rust.decay {
        let meaning = "after which its settings give them back";
        finding.evidence.push(Figure::new(
            "decay",
            decay.as_secs_f64(),
            FigureUnit::Seconds,
            meaning,
        ));
    }
    if let Some(released) = evidence.released {
        let meaning = format!(
            "in {:.0} ms, when the allocator was asked to give back all that it can",
            released.seconds * 1e3
        );
        finding.evidence.push(Figure::bytes("given back", released.bytes, meaning));
    }
    let advice = rust
        .keeps_less
        .clone()
        .unwrap_or_else(|| "make the allocator give freed pages back".into());
    finding.remedy = format!("Nothing leaks. To retain less, {advice}.");
    Some(finding)
}
