//! What two profiles say together: who allocated what is live, what of it came between them, and
//! what stayed.

use core::cmp::Reverse;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::{signed_size, size};

/// request-arena's own arenas, as [`Owner::arena`]: they are counted by their scopes.
pub(super) const OWN: &str = "request-arena";

/// An owner that nobody can name, as the program has no symbols.
pub(super) const UNKNOWN: &str = "unknown";

/// Who owns the live heap, from two profiles of it. Figures are estimates from samples, of
/// allocations rounded up to jemalloc's size classes (a chunk of 40 MiB and a page is one of 48
/// MiB): of what takes many times the rate of sampling (512 KiB by default) they are good to some
/// percent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Owners {
    /// Seconds between the two profiles.
    pub seconds: f64,
    /// Requests served between them.
    pub requests: u64,
    /// Live bytes in the earlier one.
    pub earlier_bytes: u64,
    /// Live bytes in the later one.
    pub live_bytes: u64,
    /// Bytes by which known arenas grew (metered ones, those of scopes and of the pool) whose
    /// chunks are none of these owners', as far as that can be told.
    pub unplaced_bytes: i64,
    /// The owners that matter, what grew most first.
    pub owners: Vec<Owner>,
}

/// One function that allocates, and what of it is live. What it allocates for itself and what it
/// allocates for an arena are two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Owner {
    /// The function: the first on the call stack that is not the allocator's, an arena's, a
    /// collection's or the standard library's. Without its path if it was inlined and the program
    /// has line tables alone (`debug = "line-tables-only"`); `unknown` if it has no symbols.
    pub function: String,
    /// The file in which it allocates, if the program has debug information.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
    /// The arena crate whose chunks these are; `request-arena` for those of scopes. `None` if it is
    /// other memory.
    pub arena: Option<String>,
    /// The metered arena that these chunks are, as far as their sizes tell.
    pub metered: Option<String>,
    /// Bytes that are live now.
    pub live_bytes: u64,
    /// Bytes that were live in the earlier profile.
    pub earlier_bytes: u64,
    /// What it grew by.
    pub growth_bytes: i64,
    /// What it grew by for each request; `None` if there were none.
    pub bytes_per_request: Option<f64>,
    /// Bytes that were there both times.
    pub stayed_bytes: u64,
    /// The functions that called it, the nearest first.
    pub callers: Vec<String>,
}

impl Owners {
    /// Owners that a report shows.
    const MOST_SHOWN: usize = 10;

    /// Bytes by which the live heap grew between the two.
    #[must_use]
    pub fn growth_bytes(&self) -> i64 {
        self.live_bytes as i64 - self.earlier_bytes as i64
    }

    /// Bytes by which chunks of arenas grew that nobody named.
    pub(crate) fn unnamed_bytes(&self) -> i64 {
        self.unnamed().map(|owner| owner.growth_bytes).sum::<i64>() - self.unplaced_bytes
    }

    /// Arenas that nobody named, what grew most first.
    pub(crate) fn unnamed(&self) -> impl Iterator<Item = &Owner> {
        self.owners.iter().filter(|owner| owner.is_unnamed_arena())
    }

    /// What grew and has a name, most first.
    pub(crate) fn growing(&self) -> impl Iterator<Item = &Owner> {
        self.owners.iter().filter(|owner| owner.growth_bytes > 0 && owner.function != UNKNOWN)
    }

    /// Why what grew most has no name, and what to do.
    #[cfg(feature = "heap-profile")]
    pub(crate) fn problem(&self) -> Option<String> {
        let most = self.owners.first()?;
        (most.function == UNKNOWN).then(|| {
            "the program has no symbols: build it without `strip`, with `debug = \
                \"line-tables-only\"`"
                .into()
        })
    }

    /// The same with as many owners as a person reads: what grew most, and what holds most.
    pub(crate) fn shortened(mut self) -> Self {
        let mut held: Vec<u64> = self.owners.iter().map(|owner| owner.live_bytes).collect();
        held.sort_unstable_by_key(|&bytes| Reverse(bytes));
        let least = held.get(Self::MOST_SHOWN / 2).copied().unwrap_or(0);
        let mut place = 0;
        self.owners.retain(|owner| {
            place += 1;
            place <= Self::MOST_SHOWN / 2 || owner.live_bytes > least
        });
        self
    }
}

impl Owner {
    /// Whether it is an arena's memory, and nobody has told whose.
    #[must_use]
    pub fn is_unnamed_arena(&self) -> bool {
        self.metered.is_none() && self.arena.as_deref().is_some_and(|arena| arena != OWN)
    }

    /// The function, with its file if it has no path that tells it from others of its name.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.file {
            Some(file) if !self.function.contains("::") => format!("{} ({file})", self.function),
            _ => self.function.clone(),
        }
    }

    /// Where it allocates: the file and line, as far as they are known.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let file = self.file.as_ref()?;
        Some(self.line.map_or_else(|| file.clone(), |line| format!("{file}:{line}")))
    }

    /// Where it allocates and who calls it there, in a sentence's end.
    #[must_use]
    pub fn whence(&self) -> String {
        let place = self.place().map(|place| format!("at {place}"));
        let callers =
            (!self.callers.is_empty()).then(|| format!("called by {}", self.callers.join(" < ")));
        place.into_iter().chain(callers).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Owners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (live, growth) = (size(self.live_bytes), signed_size(self.growth_bytes() as f64));
        write!(
            f,
            "live heap by owner: {live}; {growth} of it came in {:.0} s and {} requests",
            self.seconds, self.requests
        )?;
        for owner in &self.owners {
            write!(f, "\n{owner}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>12}  `{}`", size(self.live_bytes), self.function)?;
        match (&self.arena, &self.metered) {
            (Some(arena), Some(name)) => write!(f, ", chunks of {arena} (metered as `{name}`)")?,
            (Some(arena), None) => write!(f, ", chunks of {arena}")?,
            (None, _) => {}
        }
        write!(f, ": grew by {}", signed_size(self.growth_bytes as f64))?;
        if let Some(bytes) = self.bytes_per_request {
            write!(f, ", {} a request", signed_size(bytes))?;
        }
        write!(f, "; {} stayed", size(self.stayed_bytes))?;
        let whence = self.whence();
        if whence.is_empty() { Ok(()) } else { write!(f, "; {whence}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(function: &str, arena: Option<&str>, earlier: u64, live: u64) -> Owner {
        Owner {
            function: function.into(),
            arena: arena.map(str::to_owned),
            live_bytes: live,
            earlier_bytes: earlier,
            growth_bytes: live as i64 - earlier as i64,
            ..Owner::default()
        }
    }

    #[test]
    fn arenas_that_are_metered_or_of_scopes_are_not_unnamed() {
        let named = Owner { metered: Some("index".into()), ..owner("a", Some("bumpalo"), 0, 40) };
        let owners = vec![
            owner("intern", Some("bumpalo"), 10, 110),
            named,
            owner("search", Some(OWN), 0, 30),
            owner("log_in", None, 0, 20),
        ];
        let owners = Owners { owners, unplaced_bytes: 20, ..Owners::default() };
        assert_eq!(owners.unnamed().map(|owner| &*owner.function).collect::<Vec<_>>(), ["intern"]);
        assert_eq!(owners.unnamed_bytes(), 80);
    }

    #[test]
    fn a_report_shows_what_grew_most_and_what_holds_most() {
        let grew = (0..20).map(|place| owner("grew", None, 0, 100 - place));
        let held = (0..20).map(|place| owner("held", None, 1000 + place, 1000 + place));
        let owners = Owners { owners: grew.chain(held).collect(), ..Owners::default() }.shortened();
        let of = |name: &str| owners.owners.iter().filter(|owner| owner.function == name).count();
        assert_eq!((of("grew"), of("held")), (5, 5));
        assert!(owners.owners.iter().any(|owner| owner.live_bytes == 1019));
    }

    #[test]
    fn a_function_without_a_path_is_told_with_its_file() {
        let of = |function: &str| {
            Owner { file: Some("src/index.rs".into()), ..owner(function, None, 0, 0) }.name()
        };
        assert_eq!([of("intern"), of("index::intern")], ["intern (src/index.rs)", "index::intern"]);
    }

    #[test]
    fn an_owner_says_in_one_line_what_it_is_and_where() {
        let owner = Owner {
            file: Some("src/index.rs".into()),
            line: Some(7),
            bytes_per_request: Some(2048.0),
            callers: vec!["search".into(), "serve".into()],
            ..owner("intern", Some("bumpalo"), 1 << 20, 3 << 20)
        };
        let line = "     3.0 MiB  `intern`, chunks of bumpalo: grew by 2.0 MiB, 2.0 KiB a request; \
            0 B stayed; at src/index.rs:7, called by search < serve";
        assert_eq!(owner.to_string(), line);
    }
}
