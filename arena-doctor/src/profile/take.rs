//! A heap profile: live memory by call stack, in bounded memory. Two profiles can be compared.

use core::cmp::Reverse;
use std::collections::HashMap;
use std::time::{Instant, SystemTime};

use request_arena_core::Report;

use super::dump::{Dump, DumpedStack, dump};
use super::frames::{Frame, owned, without_closures};
use super::owners::{OWN, UNKNOWN};
use super::scopes::Scopes;
use super::symbols::Symbols;
use super::{Container, HeapProfileError, Owner, Owners, sampling};
use crate::aged::Taken;
use crate::{metered, workload};

/// The live memory of the process at one moment, by call stack.
///
/// Bytes are estimates from sampled allocations. Each sample also counts for the allocations of its
/// stack that were not sampled, by their average size. The profile keeps addresses, and no names of
/// functions.
///
/// ```no_run
/// use request_arena_doctor::HeapProfile;
///
/// let earlier = HeapProfile::take()?;
/// // Requests are served.
/// println!("{}", HeapProfile::take()?.since(&earlier));
/// # Ok::<(), request_arena_doctor::HeapProfileError>(())
/// ```
#[derive(Clone, Debug)]
pub struct HeapProfile {
    taken: Instant,
    pub(super) at: SystemTime,
    pauses: u64,
    requests: u64,
    /// The largest stack comes first.
    pub(super) stacks: Vec<Stack>,
    /// The objects and bytes of stacks that are not kept.
    pub(super) rest: (u64, u64),
    live_bytes: u64,
    /// Bytes of allocations for each sample.
    pub(super) interval_bytes: u64,
    /// The bytes of chunks of each known arena.
    arenas: Vec<(&'static str, u64)>,
    /// The scopes that allocated the memory, for other tools. The doctor's own profiles have none.
    pub(super) scopes: Scopes,
}

impl Taken for HeapProfile {
    fn taken(&self) -> Instant {
        self.taken
    }

    fn pauses(&self) -> u64 {
        self.pauses
    }
}

/// A call stack: return addresses, the innermost first.
#[derive(Clone, Debug)]
pub(super) struct Stack {
    pub(super) addresses: Box<[usize]>,
    pub(super) objects: u64,
    pub(super) bytes: u64,
}

/// A call stack in two profiles.
#[derive(Clone, Copy)]
struct Pair<'a> {
    addresses: &'a [usize],
    live: u64,
    earlier: u64,
}

impl HeapProfile {
    /// The number of stacks that a profile keeps. It drops the smallest ones. At the default
    /// sampling interval of 512 KiB, only a profile of more than 1 GiB drops any.
    pub const MOST_STACKS: usize = 2048;

    /// The most memory that a [comparison](Self::since) takes for a moment in a process with less
    /// than 640 MiB of live heap. In a larger process it takes at most a sixteenth of live heap.
    ///
    /// Debug information that does not fit is not used. Then owners have names and no lines. A
    /// process finds that out by its first comparison, which may take more.
    pub const MOST_BYTES: u64 = 40 << 20;

    /// The part of live heap that a comparison may take in a large process.
    pub(super) const SHARE: u64 = 16;

    /// Owners are looked up for this many stacks with the most growth, and as many with the most
    /// bytes.
    const MOST_NAMED: usize = 512;

    /// The number of callers of an owner.
    const MOST_CALLERS: usize = 4;

    /// Takes a profile now.
    ///
    /// It costs milliseconds. jemalloc writes a temporary file of about 1 KiB for each stack, which
    /// is read and removed.
    ///
    /// # Errors
    ///
    /// If jemalloc does not sample, or its file cannot be written or read. The error says what to
    /// do.
    pub fn take() -> Result<Self, HeapProfileError> {
        let mut profile = Self::beside(&request_arena_core::report())?;
        profile.scopes = Scopes::now();
        Ok(profile)
    }

    /// Takes a profile, with a report of about the same moment. Making a report may log a warning,
    /// and a subscriber may then ask the doctor. So a caller that holds one of the doctor's locks
    /// passes a report.
    pub(super) fn beside(report: &Report) -> Result<Self, HeapProfileError> {
        sampling::check()?;
        let taken = Instant::now();
        Ok(Self::of(dump()?, taken, report))
    }

    pub(super) fn of(mut dump: Dump, taken: Instant, report: &Report) -> Self {
        dump.stacks.retain(|stack| stack.bytes > 0);
        dump.shorten(Self::MOST_STACKS);
        let Dump { interval_bytes, stacks, rest } = dump;
        let stack = |DumpedStack { addresses, objects, bytes }| Stack { addresses, objects, bytes };
        let mut stacks: Vec<Stack> = stacks.into_iter().map(stack).collect();
        stacks.shrink_to_fit();
        let live_bytes = rest.1 + stacks.iter().map(|stack| stack.bytes).sum::<u64>();
        let of_scopes = report.sites.iter().map(|site| site.in_use_bytes).sum::<u64>()
            + report.pool.retained_bytes as u64;
        let mut arenas = metered::reserved();
        arenas.push((OWN, of_scopes));
        let ended: Vec<u64> = report.sites.iter().map(|site| site.outcomes.total()).collect();
        Self {
            taken,
            at: SystemTime::now(),
            pauses: report.live_heap.map_or(0, |beside| beside.pauses),
            requests: workload::served(&ended),
            stacks,
            rest,
            live_bytes,
            interval_bytes,
            arenas,
            scopes: Scopes::default(),
        }
    }

    /// All live bytes.
    #[must_use]
    pub fn live_bytes(&self) -> u64 {
        self.live_bytes
    }

    /// The number of call stacks.
    #[must_use]
    pub fn stacks(&self) -> usize {
        self.stacks.len()
    }

    /// The number of requests served until it was taken.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Whether sampling was on all the time since an earlier profile. Otherwise what came in
    /// between is only a part of what did.
    ///
    /// # Errors
    ///
    /// [`HeapProfileError::Interrupted`] if it was off for a time.
    pub fn check_since(&self, earlier: &Self) -> Result<(), HeapProfileError> {
        if self.compares_with(earlier) { Ok(()) } else { Err(HeapProfileError::Interrupted) }
    }

    /// Compares it with an earlier profile, and looks up the names of the owners. That takes tens
    /// of milliseconds, and more for a program with much debug information.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Owners {
        let requests = self.requests.saturating_sub(earlier.requests);
        let pairs = Pair::that_matter(&self.stacks, &earlier.stacks, Self::MOST_NAMED);
        let addresses = pairs.iter().flat_map(|pair| pair.addresses).copied();
        let symbols = Symbols::of(addresses, Self::MOST_BYTES.max(self.live_bytes / Self::SHARE));
        let mut owners: Vec<Owner> = Vec::new();
        for pair in pairs {
            add(&mut owners, owner_of(&symbols.frames(pair.addresses)), pair);
        }
        for owner in &mut owners {
            owner.growth_bytes = owner.live_bytes as i64 - owner.earlier_bytes as i64;
            owner.bytes_per_request =
                (requests > 0).then(|| owner.growth_bytes as f64 / requests as f64);
        }
        owners.sort_by_key(|owner| Reverse(owner.growth_bytes));
        let unplaced_bytes = place(&mut owners, &self.arenas, &earlier.arenas);
        Owners {
            seconds: self.taken.saturating_duration_since(earlier.taken).as_secs_f64(),
            requests,
            earlier_bytes: earlier.live_bytes,
            live_bytes: self.live_bytes,
            unplaced_bytes,
            owners,
        }
    }
}

impl<'a> Pair<'a> {
    /// The stacks of two profiles that changed most, and those that hold most.
    fn that_matter(live: &'a [Stack], earlier: &'a [Stack], most: usize) -> Vec<Self> {
        let of = |stack: &'a Stack| (&*stack.addresses, stack.bytes);
        let mut before: HashMap<&[usize], u64> = earlier.iter().map(of).collect();
        let mut pairs: Vec<Self> = live
            .iter()
            .map(|stack| Pair {
                addresses: &stack.addresses,
                live: stack.bytes,
                earlier: before.remove(&*stack.addresses).unwrap_or(0),
            })
            .collect();
        pairs.extend(before.into_iter().map(|(addresses, earlier)| Pair {
            addresses,
            live: 0,
            earlier,
        }));
        pairs.sort_unstable_by_key(|pair| Reverse(pair.live.abs_diff(pair.earlier)));
        let mut rest = pairs.split_off(most.min(pairs.len()));
        rest.sort_unstable_by_key(|pair| Reverse(pair.live));
        rest.truncate(most);
        pairs.append(&mut rest);
        pairs
    }
}

/// The owner of a stack, without figures.
fn owner_of(frames: &[Frame]) -> Owner {
    let owned = owned(frames);
    let name = |frame: &&Frame| without_closures(&frame.function).to_owned();
    let mut callers: Vec<String> = owned.frames.iter().map(name).collect();
    callers.dedup();
    let place = owned.place;
    let file = place.and_then(|frame| frame.file.as_deref()).map(short);
    let function = match &file {
        _ if !callers.is_empty() => callers.remove(0),
        // A thread's closure that was inlined into the standard library has a file alone.
        Some(file) => format!("a closure in {file}"),
        None => UNKNOWN.to_owned(),
    };
    callers.truncate(HeapProfile::MOST_CALLERS);
    Owner {
        function,
        file,
        line: place.and_then(|frame| frame.line),
        arena: owned.arena.map(str::to_owned),
        callers,
        container: Container::of(owned.within),
        ..Owner::default()
    }
}

/// A short path: from the crate on for files of a registry or of the compiler, otherwise relative
/// to the current directory.
fn short(file: &str) -> String {
    let of = |folder| file.split_once(folder).and_then(|(_, rest): (_, &str)| rest.split_once('/'));
    if let Some((_, file)) = of("/registry/src/").or_else(|| of("/rustc/")) {
        return file.to_owned();
    }
    let folder = std::env::current_dir().unwrap_or_default();
    let within = std::path::Path::new(file).strip_prefix(folder);
    within.map_or_else(|_| file.to_owned(), |within| within.to_string_lossy().into_owned())
}

/// Adds a stack's figures to those of its owner. The file and line are those of the largest stack.
fn add(owners: &mut Vec<Owner>, owner: Owner, pair: Pair<'_>) {
    let is_same = |known: &&mut Owner| known.arena == owner.arena && known.name() == owner.name();
    let known = match owners.iter_mut().find(is_same) {
        Some(known) => known,
        None => {
            owners.push(owner);
            owners.last_mut().expect("it was pushed")
        }
    };
    known.live_bytes += pair.live;
    known.earlier_bytes += pair.earlier;
    known.stayed_bytes += pair.live.min(pair.earlier);
}

/// Finds the owners that are known arenas. Returns the growth of known arenas without an owner.
fn place(owners: &mut [Owner], live: &[(&str, u64)], earlier: &[(&str, u64)]) -> i64 {
    let mut unplaced = 0;
    for &(name, bytes) in live {
        let before = earlier.iter().find(|before| before.0 == name).map_or(0, |before| before.1);
        let grown = bytes as i64 - before as i64;
        if name == OWN {
            // Chunks that a handler allocates through its raw `&Bump` cannot be recognised by their
            // stack.
            let known = owners
                .iter()
                .filter(|owner| owner.arena.as_deref() == Some(OWN))
                .map(|owner| owner.growth_bytes);
            unplaced += (grown - known.sum::<i64>()).max(0);
        } else if let Some(owner) = nearest(owners, bytes) {
            owner.metered = Some(name.to_owned());
        } else {
            unplaced += grown;
        }
    }
    unplaced
}

/// The owner of a metered arena. A stack does not show which arena it allocates for. So it is the
/// owner with the nearest number of bytes, if any is near. Size classes are up to a quarter apart.
fn nearest(owners: &mut [Owner], bytes: u64) -> Option<&mut Owner> {
    let candidates = owners.iter_mut().filter(|owner| owner.is_unnamed_arena());
    let owner = candidates.min_by_key(|owner| owner.live_bytes.abs_diff(bytes))?;
    (bytes / 10 * 9..=bytes / 10 * 14).contains(&owner.live_bytes).then_some(owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(bytes: impl Iterator<Item = u64>) -> HeapProfile {
        let stack =
            |(place, bytes)| DumpedStack { addresses: [place, 2].into(), objects: 2, bytes };
        let stacks = bytes.enumerate().map(stack).collect();
        let dump = Dump { interval_bytes: 1, stacks, ..Dump::default() };
        HeapProfile::of(dump, Instant::now(), &request_arena_core::report())
    }

    #[test]
    fn the_largest_stacks_are_kept_and_all_bytes_are_counted() {
        let count = HeapProfile::MOST_STACKS as u64 + 1000;
        let profile = profile((1..=count).chain([0]));
        assert_eq!(
            (profile.stacks(), profile.live_bytes()),
            (HeapProfile::MOST_STACKS, count * (count + 1) / 2)
        );
        assert_eq!(profile.stacks.last().unwrap().bytes, 1001);
        assert_eq!(
            *profile.stacks[0].addresses,
            [count as usize - 1, 2],
            "the innermost comes first"
        );
        assert_eq!(profile.rest, (2000, 1000 * 1001 / 2));
    }

    #[test]
    fn what_came_while_sampling_was_off_for_a_time_is_unknown() {
        let earlier = profile([1].into_iter());
        let mut now = profile([2].into_iter());
        assert!(now.check_since(&earlier).is_ok());
        now.pauses += 1;
        assert!(matches!(now.check_since(&earlier), Err(HeapProfileError::Interrupted)));
    }

    #[test]
    fn what_moved_most_and_what_holds_most_matters_also_if_it_is_gone() {
        let (earlier, live) = (profile([100, 50, 7].into_iter()), profile([100, 0, 9].into_iter()));
        let pairs = Pair::that_matter(&live.stacks, &earlier.stacks, 1);
        let figures: Vec<_> = pairs.iter().map(|pair| (pair.live, pair.earlier)).collect();
        assert_eq!(figures, [(0, 50), (100, 100)]);
    }

    #[test]
    fn files_are_told_as_people_know_them() {
        let of_registry = "/home/cargo/registry/src/a-registry-1949/bumpalo-3.20.4/src/lib.rs";
        assert_eq!(short(of_registry), "bumpalo-3.20.4/src/lib.rs");
        assert_eq!(short("/rustc/0123/library/std/src/io.rs"), "library/std/src/io.rs");
        let here = std::env::current_dir().unwrap().join("src/index.rs");
        assert_eq!(short(here.to_str().unwrap()), "src/index.rs");
        assert_eq!(short("/elsewhere/index.rs"), "/elsewhere/index.rs");
    }
}
