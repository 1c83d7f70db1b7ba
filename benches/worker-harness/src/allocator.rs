//! The global allocators that a worker can have.

/// A global allocator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allocator {
    /// The system's `malloc`, which is glibc's on most Linux systems.
    Glibc,
    /// jemalloc, set up by `request_arena::use_jemalloc!()`.
    Jemalloc,
    /// mimalloc 2.
    Mimalloc2,
    /// mimalloc 3.
    Mimalloc3,
}

impl Allocator {
    /// All allocators, in the order of tables.
    pub const ALL: [Self; 4] = [Self::Glibc, Self::Jemalloc, Self::Mimalloc2, Self::Mimalloc3];

    /// The name in tables and on command lines.
    ///
    /// ```
    /// use worker_harness::Allocator;
    ///
    /// assert_eq!(Allocator::Mimalloc2.name(), "mimalloc-2");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Glibc => "glibc",
            Self::Jemalloc => "jemalloc",
            Self::Mimalloc2 => "mimalloc-2",
            Self::Mimalloc3 => "mimalloc-3",
        }
    }

    /// The allocator with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|allocator| allocator.name() == name)
    }

    /// The worker's feature that selects this allocator. `None` for the default.
    pub(crate) fn feature(self) -> Option<&'static str> {
        (self != Self::Glibc).then(|| self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allocators_are_found_by_their_names() {
        for allocator in Allocator::ALL {
            assert_eq!(Allocator::from_name(allocator.name()), Some(allocator));
        }
        assert_eq!(Allocator::from_name("tcmalloc"), None);
    }
}
