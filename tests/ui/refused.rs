//! Each case is refused, with the same error codes on every toolchain, and with the same words on
//! the pinned toolchain. Each repair compiles.
//!
//! After a change, `UI=overwrite cargo test --test ui` pins the words anew. Then read the diff.

use std::fs;

use crate::harness::compiler::{CASES, Compiled, REPAIRS, is_pinned, release};
use crate::harness::corpus;
use crate::harness::message::messages;

/// Messages of rustc that may change, or get a code, in another release.
const WORDS_OF_RUSTC: [&str; 4] = [
    "lifetime may not live long enough",
    "future cannot be sent between threads safely",
    "unexpected token",
    "expected",
];

#[test]
fn refused_programs_are_refused_in_these_words() {
    if !is_pinned() {
        println!(
            "rustc {} has other words; the error codes are compared by the test beside this one",
            release()
        );
        return;
    }
    let mut wrong = 0;
    for compiled in CASES.iter() {
        let said = compiled.words();
        if corpus::overwrite() {
            fs::write(compiled.case.words(), said).expect("a writable repository");
            continue;
        }
        let pinned = compiled.case.pinned();
        if pinned != said {
            println!("{}: pinned is\n{pinned}\nthe compiler says\n{said}", compiled.case.program());
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "cases with other words");
}

#[test]
fn refused_programs_are_refused_with_these_error_codes_on_every_toolchain() {
    let pinned = |compiled: &Compiled| (!corpus::overwrite()).then(|| compiled.case.pinned());
    let wrong: Vec<String> =
        CASES.iter().filter_map(|it| difference(it, pinned(it).as_deref()).err()).collect();
    assert!(wrong.is_empty(), "rustc {}:\n{}", release(), wrong.join("\n"));
}

#[test]
fn a_case_that_compiles_or_has_another_error_is_seen_on_every_toolchain() {
    let case = |name: &str| CASES.iter().find(|it| it.case.name == name).expect("a case");
    let escape = case("escape/reference_is_not_returned");
    let option = case("options/option_is_misspelt");
    let [of_escape, of_option] = [escape, option].map(Compiled::words);
    assert_eq!(difference(escape, Some(&of_escape)), Ok(()));
    assert_eq!(difference(option, Some(&of_option)), Ok(()));
    assert!(
        difference(escape, Some(&of_option)).is_err(),
        "an error without a code for one that has it"
    );
    assert!(difference(option, Some(&of_escape)).is_err(), "an error with a code for one without");
    assert!(
        difference(escape, Some(&of_escape.replace("E0515", "E0308"))).is_err(),
        "another code"
    );
    assert!(
        difference(option, Some(&of_option.replace("limt", "limits"))).is_err(),
        "other words of the macro's"
    );
    assert!(difference(&REPAIRS[0], None).is_err(), "a program that compiles");
}

/// Compares the kinds of errors of a case, without their number. A kind is an error code, or the
/// words of an error without a code.
fn difference(compiled: &Compiled, pinned: Option<&str>) -> Result<(), String> {
    let program = compiled.case.program();
    if compiled.succeeded {
        return Err(format!("{program} compiles"));
    }
    let Some(pinned) = pinned else { return Ok(()) };
    let kind = |code: Option<&str>, words: &str| match code {
        // "Does not live long enough" and "escapes": releases differ in which of the two they
        // report.
        Some("E0521") => String::from("E0597"),
        Some(code) => code.to_owned(),
        None if WORDS_OF_RUSTC.iter().any(|known| words.starts_with(known)) => {
            String::from("an error of rustc's")
        }
        None => words.lines().next().unwrap_or_default().to_owned(),
    };
    let mut expected: Vec<String> =
        messages(pinned).iter().map(|it| kind(it.code, it.first_line)).collect();
    let errors = compiled.diagnostics.iter().filter(|it| it.is_error());
    let mut said: Vec<String> = errors.map(|it| kind(it.code(), &it.message)).collect();
    for kinds in [&mut expected, &mut said] {
        kinds.sort();
        kinds.dedup();
    }
    if expected == said {
        Ok(())
    } else {
        Err(format!("{program} is pinned as {expected:?}, and is refused as {said:?}"))
    }
}

#[test]
fn repairs_compile_without_a_warning() {
    assert!(REPAIRS.len() > 10, "only {} repairs", REPAIRS.len());
    for repair in REPAIRS.iter() {
        // Another release may have other style lints.
        let is_silent = repair.diagnostics.is_empty() || !is_pinned();
        assert!(repair.succeeded && is_silent, "{}:\n{}", repair.case.program(), repair.words());
    }
}
