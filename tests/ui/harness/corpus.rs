//! The corpus: every `.rs` file in the folders below is a case, a program that must not compile.
//!
//! A `.stderr` file beside it has the compiler's words. A new case needs its `.rs` file only.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders, each with the property of its cases.
pub(crate) const FOLDERS: [&str; 8] = [
    // Memory of the arena, or the handle, would outlive the request.
    "escape",
    // A future or a closure could not go to another thread.
    "send",
    // The `Drop` of a value would never run.
    "drop",
    // The annotated function has a wrong signature.
    "signature",
    // The attribute's options, and the arguments of `format!`.
    "options",
    // A function has one mistake, and its correct callers get no errors.
    "callers",
    // A closure in `arena_handler!` lets memory escape, or has a wrong form.
    "closures",
    // A derived type cannot be deserialised in an arena, or its values would leave the request.
    "deserialize",
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

    /// The path of the pinned words.
    pub(crate) fn words(&self) -> PathBuf {
        repository().join(format!("tests/ui/{}.stderr", self.name))
    }

    /// The pinned words.
    pub(crate) fn pinned(&self) -> String {
        let path = self.words();
        fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!(
                "{error}: {}; `UI=overwrite cargo test --test ui` writes what is missing",
                path.display()
            )
        })
    }

    /// Whether the compiler has to generate code, since the no-`Drop` check runs only then.
    pub(crate) fn needs_code(&self) -> bool {
        ["drop/", "repairs/"].iter().any(|folder| self.name.starts_with(folder))
    }
}

/// All refused programs, by folder and name.
pub(crate) fn cases() -> Vec<Case> {
    FOLDERS.iter().flat_map(|folder| programs(folder)).collect()
}

/// The programs that repair each kind of error. They compile.
pub(crate) fn repairs() -> Vec<Case> {
    programs("repairs")
}

/// Whether to write the pinned files and the chapter anew: `UI=overwrite cargo test --test ui`.
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
