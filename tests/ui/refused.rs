//! Each case is refused, with its error codes on every toolchain, and in its words on the one that they are pinned for.
//!
//! After a change: `UI=overwrite cargo test --test ui` pins the words anew, to be read in the diff.

use std::fs;

use crate::harness::compiler::{CASES, is_pinned, release};
use crate::harness::corpus;

#[test]
fn refused_programs_are_refused_in_these_words() {
    if !is_pinned() {
        println!("these are the words of another release than rustc {}", release());
        return;
    }
    let mut wrong = 0;
    for compiled in CASES.iter() {
        let said = compiled.words();
        let path = compiled.case.words();
        if corpus::overwrite() {
            fs::write(path, said).expect("a writable repository");
            continue;
        }
        let pinned = compiled.case.pinned();
        if pinned != said {
            println!("{}: pinned is\n{pinned}\nthe compiler says\n{said}", compiled.case.program());
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "cases are refused in other words");
}
