//! The kernel's setting for transparent huge pages, which decides what a remedy can change.

use std::fs;

/// `/sys/kernel/mm/transparent_hugepage/enabled`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Thp {
    /// All anonymous memory.
    Always,
    /// Only memory that a program or its allocator asks for (`MADV_HUGEPAGE`).
    Madvise,
    /// None, or the setting cannot be read.
    #[default]
    Other,
}

impl Thp {
    /// Reads the setting. It costs 10 us.
    pub(super) fn read() -> Self {
        let text = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled");
        text.map_or(Self::Other, |text| Self::of(&text))
    }

    /// The value in brackets is on: `always [madvise] never`.
    fn of(text: &str) -> Self {
        if text.contains("[always]") {
            Self::Always
        } else if text.contains("[madvise]") {
            Self::Madvise
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Thp;

    #[test]
    fn the_value_in_brackets_is_on() {
        assert_eq!(Thp::of("[always] madvise never\n"), Thp::Always);
        assert_eq!(Thp::of("always [madvise] never\n"), Thp::Madvise);
        assert_eq!(Thp::of("always madvise [never]\n"), Thp::Other);
    }
}
