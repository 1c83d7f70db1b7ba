//! Pins what each kind of function expands to, so that a diff shows what a change of the macro does
//! to the code of users.
//!
//! `tests/expansion/KIND.rs` is the code that a user writes. `tests/expansion/KIND.expanded.rs` is
//! its expansion. To add a kind, add its `KIND.rs` and run
//! `UPDATE_EXPANSION=1 cargo test -p request-arena-macros`. That writes every expansion anew, and
//! removes those that have no input left.
//!
//! This is a unit test because a proc-macro crate exports nothing that an integration test could
//! call outside of the compiler. It reads the files itself, since it has to list the folder anyway
//! to find an expansion without an input.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Meta;

use crate::handler::arena_handler;
use crate::item::request_arena;

const OUTPUT: &str = ".expanded.rs";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expansion")
}

/// The texts of the expansions, or of the inputs, by kind.
fn files(outputs: bool) -> BTreeMap<String, String> {
    let entries =
        fs::read_dir(folder()).expect("the folder").map(|entry| entry.expect("an entry").path());
    let kind = |path: PathBuf| {
        let name = path.file_name().expect("a file").to_str().expect("a name in UTF-8");
        let kind = match name.strip_suffix(OUTPUT) {
            Some(kind) => outputs.then_some(kind),
            None => name.strip_suffix(".rs").filter(|_| !outputs),
        };
        kind.map(|kind| (kind.to_owned(), fs::read_to_string(&path).expect("a text")))
    };
    entries.filter_map(kind).collect()
}

/// The arguments of `#[request_arena(..)]`, if the brackets belong to one.
fn arguments(attribute: &Group) -> Option<TokenStream> {
    match syn::parse2::<Meta>(attribute.stream()).ok()? {
        meta if meta.path().segments.last()?.ident != "request_arena" => None,
        Meta::List(list) => Some(list.tokens),
        _ => Some(TokenStream::new()),
    }
}

/// Expands each annotation with the item below it, from the outside in, as the compiler does. An
/// item ends with its braces.
fn expand(input: TokenStream) -> TokenStream {
    let mut output = TokenStream::new();
    let mut tokens = input.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let attribute = match (&token, tokens.peek()) {
            (TokenTree::Punct(hash), Some(TokenTree::Group(group))) if hash.as_char() == '#' => {
                arguments(group)
            }
            _ => None,
        };
        if let Some(arguments) = attribute {
            tokens.next();
            let mut item = TokenStream::new();
            for token in tokens.by_ref() {
                let ends = is_in_braces(&token);
                item.extend([token]);
                if ends {
                    break;
                }
            }
            output.extend(request_arena(arguments, item));
        } else if matches!(&token, TokenTree::Ident(name) if name == "arena_handler") {
            let Some(TokenTree::Group(input)) = tokens.nth(1) else {
                panic!("`arena_handler!` has its input in brackets")
            };
            output.extend(arena_handler(input.stream()));
        } else if let TokenTree::Group(group) = token {
            output
                .extend([TokenTree::Group(Group::new(group.delimiter(), expand(group.stream())))]);
        } else {
            output.extend([token]);
        }
    }
    output
}

fn is_in_braces(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    group.delimiter() == Delimiter::Brace
}

/// The text of tokens. Tokens that do not parse are printed with one statement a line.
fn print(tokens: TokenStream) -> String {
    match syn::parse2(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => ["; ", "{ ", "} "].iter().fold(tokens.to_string() + "\n", |text, end| {
            text.replace(end, &format!("{}\n", end.trim_end()))
        }),
    }
}

fn expanded() -> BTreeMap<String, String> {
    let expand = |(kind, input): (String, String)| {
        let tokens =
            input.parse().unwrap_or_else(|error| panic!("{kind}.rs is not Rust's tokens: {error}"));
        (kind, print(expand(tokens)))
    };
    files(false).into_iter().map(expand).collect()
}

/// The first line in which two texts differ.
fn difference(pinned: &str, found: &str) -> String {
    let (mut pinned, mut found) = (pinned.lines(), found.lines());
    (1..)
        .map(|line| (line, pinned.next(), found.next()))
        .find(|(_, pinned, found)| pinned != found || pinned.is_none())
        .map(|(line, pinned, found)| {
            format!(
                "line {line}\n  - {}\n  + {}",
                pinned.unwrap_or("(ends)"),
                found.unwrap_or("(ends)")
            )
        })
        .unwrap_or_default()
}

#[test]
fn every_kind_of_function_expands_as_pinned() {
    let expanded = expanded();
    if env::var_os("UPDATE_EXPANSION").is_some() {
        for kind in files(true).keys().filter(|kind| !expanded.contains_key(*kind)) {
            fs::remove_file(folder().join(format!("{kind}{OUTPUT}")))
                .expect("a file that was listed");
        }
        for (kind, text) in &expanded {
            fs::write(folder().join(format!("{kind}{OUTPUT}")), text).expect("a file");
        }
    }
    let pinned = files(true);
    let mut faults = Vec::new();
    for (kind, found) in &expanded {
        match pinned.get(kind) {
            None => faults.push(format!("{kind}{OUTPUT} is missing")),
            Some(pinned) if pinned != found => {
                faults.push(format!("{kind}{OUTPUT} is stale, {}", difference(pinned, found)));
            }
            Some(_) => {}
        }
    }
    faults.extend(
        pinned
            .keys()
            .filter(|kind| !expanded.contains_key(*kind))
            .map(|kind| format!("{kind}.rs is missing")),
    );
    let repair =
        "`UPDATE_EXPANSION=1 cargo test -p request-arena-macros` writes them; then read the diff";
    assert!(faults.is_empty(), "{}\n{repair}", faults.join("\n"));
    assert!(!expanded.is_empty(), "there is nothing in {}", folder().display());
}

#[test]
fn only_wrong_inputs_expand_to_an_error() {
    for (kind, text) in expanded() {
        assert_eq!(text.contains("compile_error"), kind.starts_with("wrong_"), "{kind}:\n{text}");
    }
}

#[test]
fn no_arena_is_left_in_a_signature() {
    for (kind, text) in expanded().into_iter().filter(|(kind, _)| !kind.starts_with("wrong_")) {
        let left = |line: &&str| line.contains("fn ") && line.contains("rena: Arena<");
        assert_eq!(text.lines().find(left), None, "{kind}");
        assert!(text.contains("__REQUEST_ARENA_SITE"), "{kind} has no annotated function:\n{text}");
    }
}
