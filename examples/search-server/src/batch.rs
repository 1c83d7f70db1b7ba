//! Batches: the body of `POST /documents`, as newline-delimited JSON or as one JSON array.
//!
//! Strings without escapes are not copied: the documents borrow them from the body. One mistake
//! refuses the whole batch. The error has the line and the column of the first one.

use request_arena::{Arena, collections::Vec};
use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

use crate::document::{Incoming, NewDocument};

/// The format of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/json`: one array.
    Array,
    /// `application/x-ndjson`: a document per line. Blank lines are skipped.
    Lines,
}

/// A mistake in a batch, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchError {
    /// The kind of the mistake.
    pub kind: BatchErrorKind,
    /// The mistake, for people.
    pub message: String,
    /// The line in the body, from 1.
    pub line: usize,
    /// The column in that line, in bytes, from 1; 0 if the line is empty.
    pub column: usize,
}

/// The kinds of [`BatchError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchErrorKind {
    /// The body is not UTF-8.
    Utf8,
    /// The body is not JSON.
    Syntax,
    /// The body is JSON, but not documents.
    Document,
    /// The body has no document.
    Empty,
}

/// The documents of `body`.
///
/// # Errors
/// The first mistake in the body.
pub fn parse<'a>(
    arena: &Arena<'a>,
    format: Format,
    body: &'a [u8],
) -> Result<&'a [NewDocument<'a>], BatchError> {
    let text = utf8(body)?;
    let mut documents = Vec::with_capacity_in(16, arena);
    match format {
        Format::Array => {
            let mut json = serde_json::Deserializer::from_str(text);
            let array = Array { arena, documents: &mut documents };
            array
                .deserialize(&mut json)
                .and_then(|()| json.end())
                .map_err(|error| at(&error, 0))?;
        }
        Format::Lines => {
            for (before, line) in text.split('\n').enumerate() {
                if !line.trim().is_empty() {
                    let incoming: Incoming<'a> =
                        serde_json::from_str(line).map_err(|error| at(&error, before))?;
                    documents.push(incoming.check(arena).map_err(|message| BatchError {
                        kind: BatchErrorKind::Document,
                        message,
                        line: before + 1,
                        column: 1,
                    })?);
                }
            }
        }
    }
    if documents.is_empty() {
        let message = "the body has no document".to_owned();
        return Err(BatchError { kind: BatchErrorKind::Empty, message, line: 1, column: 0 });
    }
    Ok(arena.alloc_slice_copy(&documents))
}

fn utf8(body: &[u8]) -> Result<&str, BatchError> {
    std::str::from_utf8(body).map_err(|error| {
        let before = &body[..error.valid_up_to()];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        BatchError {
            kind: BatchErrorKind::Utf8,
            message: "the body is not UTF-8".to_owned(),
            line: before.iter().filter(|&&byte| byte == b'\n').count() + 1,
            column: before.len() - line_start + 1,
        }
    })
}

/// serde_json's error, `lines` further down, without the position in its message.
fn at(error: &serde_json::Error, lines: usize) -> BatchError {
    let kind = if error.is_data() { BatchErrorKind::Document } else { BatchErrorKind::Syntax };
    let (line, column) = (error.line(), error.column());
    let mut message = error.to_string();
    if let Some(without) = message.strip_suffix(&format!(" at line {line} column {column}")) {
        message.truncate(without.len());
    }
    BatchError { kind, message, line: line.max(1) + lines, column }
}

/// Reads an array into `documents`, one element at a time.
struct Array<'x, 'b, 'a> {
    arena: &'x Arena<'a>,
    documents: &'x mut Vec<'b, NewDocument<'a>>,
}

impl<'a> DeserializeSeed<'a> for Array<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for Array<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array of documents")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut array: A) -> Result<(), A::Error> {
        while let Some(incoming) = array.next_element::<Incoming<'a>>()? {
            self.documents.push(incoming.check(self.arena).map_err(A::Error::custom)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use request_arena::request_arena;

    const LYON: &str = r#"{"name":"Lyon","lat":"45.74846","lng":4.84671,"country":"fr"}"#;

    #[request_arena]
    fn names(
        format: Format,
        body: &[u8],
        arena: Arena<'_>,
    ) -> Result<std::vec::Vec<String>, BatchError> {
        let documents = parse(&arena, format, body)?;
        Ok(documents.iter().map(|new| new.document.name.to_owned()).collect())
    }

    fn place(format: Format, body: impl AsRef<[u8]>) -> (BatchErrorKind, usize, usize) {
        let error = names(format, body.as_ref()).unwrap_err();
        (error.kind, error.line, error.column)
    }

    #[test]
    fn both_formats_are_read() {
        assert_eq!(
            names(Format::Array, format!("[{LYON},\n{LYON}]").as_bytes()).unwrap(),
            ["Lyon", "Lyon"]
        );
        assert_eq!(
            names(Format::Lines, format!("{LYON}\r\n\n{LYON}\n").as_bytes()).unwrap(),
            ["Lyon", "Lyon"]
        );
        let escaped = LYON.replace("Lyon", r"S\u00e3o");
        assert_eq!(names(Format::Lines, escaped.as_bytes()).unwrap(), ["São"]);
    }

    #[test]
    fn a_mistake_is_found_at_its_line_and_column() {
        assert_eq!(place(Format::Array, "[\n  {\"name\": }\n]"), (BatchErrorKind::Syntax, 2, 12));
        assert_eq!(
            place(Format::Lines, format!("{LYON}\n\n{{\"name\" 1}}")),
            (BatchErrorKind::Syntax, 3, 9)
        );
        assert_eq!(place(Format::Array, format!("[{LYON}] x")).0, BatchErrorKind::Syntax);
        let truncated = &LYON[..20];
        assert_eq!(place(Format::Lines, format!("{LYON}\n{truncated}")).1, 2);
        assert_eq!(place(Format::Lines, b"{}\nab\xff"), (BatchErrorKind::Utf8, 2, 3));
    }

    #[test]
    fn values_are_checked() {
        for (from, to) in [
            ("45.74846", "95.1"),
            ("\"fr\"", "\"fra\""),
            ("Lyon", "  "),
            ("\"lat\"", "\"lot\""),
            ("4.84671", "1e400"),
        ] {
            let wrong = LYON.replace(from, to);
            assert_ne!(wrong, LYON);
            let error = names(Format::Array, format!("[{LYON},\n{wrong}]").as_bytes()).unwrap_err();
            assert_eq!(error.line, 2, "{error:?}");
            assert_eq!(names(Format::Lines, wrong.as_bytes()).unwrap_err().line, 1);
        }
    }

    #[test]
    fn nothing_is_not_a_batch() {
        assert_eq!(place(Format::Array, "[]").0, BatchErrorKind::Empty);
        assert_eq!(place(Format::Lines, "\n \n").0, BatchErrorKind::Empty);
        assert_eq!(place(Format::Array, "{}").0, BatchErrorKind::Document);
    }
}
