//! The corpus: every `.rs` file in the folders below is a case, a program that must be refused, with the compiler's words beside it in a
//! `.stderr` file. A new case, or a new folder, needs no more than its file.

use std::fs;
use std::path::{Path, PathBuf};

/// What each folder claims of its cases.
pub(crate) const FOLDERS: [&str; 7] = [
    // Memory of the arena, or its handle, would outlive the request.
    "escape",
    // A future or a closure could not go to another thread.
    "send",
    // A value whose `Drop` would never run.
    "drop",
    // The annotated function cannot be what it says.
    "signature",
    // The attribute's options, and the arguments of `format!`.
    "options",
    // One mistake in a function that others call rightly: the callers hear nothing of it.
    "callers",
    // A closure in `arena_handler!`: what escapes from it, and what it cannot be.
    "closures",
];

/// A program of the corpus.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    /// `escape/reference_is_not_returned`.
    pub(crate) name: String,
}

impl Case {
    /// The path of the program within the repository, as the compiler prints it.
    pub(crate) fn program(&self) -> String {
        format!("tests/ui/{}.rs", self.name)
    }

    /// The path of the compiler's words.
    pub(crate) fn words(&self) -> PathBuf {
        repository().join(format!("tests/ui/{}.stderr", self.name))
    }

    /// The compiler's words, as they are pinned.
    pub(crate) fn pinned(&self) -> String {
        let path = self.words();
        fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!(
                "{error}: {}; `UI=overwrite cargo test --test ui` writes what is missing",
                path.display()
            )
        })
    }

    /// Whether the program is built to the end: that a type needs no `Drop` is known only then.
    pub(crate) fn needs_code(&self) -> bool {
        ["drop/", "repairs/"].iter().any(|folder| self.name.starts_with(folder))
    }
}

/// All refused programs, in the order of their folders and names.
pub(crate) fn cases() -> Vec<Case> {
    FOLDERS.iter().flat_map(|folder| programs(folder)).collect()
}

/// The programs that show how each kind of error is repaired. They compile.
pub(crate) fn repairs() -> Vec<Case> {
    programs("repairs")
}

/// Whether pinned files and the chapter are to be written anew: `UI=overwrite cargo test --test ui`.
pub(crate) fn overwrite() -> bool {
    match std::env::var("UI").as_deref() {
        Ok("overwrite") => true,
        Ok(other) => panic!("`UI={other}` is unknown: there is `UI=overwrite`"),
        Err(_) => false,
    }
}

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of one folder, by name and without their extension.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<String> {
    let entries =
        fs::read_dir(repository().join("tests/ui").join(folder)).expect("a folder of cases");
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    let of_kind = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    let mut names: Vec<String> = of_kind
        .map(|path| {
            format!(
                "{folder}/{}",
                path.file_stem().expect("a name").to_str().expect("a name in UTF-8")
            )
        })
        .collect();
    names.sort();
    names
}

fn programs(folder: &str) -> Vec<Case> {
    files(folder, "rs").into_iter().map(|name| Case { name }).collect()
}
