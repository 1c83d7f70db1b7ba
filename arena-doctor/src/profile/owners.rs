//! The comparison of two profiles: which functions own the live heap, how much of it came between
//! the profiles, and how much stayed.

use core::cmp::Reverse;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::Container;
use crate::finding::{signed_size, size};

/// request-arena's own arenas, as [`Owner::arena`]. Scopes count them.
pub(super) const OWN: &str = "request-arena";

/// An owner without a name, in a program without symbols.
pub(super) const UNKNOWN: &str = "unknown";

/// An owner with at least this share of the growth needs a common cause with the others.
const OF_A_CAUSE: f64 = 0.1;

/// An owner with less than this share of the fastest growth explains nothing.
const OF_THE_FASTEST: f64 = 0.02;

/// The owners of the live heap, from two profiles.
///
/// Figures are estimates from samples, and are rounded up to jemalloc's size classes: a chunk of 40
/// MiB and a page counts as 48 MiB. For owners of many times the sampling interval (512 KiB by
/// default) the error is a few percent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Owners {
    /// Seconds between the two profiles.
    pub seconds: f64,
    /// Requests served between them.
    pub requests: u64,
    /// Live bytes in the earlier profile.
    pub earlier_bytes: u64,
    /// Live bytes in the later profile.
    pub live_bytes: u64,
    /// Bytes by which known arenas grew, if their chunks belong to none of these owners. Known
    /// arenas are metered ones, and those of scopes and of the pool.
    pub unplaced_bytes: i64,
    /// The owners that matter. The fastest growth comes first.
    pub owners: Vec<Owner>,
}

/// A function that allocates, and its live memory. Its own memory and its arenas' chunks are two
/// owners.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Owner {
    /// The function: the first on the call stack outside of allocators, arenas, collections and the
    /// standard library. It has no path if it was inlined and the program has only line tables
    /// (`debug = "line-tables-only"`). It is `unknown` if the program has no symbols.
    pub function: String,
    /// The file in which it allocates, if the program has debug information.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u32>,
    /// The arena crate of these chunks, which is `request-arena` for those of scopes. `None` for
    /// other memory.
    pub arena: Option<String>,
    /// The metered arena of these chunks, judged by their sizes.
    pub metered: Option<String>,
    /// Bytes that are live now.
    pub live_bytes: u64,
    /// Bytes that were live in the earlier profile.
    pub earlier_bytes: u64,
    /// Its growth in bytes.
    pub growth_bytes: i64,
    /// Its growth for each request. `None` without requests.
    pub bytes_per_request: Option<f64>,
    /// Bytes that are in both profiles.
    pub stayed_bytes: u64,
    /// The functions that called it, the nearest first.
    pub callers: Vec<String>,
    /// The container of the memory, if the functions that allocate it show one.
    #[serde(default)]
    pub container: Option<Container>,
}

impl Owners {
    /// The number of owners in a diagnosis.
    const MOST_SHOWN: usize = 10;

    /// Bytes by which the live heap grew between the two profiles.
    #[must_use]
    pub fn growth_bytes(&self) -> i64 {
        self.live_bytes as i64 - self.earlier_bytes as i64
    }

    /// Bytes by which chunks of unnamed arenas grew.
    pub(crate) fn unnamed_bytes(&self) -> i64 {
        self.unnamed().map(|owner| owner.growth_bytes).sum::<i64>() - self.unplaced_bytes
    }

    /// Unnamed arenas, the fastest growth first.
    pub(crate) fn unnamed(&self) -> impl Iterator<Item = &Owner> {
        self.owners.iter().filter(|owner| owner.is_unnamed_arena())
    }

    /// The owners that grew and have a name, the fastest growth first. An owner that grew by a
    /// small part of the fastest growth is chance, also if the fastest has no name.
    pub(crate) fn growing(&self) -> impl Iterator<Item = &Owner> {
        let most = self.owners.iter().map(|owner| owner.growth_bytes).max().unwrap_or(0);
        let least = (OF_THE_FASTEST * most as f64).max(1.0);
        let counts =
            move |owner: &&Owner| owner.growth_bytes as f64 >= least && owner.function != UNKNOWN;
        self.owners.iter().filter(counts)
    }

    /// The function that several growing owners have in common, and these owners. They have one
    /// cause: a value with parts that different functions allocate. `None` if the fastest growth
    /// has a cause of its own.
    pub(crate) fn common_cause(&self) -> Option<(&str, Vec<&Owner>)> {
        let first = self.growing().next()?;
        let grown: i64 = self.growing().map(|owner| owner.growth_bytes).sum();
        let is_large = |owner: &&Owner| owner.growth_bytes as f64 >= OF_A_CAUSE * grown as f64;
        let large: Vec<&Owner> = self.growing().filter(is_large).collect();
        let calls = |owner: &Owner, function: &str| {
            owner.function == function || owner.callers.iter().any(|caller| caller == function)
        };
        let functions = core::iter::once(&first.function).chain(&first.callers);
        let is_common = |function: &&String| large.iter().all(|owner| calls(owner, function));
        let common = functions.into_iter().find(is_common)?;
        (large.len() > 1).then_some((common.as_str(), large))
    }

    /// Why the owner with the fastest growth has no name, and what to do.
    #[cfg(feature = "heap-profile")]
    pub(crate) fn problem(&self) -> Option<String> {
        let most = self.owners.first()?;
        (most.function == UNKNOWN).then(|| {
            "the program has no symbols: build it without `strip`, with `debug = \
                \"line-tables-only\"`"
                .into()
        })
    }

    /// Keeps only as many owners as people read: those that grew most, and those that hold most.
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
    /// Whether the memory belongs to an arena without a name.
    #[must_use]
    pub fn is_unnamed_arena(&self) -> bool {
        self.metered.is_none() && self.arena.as_deref().is_some_and(|arena| arena != OWN)
    }

    /// The function, with its file if it has no path.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.file {
            Some(file) if !self.function.contains("::") => format!("{} ({file})", self.function),
            _ => self.function.clone(),
        }
    }

    /// The file and line in which it allocates, if known.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let file = self.file.as_ref()?;
        Some(self.line.map_or_else(|| file.clone(), |line| format!("{file}:{line}")))
    }

    /// Where it allocates and which functions call it, as the end of a sentence.
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
    fn an_owner_beside_a_far_larger_one_without_a_name_is_no_cause() {
        let owners = |small| {
            let owners = vec![owner(UNKNOWN, None, 0, 90_000), owner("examine", None, 0, small)];
            Owners { owners, ..Owners::default() }
        };
        assert_eq!(owners(90).growing().count(), 0);
        assert_eq!(owners(9000).growing().count(), 1);
    }

    #[test]
    fn owners_that_one_function_calls_have_one_cause() {
        let by = |function: &str, callers: &[&str], bytes| Owner {
            callers: callers.iter().map(|&caller| caller.to_owned()).collect(),
            ..owner(function, None, 0, bytes)
        };
        let cause = |owners: Vec<Owner>| {
            let owners = Owners { owners, ..Owners::default() };
            owners.common_cause().map(|(cause, of)| (cause.to_owned(), of.len()))
        };
        let session = ["service::log_in", "service::serve"];
        let parts = || {
            vec![
                by("service::Session::new", &session, 600),
                by("service::tokens", &session, 300),
                by("service::log_in", &session[1..], 200),
                by("service::noise", &["service::timer"], 20),
            ]
        };
        assert_eq!(cause(parts()), Some(("service::log_in".to_owned(), 3)));
        let mut apart = parts();
        apart.push(by("service::timer", &[], 400));
        apart.sort_by_key(|owner| Reverse(owner.growth_bytes));
        assert_eq!(cause(apart), None, "a large owner has another cause");
        assert_eq!(cause(parts().drain(..1).collect()), None, "one owner is its own cause");
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
