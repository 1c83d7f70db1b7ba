//! The flame graph: bytes by call stack as a picture. Where handlers are known, a stack begins with
//! the handler that allocated the memory.
//!
//! `inferno` draws it. The picture has a script to zoom and search, so a server sends it with a
//! `Content-Security-Policy` of its own.

use std::collections::BTreeMap;

use inferno::flamegraph::color::{BasicPalette, Palette};
use inferno::flamegraph::{Options, from_lines};

use super::HeapProfileError;
use super::frames::{Frame, shown};
use super::pprof::{REST, Sample, outside, outside_at};
use super::symbols::Symbols;

/// The name of a function without symbols.
const UNKNOWN: &str = "(unknown)";

/// Draws the stacks, and the bytes of those that are not kept.
pub(super) fn draw(
    title: &str,
    samples: &[Sample<'_>],
    symbols: &Symbols,
    rest_bytes: u64,
) -> Result<String, HeapProfileError> {
    // Stacks with the same functions are one.
    let mut stacks: BTreeMap<String, u64> = BTreeMap::new();
    for sample in samples {
        let bytes = u64::try_from(sample.bytes).unwrap_or(0);
        let functions = names(outside(sample.addresses, symbols), symbols);
        let stack = match sample.scope {
            Some(scope) => format!("{};{functions}", one_frame(scope)),
            None => functions,
        };
        *stacks.entry(stack).or_default() += bytes;
    }
    if rest_bytes > 0 {
        stacks.insert(REST.to_owned(), rest_bytes);
    }
    let lines: Vec<String> =
        stacks.iter().map(|(functions, bytes)| format!("{functions} {bytes}")).collect();
    if lines.is_empty() {
        return Err(HeapProfileError::NoSamples);
    }
    let mut options = Options::default();
    options.title = title.to_owned();
    options.count_name = "bytes".to_owned();
    options.colors = Palette::Basic(BasicPalette::Mem);
    options.deterministic = true;
    let mut picture = Vec::new();
    from_lines(&mut options, lines.iter().map(String::as_str), &mut picture)
        .map_err(|error| HeapProfileError::Unreadable(error.to_string()))?;
    String::from_utf8(picture).map_err(|error| HeapProfileError::Unreadable(error.to_string()))
}

/// A text without semicolons, which arrays have, and without line breaks: both end a frame.
fn one_frame(text: &str) -> String {
    text.replace(';', ",").replace(['\n', '\r'], " ")
}

/// The functions of a stack in the format of `inferno`: the outermost first, between semicolons.
fn names(addresses: &[usize], symbols: &Symbols) -> String {
    let mut names = Vec::new();
    for &address in addresses.iter().rev() {
        names.extend(outside_at(address, symbols).iter().rev().map(name));
    }
    if names.is_empty() { UNKNOWN.to_owned() } else { names.join(";") }
}

/// A function's name.
fn name(frame: &Frame) -> String {
    if frame.function.is_empty() {
        return UNKNOWN.to_owned();
    }
    one_frame(&shown(frame))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_the_functions_and_their_bytes() {
        let address = the_picture_has_the_functions_and_their_bytes as fn() as usize + 1;
        let symbols = Symbols::of([address, 1].into_iter(), u64::MAX);
        let sample = |addresses, bytes| Sample { addresses, objects: 1, bytes, scope: None };
        let (known, unknown) = ([address], [1]);
        let samples = [sample(&known, 3 << 20), sample(&unknown, 1 << 20)];
        let picture = draw("Live heap", &samples, &symbols, 1 << 20).unwrap();
        let name = "flamegraph::tests::the_picture_has_the_functions_and_their_bytes";
        for part in ["<svg", "Live heap", name, "3,145,728 bytes", UNKNOWN, "too small to be kept"]
        {
            assert!(picture.contains(part), "{part} is missing in {picture}");
        }
        let error = draw("Live heap", &[], &symbols, 0).unwrap_err();
        assert!(matches!(error, HeapProfileError::NoSamples), "{error}");
    }

    #[test]
    fn a_stack_begins_with_its_handler() {
        let symbols = Symbols::of([1].into_iter(), u64::MAX);
        let sample = |scope, bytes| Sample { addresses: &[1], objects: 1, bytes, scope };
        let samples = [sample(Some("log;in"), 3 << 20), sample(Some("search"), 1 << 20)];
        let picture = draw("Live heap", &samples, &symbols, 0).unwrap();
        for part in ["log,in (3,145,728 bytes, 75.00%)", "search (1,048,576 bytes, 25.00%)"] {
            assert!(picture.contains(part), "{part} is missing in {picture}");
        }
    }

    #[test]
    fn a_name_cannot_end_a_frame() {
        let frame = Frame { function: "svc::take<[u8; 4]>\n".into(), ..Frame::default() };
        assert_eq!(name(&frame), "svc::take<[u8, 4]> ");
        assert_eq!(name(&Frame::default()), UNKNOWN);
    }
}
