//! The worker's end of the exchange: each message is a line of JSON, on the standard input and
//! output.

use std::io::{self, BufRead, Write};

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Sends a message to the program.
///
/// # Errors
/// If the program no longer reads, or the message has no representation in JSON.
pub fn send(message: &impl Serialize) -> anyhow::Result<()> {
    write(&mut io::stdout().lock(), message).context("the program no longer reads messages")
}

/// The messages from the program, until it closes the worker's standard input. An item is an error
/// if the input cannot be read or is not a message.
pub fn received<M: DeserializeOwned>() -> impl Iterator<Item = anyhow::Result<M>> {
    io::stdin().lock().lines().map(|line| {
        let line = line.context("the worker's standard input cannot be read")?;
        serde_json::from_str(&line).with_context(|| format!("{line:?} is not a message"))
    })
}

/// Writes a message and its end of line.
pub(crate) fn write(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let line = serde_json::to_string(message)?;
    writeln!(output, "{line}")?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line() {
        let mut output = Vec::new();
        write(&mut output, &"two\nlines").unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), "\"two\\nlines\"\n");
    }
}
