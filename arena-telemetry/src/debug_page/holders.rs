//! The largest holders of memory, which a healthy service has, too.

use maud::{Markup, html};
use request_arena_chart::human::bytes;

use super::doctor::scrolled;
use crate::doctor::{Holder, HolderKind};

/// A table of them, and nothing if there is none.
pub(super) fn table(holders: &[Holder]) -> Markup {
    html! {
        @if !holders.is_empty() {
            h3 { "Largest holders" }
            p.note { "They hold the most memory, whether or not it grows." }
            (scrolled(
                "Largest holders",
                &["holder", "bytes", "about it"],
                &html! { @for holder in holders { (row(holder)) } },
            ))
        }
    }
}

fn row(holder: &Holder) -> Markup {
    let Holder { kind, name, bytes: held, about, unusual, .. } = holder;
    let what = match kind {
        HolderKind::Threads => "stacks of threads ",
        HolderKind::File => "pages of ",
        _ => "",
    };
    html! {
        tr {
            th scope="row" { (what) code { (name) } }
            td { (bytes(*held)) }
            td {
                (about)
                @if let Some(unusual) = unusual {
                    @if !about.is_empty() { "; " }
                    b { (unusual) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holder(kind: &str, name: &str, unusual: Option<&str>) -> Holder {
        serde_json::from_value(json!({
            "kind": kind, "name": name, "bytes": 3 << 20, "about": "a < b", "unusual": unusual,
        }))
        .expect("the fields of the type")
    }

    #[test]
    fn each_kind_of_holder_has_its_words_and_every_text_is_escaped() {
        let holders = [
            holder("function", "<b>find</b>", None),
            holder("threads", "blocking", Some("too <many>")),
            holder("file", "/data/old", None),
        ];
        let page = table(&holders).into_string();
        for shown in [
            "<th scope=\"row\"><code>&lt;b&gt;find&lt;/b&gt;</code></th>",
            "<td>a &lt; b</td>",
            "stacks of threads <code>blocking</code>",
            "<td>a &lt; b; <b>too &lt;many&gt;</b></td>",
            "pages of <code>/data/old</code>",
            "3.0 MiB",
        ] {
            assert!(page.contains(shown), "{shown} in {page}");
        }
        assert_eq!(table(&[]).into_string(), "");
    }
}
