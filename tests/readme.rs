//! Compares the quotes and links in README and guide with their sources. Documentation tests
//! compile their Rust, see `src/lib.rs`.

#[allow(dead_code, reason = "its `main` is the example's")]
#[path = "../examples/report.rs"]
mod report;

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .expect("a file of the repository")
}

/// The fenced blocks of a page with this info string.
fn blocks(page: &str, info: &str) -> Vec<String> {
    let text = read(page);
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.to_owned(), String::new())),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (Some(_), Some(_)) => {
                let (found, text) = open.take().expect("an open block");
                if found == info {
                    blocks.push(text);
                }
            }
            (None, None) => {}
        }
    }
    assert!(!blocks.is_empty(), "{page} has no block of `{info}`");
    blocks
}

#[test]
fn the_refused_escape_is_a_case_of_the_suite_in_the_compilers_words() {
    let case = read("tests/ui/escape/arena_does_not_outlive_tokio_task.rs");
    let shown = &blocks("README.md", "rust,compile_fail")[0];
    assert!(
        case.starts_with(shown.as_str()),
        "the README shows another program than the case:\n{shown}"
    );
    let words = read("tests/ui/escape/arena_does_not_outlive_tokio_task.stderr");
    let quoted = &blocks("README.md", "text")[0];
    assert!(
        words.starts_with(quoted.as_str()),
        "the compiler says:\n{words}\nthe README quotes:\n{quoted}"
    );
}

/// The example is a module here. `cargo run` would build it and its dependencies again, with
/// another profile or other features.
#[test]
fn the_report_is_the_one_that_the_example_prints() {
    report::requests();
    assert_eq!(
        blocks("docs/book/src/operating.md", "text")[0],
        format!("{}\n", request_arena::report()),
        "left: the guide, right: the output of `cargo run --example report`"
    );
}

#[test]
fn the_readmes_two_commands_are_the_ones_that_ci_runs() {
    let commands = blocks("README.md", "sh");
    assert_eq!(commands, ["cargo run --release -p search-server\n", "cargo test --workspace\n"]);
    let ci = read(".ci/run");
    for command in commands {
        assert!(ci.contains(command.trim()), ".ci/run does not run `{}`", command.trim());
    }
}

/// The Markdown pages, relative to the root of the repository.
fn pages() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let in_folder = |folder: &str| {
        let entries = fs::read_dir(root.join(folder)).expect("a folder of the repository");
        let names =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
        names
            .filter(|name| name.ends_with(".md"))
            .map(|name| format!("{folder}{name}"))
            .collect::<Vec<_>>()
    };
    let pages: Vec<String> = ["", "docs/book/src/"].into_iter().flat_map(in_folder).collect();
    assert!(pages.len() > 15, "{pages:?}");
    pages
}

/// The targets of a page's links, outside of code.
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

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    const REPOSITORY: &str = "https://github.com/request-arena/request-arena/blob/main/";
    let mut wrong = Vec::new();
    let mut checked = 0;
    for page in pages() {
        let text = read(&page);
        for link in links(&text) {
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = match target.strip_prefix(REPOSITORY) {
                Some(path) => root.join(path),
                None if target.contains("://") => continue,
                None if target.is_empty() => root.join(&page),
                None => root.join(&page).with_file_name("").join(target),
            };
            checked += 1;
            let has_anchor = || {
                fs::read_to_string(&path)
                    .is_ok_and(|text| anchors(&text).contains(&anchor.to_owned()))
            };
            if !path.exists() || !anchor.is_empty() && !has_anchor() {
                wrong.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(checked > 50, "{checked} links");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_guide_lists_all_of_its_pages() {
    let summary = read("docs/book/src/SUMMARY.md");
    let listed = links(&summary);
    for page in pages() {
        let Some(name) = page.strip_prefix("docs/book/src/").filter(|name| *name != "SUMMARY.md")
        else {
            continue;
        };
        assert!(listed.contains(&name), "docs/book/src/SUMMARY.md does not list {name}");
    }
}

#[test]
fn the_readme_fits_on_a_few_screens() {
    let readme = read("README.md");
    assert!(readme.lines().count() <= 120, "{} lines", readme.lines().count());
    // Badges and lines of compiler output may be longer.
    let is_free = |line: &&str| !line.starts_with("[![") && !line.contains("-----");
    let long: Vec<_> =
        readme.lines().filter(is_free).filter(|line| line.chars().count() > 100).collect();
    assert!(long.is_empty(), "{long:#?}");
}
