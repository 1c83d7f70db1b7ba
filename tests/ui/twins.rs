//! A mistake in an annotated function is refused like in a plain one: with the same code, at the
//! same tokens, in the same words.
//!
//! Each function of `twins/wrong/` is compiled in several forms, with the attribute and without. In
//! the plain twin the arena is a `u8`, with spaces that keep all columns the same.

mod differences;

use std::collections::BTreeMap;

use crate::harness::compiler::{Diagnostic, is_pinned, refuse_all};
use differences::DIFFERENCES;

/// Functions with one mistake each.
const WRONG: [&str; 5] = [
    include_str!("twins/wrong/lifetimes.rs"),
    include_str!("twins/wrong/ownership.rs"),
    include_str!("twins/wrong/types.rs"),
    include_str!("twins/wrong/syntax.rs"),
    include_str!("twins/wrong/methods.rs"),
];

/// The forms of a function and of its attribute.
const FORMS: [Form; 5] = [
    Form { name: "sync", asyncness: "", arguments: "" },
    Form { name: "async", asyncness: "async ", arguments: "" },
    Form { name: "into", asyncness: "", arguments: "(into = OUTPUT)" },
    Form { name: "on_limit", asyncness: "", arguments: "(limit = 99, on_limit = panic!())" },
    Form {
        name: "async_on_limit",
        asyncness: "async ",
        arguments: "(limit = 99, on_limit = panic!())",
    },
];

struct Form {
    name: &'static str,
    asyncness: &'static str,
    arguments: &'static str,
}

/// A program, annotated and plain.
struct Twins {
    name: String,
    annotated: String,
    plain: String,
}

/// All programs. A form with `into` does not exist for `impl Trait`, `!`, and results that borrow.
fn twins() -> Vec<Twins> {
    let cases = WRONG.iter().flat_map(|file| file.split("\n//# ").skip(1));
    let forms = |case: &'static str| FORMS.iter().filter_map(move |form| twin(case, form));
    cases.flat_map(forms).collect()
}

fn twin(case: &str, form: &Form) -> Option<Twins> {
    let (head, text) = case.split_once('\n').expect("a name, and a function");
    let name = head.split(' ').next().expect("a name");
    let (before, function) = text.split_once('@').expect("a function to annotate");
    let (signature, _) = function.split_once(" {\n").expect("a body");
    let output = signature.split_once(") -> ").map_or("()", |(_, output)| output);
    if form.arguments.contains("OUTPUT")
        && ["impl ", "!", "&"].iter().any(|kind| output.starts_with(kind))
    {
        return None;
    }
    let program = |attribute: &str, arena: &str, traits: &str| {
        let (inner, before) = match before.strip_prefix("#![") {
            Some(rest) => rest
                .split_once('\n')
                .map(|(inner, rest)| (format!("#![{inner}"), rest))
                .expect("a line"),
            None => (String::new(), before),
        };
        let function = function.replace("Arena<'_>", arena);
        let before = before
            .replace("~ ", traits)
            .replace("trait T { fn", &format!("trait T {{ {}fn", form.asyncness));
        format!(
            "{inner}\nuse request_arena::{{Arena, request_arena}};\n{before}{attribute}\n\
             {}{function}\nfn main() {{}}\n",
            form.asyncness
        )
    };
    let attribute = format!("#[request_arena{}]", form.arguments.replace("OUTPUT", output));
    let annotated = program(&attribute, "Arena<'_>", "");
    Some(Twins {
        name: format!("{name} {}", form.name),
        annotated,
        plain: program("", "u8       ", "_: u8, "),
    })
}

/// The code, place and first line of each error.
fn said(diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut said: Vec<_> =
        diagnostics.iter().filter(|it| it.is_error()).map(Diagnostic::gist).collect();
    said.sort();
    said
}

#[test]
fn a_mistake_is_refused_as_in_the_plain_function() {
    let twins = twins();
    let programs: Vec<&str> =
        twins.iter().flat_map(|it| [it.annotated.as_str(), it.plain.as_str()]).collect();
    let refused = refuse_all(&programs);
    let mut known: BTreeMap<&str, &str> =
        DIFFERENCES.iter().flat_map(|(why, names)| names.iter().map(|it| (*it, *why))).collect();
    let mut faults = Vec::new();
    for (twins, refused) in twins.iter().zip(refused.chunks(2)) {
        let [annotated, plain] = [&refused[0], &refused[1]].map(|it| said(it));
        assert!(!plain.is_empty(), "{}: the plain function compiles:\n{}", twins.name, twins.plain);
        let is_known = known.remove(twins.name.as_str()).is_some();
        if (annotated == plain) == is_known {
            faults
                .push(format!("{}\n  annotated: {annotated:#?}\n  plain: {plain:#?}", twins.name));
        }
    }
    faults.extend(known.keys().map(|name| format!("{name}: there is no such program")));
    if !is_pinned() {
        println!("this toolchain is not the pinned one:\n{}", faults.join("\n"));
        return;
    }
    assert!(
        faults.is_empty(),
        "{} of {} differ, or are listed and do not differ:\n{}",
        faults.len(),
        twins.len(),
        faults.join("\n")
    );
}
