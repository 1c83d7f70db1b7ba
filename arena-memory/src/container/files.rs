//! Single files of a group, and how each one can fail.

use std::fs;
use std::io::ErrorKind;
use std::num::IntErrorKind;
use std::path::Path;

use procfs::{FromBufRead, MemoryPressure};

use crate::container::{Error, Pressure};

/// The text of a file. `None` if the kernel does not have it, or does not show it.
pub(super) fn text(file: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::Unsupported => Ok(None),
            _ => Err(Error::Unreadable { file: file.to_path_buf(), reason: error.to_string() }),
        },
    }
}

/// The directory of a group.
pub(super) struct Group<'a>(pub(super) &'a Path);

impl Group<'_> {
    pub(super) fn unreadable(&self, file: &str, reason: &str) -> Error {
        Error::Unreadable { file: self.0.join(file), reason: reason.to_owned() }
    }

    pub(super) fn missing(&self, file: &str) -> Error {
        self.unreadable(file, "there is no figure")
    }

    /// The text of a file, as [`text`].
    pub(super) fn text(&self, file: &str) -> Result<Option<String>, Error> {
        text(&self.0.join(file))
    }

    /// A file with one number. `None` if there is none, or if it is `max`.
    pub(super) fn figure(&self, file: &str) -> Result<Option<u64>, Error> {
        let Some(text) = self.text(file)? else { return Ok(None) };
        match text.trim() {
            "max" => Ok(None),
            text => match text.parse::<u64>() {
                Ok(number) => Ok(Some(number)),
                Err(error) if *error.kind() == IntErrorKind::PosOverflow => Ok(Some(u64::MAX)),
                Err(_) => Err(self.unreadable(file, &format!("`{text}` is no number"))),
            },
        }
    }

    /// As [`figure`](Self::figure), for one that is only shown. `None` if it is unreadable.
    pub(super) fn number(&self, file: &str) -> Option<u64> {
        self.figure(file).ok().flatten()
    }

    /// A file with a name and a number in each line, which is only shown. Empty if it is
    /// unreadable.
    pub(super) fn table(&self, file: &str) -> Figures {
        self.text(file).ok().flatten().map(Figures).unwrap_or_default()
    }

    pub(super) fn pressure(&self) -> Option<Pressure> {
        let text = self.text("memory.pressure").ok()??;
        let MemoryPressure { some, full } = MemoryPressure::from_buf_read(text.as_bytes()).ok()?;
        Some(Pressure {
            some_share: f64::from(some.avg10) / 100.0,
            full_share: f64::from(full.avg10) / 100.0,
            some_micros: some.total,
            full_micros: full.total,
        })
    }
}

/// Names and numbers, a line each.
#[derive(Default)]
pub(super) struct Figures(String);

impl Figures {
    pub(super) const fn new(text: String) -> Self {
        Self(text)
    }

    pub(super) fn get(&self, name: &str) -> Option<u64> {
        let of = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
        self.0.lines().find_map(of)
    }
}
