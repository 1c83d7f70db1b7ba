//! Parses the pinned words into messages.

/// An error or a warning, as it was printed.
#[derive(Debug)]
pub(crate) struct Message<'t> {
    /// The whole message: `error[E0597]: ..`.
    pub(crate) text: &'t str,
    pub(crate) is_error: bool,
    pub(crate) code: Option<&'t str>,
    /// The first line, without `error[..]: `.
    pub(crate) first_line: &'t str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place<'t> {
    pub(crate) file: &'t str,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The messages of a `.stderr` file.
pub(crate) fn messages(pinned: &str) -> Vec<Message<'_>> {
    let starts = |line: &str| line.starts_with("error") || line.starts_with("warning");
    let mut begins: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in pinned.split_inclusive('\n') {
        if starts(line) {
            begins.push(at);
        }
        at += line.len();
    }
    assert_eq!(
        begins.first().copied().unwrap_or(0),
        0,
        "words before the first message:\n{pinned}"
    );
    let ends = begins.iter().skip(1).copied().chain([pinned.len()]);
    begins.iter().zip(ends).map(|(&begin, end)| message(pinned[begin..end].trim_end())).collect()
}

fn message(text: &str) -> Message<'_> {
    let heading = text.lines().next().unwrap_or_default();
    let (level, first_line) = heading.split_once(": ").unwrap_or((heading, ""));
    let code = level.split_once('[').map(|(_, code)| code.trim_end_matches(']'));
    Message { text, is_error: level.starts_with("error"), code, first_line }
}

impl<'t> Message<'t> {
    /// The places of its arrows: first that of the error, then those of its notes.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place<'t>> + use<'t> {
        self.text.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")).map(place)
    }
}

/// `tests/ui/escape/case.rs:4:11`. Other files have no numbers.
fn place(text: &str) -> Place<'_> {
    let mut parts = text.splitn(3, ':');
    let file = parts.next().unwrap_or_default();
    let mut number = || parts.next().and_then(|number| number.parse().ok()).unwrap_or(0);
    Place { file, line: number(), column: number() }
}
