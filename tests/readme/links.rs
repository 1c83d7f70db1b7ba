//! Links lead somewhere: from page to page, from rustdoc and comments to the guide, and into the
//! repository by its public address.

use std::fs;

use crate::files::{ending_in, pages, read, root};

/// Where the repository's files are on the web. Links with this address work on docs.rs, too.
const REPOSITORY: &str = "https://github.com/request-arena/request-arena/blob/main/";

/// The targets of a text's links, outside of code.
fn links(text: &str) -> Vec<&str> {
    let outside = text.split("```").step_by(2);
    let targets =
        outside.flat_map(|part| part.split("](").skip(1).filter_map(|rest| rest.split_once(')')));
    targets.map(|(target, _)| target).collect()
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(|line| line.trim_start_matches('#'));
    let slug = |heading: &str| {
        let kept = heading.trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(slug).collect()
}

/// Whether a link from a file leads to a file, and to a heading there. Other sites are not asked.
fn leads_somewhere(from: &str, link: &str) -> bool {
    let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
    let path = match target.strip_prefix(REPOSITORY) {
        Some(path) => root().join(path),
        None if target.contains("://") => return true,
        None if target.is_empty() => root().join(from),
        None => root().join(from).with_file_name("").join(target),
    };
    let has_anchor =
        || fs::read_to_string(&path).is_ok_and(|text| anchors(&text).contains(&anchor.to_owned()));
    path.exists() && (anchor.is_empty() || has_anchor())
}

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for page in ending_in(".md") {
        let text = read(&page);
        for link in links(&text) {
            checked += 1;
            if !leads_somewhere(&page, link) {
                wrong.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(checked > 100, "{checked} links");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What follows each of a text's marks, as long as it can be part of a path or an address.
fn paths<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = &'t str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/._-#".contains(c);
    text.split(mark).skip(1).map(move |rest| {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        rest[..end].trim_end_matches('.')
    })
}

#[test]
fn rust_names_files_of_the_repository_that_exist() {
    const GUIDE: &str = "docs/book/src/";
    let mut wrong = Vec::new();
    let mut checked = 0;
    for source in ending_in(".rs") {
        let text = read(&source);
        let addresses = paths(&text, REPOSITORY).map(str::to_owned);
        let pages = paths(&text, GUIDE).filter(|path| path.contains(".md"));
        for path in addresses.chain(pages.map(|page| format!("{GUIDE}{page}"))) {
            if path.is_empty() || path == GUIDE {
                continue;
            }
            checked += 1;
            if !leads_somewhere(&source, &format!("{REPOSITORY}{path}")) {
                wrong.push(format!("{source}: {path}"));
            }
        }
    }
    assert!(checked > 20, "{checked} paths");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether a code span is a path into the repository, and not a pattern such as `GROUP/NAME.rs`.
fn is_path(code: &str) -> bool {
    const FOLDERS: [&str; 8] =
        ["arena-", "benches/", "docs/", "examples/", "src/", "tests/", ".ci/", ".github/"];
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "/._-".contains(c);
    FOLDERS.iter().any(|folder| code.starts_with(folder)) && code.chars().all(is_part)
}

#[test]
fn pages_name_files_of_the_repository_that_exist() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for page in ending_in(".md") {
        let text = read(&page);
        let outside = text.split("```").step_by(2);
        let codes = outside.flat_map(|part| part.split('`').skip(1).step_by(2));
        for code in codes.filter(|code| is_path(code)) {
            checked += 1;
            let beside = root().join(&page).with_file_name("").join(code);
            if !root().join(code).exists() && !beside.exists() {
                wrong.push(format!("{page}: {code}"));
            }
        }
    }
    assert!(checked > 30, "{checked} paths");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_page_on_internals_names_every_package() {
    let page = read("docs/book/src/architecture.md");
    let manifests = ending_in("Cargo.toml");
    assert!(manifests.len() > 10, "{manifests:?}");
    for manifest in manifests {
        let text = read(&manifest);
        if !text.contains("[package]") {
            assert!(text.contains("[workspace]"), "{manifest} is neither");
            continue;
        }
        let name = text.split("[package]").nth(1).and_then(|rest| rest.split('"').nth(1));
        let name = name.unwrap_or_else(|| panic!("{manifest} names no package"));
        let is_named = page.contains(&format!("`{name}`"));
        assert!(is_named, "docs/book/src/architecture.md does not name `{name}` ({manifest})");
    }
}

#[test]
fn the_guide_lists_all_of_its_pages_and_rustdoc_links_to_each() {
    let summary = read("docs/book/src/SUMMARY.md");
    let listed = links(&summary);
    let rustdoc = read("src/lib.rs");
    for page in pages() {
        let Some(name) = page.strip_prefix("docs/book/src/").filter(|name| *name != "SUMMARY.md")
        else {
            continue;
        };
        assert!(listed.contains(&name), "docs/book/src/SUMMARY.md does not list {name}");
        let address = format!("{REPOSITORY}{page}");
        assert!(rustdoc.contains(&address), "src/lib.rs does not link to {address}");
    }
}
