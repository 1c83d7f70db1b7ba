//! The doctor's section: RSS by class over time, and the diagnosis.

use core::time::Duration;

use maud::{Markup, html};
use request_arena_chart::human::{NONE, bytes, count, size, time};
use request_arena_chart::key;
use serde::Serialize;

use super::holders;
use crate::doctor::class_name;
use crate::doctor::{
    Account, Advice, Allocator, ContainerMemory, Diagnosis, Finding, Owner, Owners, Timeline,
    Verdict,
};
pub(super) use crate::doctor::{Overview, overview};

/// The doctor's part of the JSON: the fields of the diagnosis, its age, and the timeline.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    judged_seconds_ago: f64,
    #[serde(flatten)]
    diagnosis: &'a Diagnosis,
    timeline: &'a Timeline,
}

pub(super) fn document(overview: &Overview) -> Document<'_> {
    let Overview { diagnosis, age, timeline, .. } = overview;
    Document { judged_seconds_ago: age.as_secs_f64(), diagnosis, timeline }
}

pub(super) fn section(overview: &Overview) -> Markup {
    let Overview { diagnosis, age, timeline, .. } = overview;
    html! {
        section #doctor {
            h2 { "The doctor" }
            (timeline.chart(20.0).in_page("The chart begins with the second reading."))
            (judgement(diagnosis, *age))
            div.doctor {
                div {
                    (findings(diagnosis))
                    (container(diagnosis.container.as_ref()))
                    (allocators(&diagnosis.allocators))
                    (advice(&diagnosis.advice))
                }
                (account(&diagnosis.account))
            }
            (holders::table(&diagnosis.holders))
            @if let Some(owners) = &diagnosis.owners { (owned(owners)) }
        }
    }
}

/// The note if no doctor runs: how to start one.
pub(super) fn absent() -> Markup {
    html! {
        p.note {
            "No doctor runs. To find out what makes this memory grow, keep "
            code { "request_arena::doctor::Doctor::start(Default::default())" }
            " in a variable of " code { "main" } "."
        }
    }
}

/// The readings behind the diagnosis, and its age.
fn judgement(diagnosis: &Diagnosis, age: Duration) -> Markup {
    let readings = &diagnosis.readings;
    let of = Duration::try_from_secs_f64(readings.seconds).unwrap_or_default();
    html! {
        p.note {
            @if readings.count == 0 {
                "No diagnosis: no memory readings available. Is /proc mounted?"
            } @else {
                "Judged " (time(age)) " ago, from " (count(readings.count as u64)) " readings over "
                (time(of)) " and "
                (count(readings.requests)) " requests."
            }
        }
    }
}

fn findings(diagnosis: &Diagnosis) -> Markup {
    let verdict = diagnosis.verdict();
    html! {
        @if !matches!(verdict, Verdict::Found | Verdict::Unread) {
            p { b { (sentence(verdict.as_str())) } " " (sentence(verdict.reason())) }
        }
        @for finding in &diagnosis.findings { (article(finding)) }
    }
}

/// What the doctor says of the container.
fn container(container: Option<&ContainerMemory>) -> Markup {
    let sentences = container.map_or(&[][..], |container| &container.sentences);
    html! {
        @if !sentences.is_empty() {
            h3 { "Container" }
            ul { @for text in sentences { li { (prose(&sentence(text))) } } }
        }
    }
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let (first, rest) = clause.split_at(clause.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}.", first.to_uppercase())
}

fn article(finding: &Finding) -> Markup {
    html! {
        article.finding {
            h3 {
                (finding.mode) " (" (finding.confidence) ")"
                @if let Some(subject) = &finding.subject { " in " code { (subject) } }
                @if let Some(held) = finding.bytes {
                    ": " (bytes(held)) ", " (percent(finding.share)) " of RSS"
                }
                @if let Some(microseconds) = finding.microseconds {
                    ": " (count(microseconds)) " µs"
                }
            }
            ul { @for evidence in &finding.evidence { li { (prose(&evidence.to_string())) } } }
            p { "Remedy: " (prose(&finding.remedy)) }
        }
    }
}

fn allocators(allocators: &[Allocator]) -> Markup {
    html! {
        @for Allocator { name, serves, .. } in allocators {
            p title=(serves.evidence) { (serves.who()) " from " (name) "." }
        }
    }
}

fn advice(advice: &[Advice]) -> Markup {
    html! {
        @if !advice.is_empty() {
            h3 { "Advice" }
            ul {
                @for Advice { scope, text, .. } in advice {
                    li { code { (scope) } ": " (prose(text)) }
                }
            }
        }
    }
}

/// A sentence in which code stands between backticks.
fn prose(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// The account, without classes that there is nothing of.
fn account(account: &Account) -> Markup {
    let share = |bytes: u64| percent(bytes as f64 / account.rss_bytes.max(1) as f64);
    let unexplained = account.unexplained_bytes.max(0).unsigned_abs();
    html! {
        div {
            table.account {
                thead {
                    tr {
                        th scope="col" { "class" }
                        th scope="col" { "bytes" }
                        th scope="col" { "of RSS" }
                        th {}
                    }
                }
                tbody {
                    @for class in account.classes.iter().filter(|class| class.bytes > 0) {
                        (row(&class.name, class.bytes, &share(class.bytes), &class.meaning))
                    }
                    (row(
                        Timeline::UNEXPLAINED,
                        unexplained,
                        &share(unexplained),
                        Timeline::meaning_of(Timeline::UNEXPLAINED),
                    ))
                    tr {
                        th scope="row" { b { "RSS" } }
                        td { b { (bytes(account.rss_bytes)) } }
                        td {}
                        td {}
                    }
                }
            }
            @if account.untouched_bytes > 0 {
                p.note {
                    "Plus " (size(account.untouched_bytes))
                    " reserved by the allocator but not resident."
                }
            }
        }
    }
}

/// The owners of the live heap. The fastest growth comes first.
fn owned(owners: &Owners) -> Markup {
    let of = Duration::try_from_secs_f64(owners.seconds).unwrap_or_default();
    html! {
        h3 { "Live heap by owner" }
        p.note {
            "From two profiles, " (time(of)) " and " (count(owners.requests)) " requests apart; \
            bytes are estimates from samples."
        }
        (scrolled(
            "Live heap by owner",
            &["function", "live", "grew by", "per request", "stayed", "where"],
            &html! { @for owner in &owners.owners { (owner_row(owner)) } },
        ))
    }
}

/// A table that scrolls by itself where it is wider than the screen.
pub(super) fn scrolled(label: &str, columns: &[&str], rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) {
            table.owners {
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody { (rows) }
            }
        }
    }
}

fn owner_row(owner: &Owner) -> Markup {
    html! {
        tr {
            th scope="row" {
                code { (owner.function) }
                @if let Some(arena) = &owner.arena { ", chunks of " (arena) }
                @if let Some(name) = &owner.metered { " (metered as " code { (name) } ")" }
            }
            td { (bytes(owner.live_bytes)) }
            td { (signed(owner.growth_bytes as f64)) }
            td { (owner.bytes_per_request.map_or_else(|| NONE.to_owned(), signed)) }
            td { (bytes(owner.stayed_bytes)) }
            td { (owner.whence()) }
        }
    }
}

/// Bytes with their sign.
fn signed(bytes: f64) -> String {
    let sign = if bytes < 0.0 { "\u{2212}" } else { "" };
    format!("{sign}{}", size(bytes.abs().round() as u64))
}

fn row(class: &str, held: u64, share: &str, meaning: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (key(&class_name(class))) (class) }
            td { (bytes(held)) }
            td { (share) }
            td { (meaning) }
        }
    }
}

/// A share from 0 to 1 in percent.
fn percent(part: f64) -> String {
    let percent = part * 100.0;
    if percent < 10.0 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::doctor::{Confidence, Doctor, FigureUnit, Mode, Options};

    const HOSTILE: &str = "<script>alert(1)</script>";

    /// A doctor without periodic judgements, which another test reads.
    pub(crate) fn doctor() -> Doctor {
        Doctor::start(Options { watch: None, ..Options::default() })
    }

    /// What the doctor says of this process, but for findings.
    pub(crate) fn overview() -> Overview {
        let doctor = doctor();
        doctor.sample();
        let mut diagnosis = doctor.diagnose();
        // Other tests make this process look however they make it look.
        diagnosis.findings.clear();
        diagnosis.advice.clear();
        let mut overview = Overview::default();
        overview.diagnosis = diagnosis;
        overview.age = Duration::from_secs(75);
        overview.timeline = doctor.timeline();
        overview
    }

    /// A finding with an attack in every text.
    pub(crate) fn finding() -> Finding {
        from_json(json!({
            "mode": Mode::LongLivedArena,
            "bytes": 48 << 20,
            "share": 0.754,
            "microseconds": null,
            "confidence": Confidence::High,
            "evidence": [
                { "name": HOSTILE, "value": 1.5, "unit": FigureUnit::Ratio, "meaning": HOSTILE },
            ],
            "remedy": HOSTILE,
            "subject": HOSTILE,
        }))
    }

    /// An owner with an attack in every text.
    pub(crate) fn owners() -> Owners {
        let mut owner = Owner::default();
        owner.function = HOSTILE.to_owned();
        owner.file = Some(HOSTILE.to_owned());
        owner.line = Some(7);
        owner.arena = Some(HOSTILE.to_owned());
        owner.metered = Some(HOSTILE.to_owned());
        owner.live_bytes = 3 << 20;
        owner.growth_bytes = 1 << 20;
        owner.bytes_per_request = Some(-2048.0);
        owner.callers = vec![HOSTILE.to_owned()];
        let mut owners = Owners::default();
        (owners.seconds, owners.requests, owners.owners) = (600.0, 7, vec![owner]);
        owners
    }

    fn from_json<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
        serde_json::from_value(value).expect("the fields of the type")
    }

    #[test]
    fn a_finding_is_shown_with_its_evidence_and_remedy_and_every_text_is_escaped() {
        let mut overview = overview();
        overview.diagnosis.findings.push(finding());
        overview.diagnosis.advice.push(from_json(json!({ "scope": HOSTILE, "text": HOSTILE })));
        overview.diagnosis.owners = Some(owners());
        overview.diagnosis.allocators[0].name = HOSTILE.to_owned();
        overview.diagnosis.allocators[0].serves.evidence = "\"><q>".to_owned();
        overview.diagnosis.account.classes[0].name = HOSTILE.to_owned();
        overview.timeline.classes[0] = "\"><q>".to_owned();
        let page = section(&overview).into_string();
        assert!(!page.contains(HOSTILE) && !page.contains("\"><q>"), "{page}");
        let escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
        let heading = format!(
            "an arena that outlives its requests (certain) in <code>{escaped}</code>: <span \
             title=\"50,331,648 bytes\">48.0 MiB</span>, 75 % of RSS"
        );
        for shown in [
            heading,
            format!("<li>{escaped}: 1.50 ({escaped})</li>"),
            format!("Remedy: {escaped}"),
            format!("<code>{escaped}</code>: {escaped}"),
            format!(" from {escaped}."),
            format!(
                "<code>{escaped}</code>, chunks of {escaped} (metered as <code>{escaped}</code>)"
            ),
            "<td>1.0 MiB</td><td>\u{2212}2.0 KiB</td>".to_owned(),
            format!("<td>at {escaped}:7, called by {escaped}</td>"),
        ] {
            assert!(page.contains(&shown), "{shown} in {page}");
        }
        assert!(!page.contains("Healthy"));
    }

    #[test]
    fn what_stands_between_backticks_is_code() {
        let shown = prose("Look at `a<b>` and `c`, or not").into_string();
        assert_eq!(shown, "Look at <code>a&lt;b&gt;</code> and <code>c</code>, or not");
    }

    #[test]
    fn the_container_is_spoken_of_if_there_is_something_to_say() {
        assert_eq!(container(None).into_string(), "");
        let mut memory = ContainerMemory::default();
        assert_eq!(container(Some(&memory)).into_string(), "");
        memory.sentences = vec!["the kernel stops `<b>`".to_owned()];
        assert_eq!(
            container(Some(&memory)).into_string(),
            "<h3>Container</h3><ul><li>The kernel stops <code>&lt;b&gt;</code>.</li></ul>"
        );
    }

    #[test]
    fn a_finding_of_time_has_its_microseconds_and_no_bytes() {
        let mut finding = finding();
        (finding.bytes, finding.microseconds) = (None, Some(4200));
        let shown = article(&finding).into_string();
        assert!(shown.contains(": 4,200 µs") && !shown.contains("of RSS"), "{shown}");
    }

    #[test]
    fn healthy_is_said_in_words_with_the_age_of_the_judgement_and_the_account() {
        let mut overview = overview();
        overview.diagnosis.holders.clear();
        assert!(
            section(&overview).into_string().contains("<b>Healthy so far.</b>"),
            "after its start"
        );
        overview.diagnosis.readings.seconds = 60.0;
        let page = section(&overview).into_string();
        assert!(page.contains("<b>Healthy.</b> The readings show none"), "{page}");
        assert!(page.contains("Judged 1m 15s ago"), "{page}");
        let shown = overview.diagnosis.account.classes.iter().filter(|class| class.bytes > 0);
        assert_eq!(page.matches("<tr><th scope=\"row\">").count(), shown.count() + 2, "{page}");
        assert!(
            page.contains("</svg>unexplained</th>") && page.contains("<path class=\"heap-live\""),
            "{page}"
        );
    }

    #[test]
    fn where_nothing_can_be_read_nobody_is_called_healthy() {
        let mut nothing = overview();
        nothing.diagnosis = Diagnosis::default();
        let page = section(&nothing).into_string();
        assert!(
            page.contains("no memory readings available") && !page.contains("Healthy"),
            "{page}"
        );
    }
}
