//! The files of the repository that people write: sources and pages, without generated ones.

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file, by its path from the root.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths, from the root, of all files that end like this.
pub(crate) fn ending_in(ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("a folder of the repository") {
            let entry = entry.expect("an entry of the folder");
            let path = folder.join(entry.file_name());
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            if entry.file_type().expect("a type of file").is_dir() {
                if !matches!(&*name, ".git" | "target") {
                    folders.push(path);
                }
            } else if name.ends_with(ending) && !is_generated(&name) {
                found.push(path.to_str().expect("a path in UTF-8").to_owned());
            }
        }
    }
    found.sort();
    found
}

/// `cargo expand` and the tests write these.
fn is_generated(name: &str) -> bool {
    name.ends_with(".expanded.rs")
}

/// The pages for people: at the root of the repository, and in the guide.
pub(crate) fn pages() -> Vec<String> {
    let is_page = |path: &String| path.starts_with("docs/book/src/") || !path.contains('/');
    let pages: Vec<String> = ending_in(".md").into_iter().filter(is_page).collect();
    assert!(pages.len() > 15, "{pages:?}");
    pages
}
