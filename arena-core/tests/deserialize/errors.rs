//! What an error says: the path, the place, and whether the document or its content is wrong.

use request_arena_core::collections::HashMap;
use request_arena_core::deserialize::{DeserializeIn, JsonError};

use crate::with;

fn error<T: for<'a> Parsed<'a>>(document: &str) -> JsonError {
    with(|arena| arena.json::<<T as Parsed<'_>>::In>(document).map(drop).unwrap_err())
}

/// A type for each lifetime of an arena.
trait Parsed<'a> {
    type In: DeserializeIn<'a>;
}

macro_rules! parsed {
    ($($name:ident = $type:ty;)+) => {$(
        struct $name;

        impl<'a> Parsed<'a> for $name {
            type In = $type;
        }
    )+};
}

parsed! {
    Lists = &'a [&'a [u8]];
    Prices = HashMap<'a, &'a str, &'a [Option<(u8, u8)>]>;
    Numbered = HashMap<'a, u8, u8>;
    Text = &'a str;
}

#[test]
fn the_path_leads_to_the_value_that_does_not_fit() {
    for (document, path) in [(r#"[[1], [2, "x"]]"#, "[1][1]"), (r#"[[1], 7]"#, "[1]"), ("7", "")] {
        assert_eq!(error::<Lists>(document).path(), path, "{document}");
    }
    for (document, path) in [
        (r#"{"apple": [null, [1, 300]]}"#, "apple[1][1]"),
        (r#"{"apple": [null, [1]]}"#, "apple[1]"),
        (r#"{"apple": [], "pear": true}"#, "pear"),
        (r#"{"a.b": [[]]}"#, "a.b[0]"),
    ] {
        assert_eq!(error::<Prices>(document).path(), path, "{document}");
    }
    assert_eq!(error::<Numbered>(r#"{"1": "x"}"#).path(), "1");
}

#[test]
fn the_text_has_path_line_and_column() {
    let error = error::<Lists>("[[1],\n [2, \"x\"]]");
    assert_eq!(
        error.to_string(),
        "[1][1]: invalid type: string \"x\", expected u8 at line 2 column 8"
    );
    assert_eq!((error.line(), error.column()), (2, 8));
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_malformed_document_differs_from_one_that_does_not_fit() {
    for malformed in ["", "[", "[[1,]]", "[[1]] x", "[[1\u{0}]]", "\u{feff}[]", "[[01]]", "nul"] {
        assert!(error::<Lists>(malformed).is_syntax(), "{malformed}");
    }
    for misfit in ["7", "[7]", "[[256]]", "[[-1]]", "[[1.5]]", "[null]", "{}"] {
        assert!(!error::<Lists>(misfit).is_syntax(), "{misfit}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_a_syntax_error_at_their_place() {
    for document in [&b"\"ab\xff\""[..], b"\"\xed\xa0\x80\"", b"\"\xc0\x80\"", b"\xff"] {
        let error = with(|arena| arena.json::<&str>(document).map(drop).unwrap_err());
        assert!(error.is_syntax(), "{error}");
        let serdes = serde_json::from_slice::<String>(document).unwrap_err();
        assert_eq!(error.to_string(), serdes.to_string());
    }
}

#[test]
fn an_error_leaves_the_request() {
    fn leaves(_: impl std::error::Error + Send + Sync + 'static) {}
    leaves(error::<Text>("1"));
}
