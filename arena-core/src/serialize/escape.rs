//! Texts with their quotes. Characters to escape are searched in words of eight bytes.

use std::io::{self, Write};

/// Writes a text with its quotes.
#[inline]
pub(super) fn text<W: Write>(writer: &mut W, text: &str) -> io::Result<()> {
    writer.write_all(b"\"")?;
    contents(writer, text)?;
    writer.write_all(b"\"")
}

/// Writes the characters of a text.
#[inline]
pub(super) fn contents<W: Write>(writer: &mut W, text: &str) -> io::Result<()> {
    let bytes = text.as_bytes();
    if is_plain(bytes) { writer.write_all(bytes) } else { escaped(writer, bytes) }
}

/// Whether no byte needs an escape.
#[inline]
fn is_plain(bytes: &[u8]) -> bool {
    let word = |at: usize| -> Option<u64> {
        Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk::<8>()?))
    };
    if let Some(last) = bytes.last_chunk::<8>() {
        let mut special = special(u64::from_le_bytes(*last));
        let mut at = 0;
        // The last word overlaps the one before it.
        while at + 8 < bytes.len() {
            special |= word(at).map_or(0, self::special);
            at += 8;
        }
        return special == 0;
    }
    let short = match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
        }
        // At most three bytes. The others of the word need no escape.
        _ => bytes.iter().fold(PLAIN, |word, byte| word << 8 | u64::from(*byte)),
    };
    special(short) == 0
}

/// Eight bytes that need no escape.
const PLAIN: u64 = u64::from_ne_bytes([b' '; 8]);

/// Not zero if one of the eight bytes needs an escape: a control character, `"` or `\`.
#[inline]
const fn special(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    /// The top bit of each byte that is zero. Others may be set only above one that is.
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word
    }
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (control | zeros(word ^ ONES * b'"' as u64) | zeros(word ^ ONES * b'\\' as u64)) & TOPS
}

/// Writes a text that has bytes to escape, piece by piece.
#[cold]
fn escaped<W: Write>(writer: &mut W, mut bytes: &[u8]) -> io::Result<()> {
    while let Some(at) = bytes.iter().position(|byte| matches!(byte, ..0x20 | b'"' | b'\\')) {
        let (plain, rest) = bytes.split_at(at);
        writer.write_all(plain)?;
        let byte = rest[0];
        let digits = b"0123456789abcdef";
        match byte {
            b'"' => writer.write_all(b"\\\"")?,
            b'\\' => writer.write_all(b"\\\\")?,
            0x08 => writer.write_all(b"\\b")?,
            b'\t' => writer.write_all(b"\\t")?,
            b'\n' => writer.write_all(b"\\n")?,
            0x0c => writer.write_all(b"\\f")?,
            b'\r' => writer.write_all(b"\\r")?,
            _ => {
                let [high, low] = [byte >> 4, byte & 15].map(|digit| digits[usize::from(digit)]);
                writer.write_all(&[b'\\', b'u', b'0', b'0', high, low])?;
            }
        }
        bytes = &rest[1..];
    }
    writer.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_plain_bytewise(bytes: &[u8]) -> bool {
        !bytes.iter().any(|byte| matches!(byte, ..0x20 | b'"' | b'\\'))
    }

    #[test]
    fn every_byte_at_every_place_of_every_length_is_seen() {
        for length in 0..40 {
            for at in 0..length {
                for byte in 0..=255_u8 {
                    for around in [b' ', b'~', 0x7f, 0x80, 0xff] {
                        let mut bytes = vec![around; length];
                        bytes[at] = byte;
                        assert_eq!(is_plain(&bytes), is_plain_bytewise(&bytes), "{bytes:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_text_is_written_as_serde_json_writes_it() {
        let every: String = (0..0x180).filter_map(char::from_u32).collect();
        let mut texts = vec![every.clone(), String::new(), "é\u{2028}\u{10ffff}\"".to_owned()];
        let characters: Vec<char> = every.chars().collect();
        texts.extend(characters.windows(9).map(|window| window.iter().collect()));
        texts.extend(characters.windows(3).map(|window| window.iter().collect()));
        for sent in texts {
            let mut written = Vec::new();
            text(&mut written, &sent).unwrap();
            assert_eq!(written, serde_json::to_vec(&sent).unwrap(), "{sent:?}");
        }
    }
}
