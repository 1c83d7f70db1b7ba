//! The modes: the ways in which a service's memory, or its tail latency, climbs.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A way in which a service's memory, or its tail latency, climbs. Each has a mechanism of its own,
/// and a sign that tells it from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mode {
    /// Pages of mapped files (LMDB, a search index) count into RSS and climb; the heap does not.
    PageCache,
    /// C code allocates from an allocator that is not Rust's, and its figures do not see it.
    SecondAllocator,
    /// The allocator keeps pages that were freed, for longer than it was told to, and nobody uses
    /// them again.
    Retention,
    /// Live and freed objects share pages, so that the pages cannot be given back.
    Fragmentation,
    /// An arena outlives the requests that allocate in it, so that what they leave adds up.
    LongLivedArena,
    /// Values that own heap memory lie in an arena, which forgets them without running their
    /// `Drop`.
    DropInArena,
    /// An arena that is reset and kept holds the chunk of one large request ever after.
    ResetRatchet,
    /// Memory that other threads free is taken back in one go by its owner's next allocation, which
    /// waits for it.
    DelayedFree,
    /// The service holds more than it did.
    RealGrowth,
}

impl Mode {
    /// All modes, in the order in which they are listed everywhere.
    pub const ALL: [Self; 9] = [
        Self::PageCache,
        Self::SecondAllocator,
        Self::Retention,
        Self::Fragmentation,
        Self::LongLivedArena,
        Self::DropInArena,
        Self::ResetRatchet,
        Self::DelayedFree,
        Self::RealGrowth,
    ];

    /// The name that labels and JSON use: `long_lived_arena`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PageCache => "page_cache",
            Self::SecondAllocator => "second_allocator",
            Self::Retention => "retention",
            Self::Fragmentation => "fragmentation",
            Self::LongLivedArena => "long_lived_arena",
            Self::DropInArena => "drop_in_arena",
            Self::ResetRatchet => "reset_ratchet",
            Self::DelayedFree => "delayed_free",
            Self::RealGrowth => "real_growth",
        }
    }

    /// What it is called in a sentence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::PageCache => "pages of mapped files",
            Self::SecondAllocator => "a second allocator",
            Self::Retention => "freed memory that the allocator keeps",
            Self::Fragmentation => "fragmentation",
            Self::LongLivedArena => "an arena that outlives its requests",
            Self::DropInArena => "values in an arena that never runs their `Drop`",
            Self::ResetRatchet => "an arena that keeps the chunk of its largest request",
            Self::DelayedFree => "a long tail of latency",
            Self::RealGrowth => "real growth",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::Mode;

    #[test]
    fn a_label_is_the_name_in_json() {
        for mode in Mode::ALL {
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{}\"", mode.as_str()));
        }
    }
}
