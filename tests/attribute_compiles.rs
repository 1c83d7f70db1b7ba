//! Annotated functions that once did not compile: each a program of its own, so that one that breaks does not stop the others.

#[test]
fn what_once_did_not_compile_does() {
    trybuild::TestCases::new().pass("tests/attribute/compiles/*.rs");
}
