//! The page: its frame, and the table of handlers.

use std::sync::LazyLock;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use request_arena_core::Report;
use request_arena_core::exemplar::Answers;
use request_arena_core::printable::printable;

use super::columns::Column;
use super::order::Order;
use super::sort::Sort;
use super::{View, admission, cards, doctor, heap_profile, live_heap, memory};

/// The style of the page and of its charts.
pub(super) static STYLE: LazyLock<String> =
    LazyLock::new(|| [include_str!("assets/page.css"), request_arena_chart::STYLE].concat());
pub(super) const SCRIPT: &str = include_str!("assets/page.js");

/// The whole document. The script replaces `main`, and shows the elements that need it.
pub(super) fn page(view: &View, sort: &Sort) -> Markup {
    let program = program();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { "arenas · " (program) }
                link rel="icon" href="data:,";
                style { (PreEscaped(&*STYLE)) }
            }
            body {
                header {
                    h1 { "Request arenas" }
                    p { (program) ", process " (std::process::id()) }
                    p.right {
                        span #status role="status" {}
                        button #pause type="button" aria-pressed="false" hidden { "Pause" }
                        " " a href="arenas.json" { "JSON" }
                    }
                }
                (content(view, sort))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// The file name of the program, which distinguishes the pages of several services.
fn program() -> String {
    let path = std::env::current_exe().ok();
    let name = path.as_deref().and_then(std::path::Path::file_name);
    name.map_or_else(
        || "unknown program".to_owned(),
        |name| printable(&name.to_string_lossy()).into_owned(),
    )
}

fn content(view: &View, sort: &Sort) -> Markup {
    let report = &view.snapshot.report;
    html! {
        main {
            @if let Some(problem) = sort.problem() {
                p.note.bad role="alert" { "This URL has an invalid query: \
                    " (problem) "." }
            }
            @for problem in &report.settings.problems {
                p.note.bad { "Problem with a setting: " (problem) }
            }
            (traces(report.traces))
            (memory(view))
            (heap_profile::section())
            (live_heap::section(report))
            (sites(report, sort))
            div.cards {
                (cards::live(report))
                (cards::pool(report))
                (cards::settings(&report.settings))
                (cards::allocator(view.snapshot.allocator.as_ref()))
                (cards::process(view.snapshot.process.as_ref()))
                (cards::container(view.snapshot.container.as_ref()))
                (admission::sections(&view.snapshot))
            }
        }
    }
}

/// Why a service with a source of traces has no exemplars, or too few.
fn traces(answers: Option<Answers>) -> Markup {
    html! {
        @match answers {
            Some(Answers::NoTrace) => p.note {
                "No handler has an exemplar, since the function of " code { "exemplar::trace_by" }
                " has found no trace so far. It must return the trace of the running request, and \
                 that trace must be sampled."
            },
            Some(Answers::Panicked) => p.note.bad {
                "The function of " code { "exemplar::trace_by" } " has panicked. Each panic costs \
                 an exemplar. The panic's message is in the log of the service."
            },
            _ => {},
        }
    }
}

/// One chart of the memory over time: the doctor's, or the page's own.
fn memory(view: &View) -> Markup {
    html! {
        @if let Some(overview) = &view.doctor {
            (doctor::section(overview))
        } @else {
            section {
                h2 { "Memory" }
                (memory::picture(&view.history, limit(view)))
                (doctor::absent())
            }
        }
    }
}

/// The container's limit, in bytes.
fn limit(view: &View) -> Option<u64> {
    view.snapshot.container.as_ref()?.tightest_kept().map(|limit| limit.bytes)
}

fn sites(report: &Report, sort: &Sort) -> Markup {
    let columns = Column::shown(&report.sites);
    html! {
        section {
            h2 { "Handlers" }
            @if report.sites.is_empty() {
                p.note { "No function under #[request_arena] has been called yet." }
            } @else {
                div.scroll #sites-scroll tabindex="0" role="region" aria-label="Handlers" {
                    table.sites {
                        thead { (groups(&columns)) (headings(&columns, sort)) }
                        tbody {
                            @for site in sort.apply(&report.sites) {
                                tr {
                                    @for (index, column) in columns.iter().enumerate() {
                                        @if index == 0 {
                                            th scope="row" { ((column.cell)(site)) }
                                        } @else {
                                            td.start[starts_group(&columns, index)] {
                                                ((column.cell)(site))
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whether this column is the first of its group.
fn starts_group(columns: &[&Column], index: usize) -> bool {
    index == 0 || columns[index - 1].group != columns[index].group
}

fn groups(columns: &[&Column]) -> Markup {
    html! {
        tr.groups {
            @for group in columns.chunk_by(|left, right| left.group == right.group) {
                th.start[!group[0].group.is_empty()] colspan=(group.len()) scope="colgroup" {
                    (group[0].group)
                }
            }
        }
    }
}

fn headings(columns: &[&Column], sort: &Sort) -> Markup {
    html! {
        tr {
            @for (index, column) in columns.iter().enumerate() {
                th.start[index > 0 && starts_group(columns, index)] scope="col" title=(column.about)
                    aria-sort=[sort.order_of(column).map(Order::aria)] {
                    a #{ "sort-" (column.key) } href=(sort.link(column)) { (column.heading) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Snapshot;
    use crate::debug_page::tests::sites;

    fn view(change: impl FnOnce(&mut Snapshot)) -> View {
        let mut snapshot = Snapshot::take();
        snapshot.report.sites = sites();
        change(&mut snapshot);
        View { snapshot, history: Vec::new(), unix_ms: 0, doctor: None }
    }

    fn rendered(change: impl FnOnce(&mut Snapshot)) -> String {
        page(&view(change), &Sort::default()).into_string()
    }

    #[test]
    fn each_site_has_a_row_with_a_cell_for_each_heading() {
        let page = rendered(|_| ());
        let headings = page.matches("scope=\"col\" title=").count();
        assert_eq!(headings, Column::shown(&sites()).len());
        let (_, table) = page.split_once("<tbody>").expect("a table");
        let (rows, _) = table.split_once("</tbody>").expect("its end");
        assert_eq!(rows.matches("<tr>").count(), 3);
        assert_eq!(rows.matches("<td").count() + rows.matches("<th").count(), 3 * headings);
        let (_, head) = page.split_once("<thead>").expect("headings");
        assert_eq!(head.matches(" aria-sort=").count(), 1);
    }

    #[test]
    fn a_service_without_a_scope_is_told_why_it_sees_nothing() {
        assert!(rendered(|snapshot| snapshot.report.sites.clear()).contains("has been called yet"));
    }

    #[test]
    fn problems_of_settings_are_shown_and_escaped() {
        let page =
            rendered(|snapshot| snapshot.report.settings.problems.push("no size: <b>".to_owned()));
        assert!(page.contains("Problem with a setting: no size: &lt;b&gt;"));
    }

    #[test]
    fn a_source_without_traces_is_shown() {
        let shown = |answers| rendered(|snapshot| snapshot.report.traces = answers);
        assert!(shown(Some(Answers::NoTrace)).contains("has found no trace so far"));
        assert!(shown(Some(Answers::Panicked)).contains("has panicked"));
        for answers in [None, Some(Answers::NotAsked), Some(Answers::Trace)] {
            assert!(!shown(answers).contains("trace_by"), "{answers:?}");
        }
    }

    #[cfg(feature = "doctor")]
    #[test]
    fn there_is_one_picture_of_memory_the_doctors_if_one_runs() {
        use crate::doctor::Doctor;

        let without = view(|_| ());
        let page = |view: &View| page(view, &Sort::default()).into_string();
        let shown = page(&without);
        assert!(
            shown.contains("<h2>Memory</h2>") && !shown.contains("<h2>The doctor</h2>"),
            "{shown}"
        );
        assert!(shown.contains("No doctor runs") && shown.contains("Doctor::start"), "{shown}");
        // The code in the note exists.
        let _: fn(crate::doctor::Options) -> Doctor = Doctor::start;

        let doctor = Some(doctor::tests::overview());
        let shown = page(&View { doctor, ..without });
        assert!(
            !shown.contains("<h2>Memory</h2>") && shown.contains("<h2>The doctor</h2>"),
            "{shown}"
        );
        assert!(!shown.contains("No doctor runs"), "{shown}");
    }
}
