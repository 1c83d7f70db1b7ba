//! Anonymous maps: the program or a library maps memory itself (`mmap`, `MmapMut::map_anon`, a JIT,
//! a WebAssembly runtime, a driver), and no allocator counts it.
//!
//! The sign is anonymous memory beyond the figures of all allocators, stacks and the program's
//! data. It is no matter which allocator serves C: such maps belong to none. A large level that
//! lasts is a finding, since no figure of the program shows it. If it grows, the finding says so,
//! and by how much.
//!
//! The maps are named by elimination. A map belongs to an allocator if that says so, if it is the
//! `[heap]`, if its name says so, or if it was made with `MAP_NORESERVE`: jemalloc, mimalloc, and
//! glibc for its arenas do that, and programs seldom do. Of the others, the group that has grown
//! most is the suspect, or the largest one.

use request_arena_memory::maps::MapGroup;

use crate::evidence::Evidence;
use crate::finding::{signed_size, size};
use crate::levels;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode};

/// A group names the memory if it has at least this share of it.
const MOST: f64 = 0.5;

/// The least growth of a group between two moments, as a share of its memory, that is worth a line.
const GROWN: f64 = 0.05;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let bytes = evidence.account.unexplained_bytes.max(0) as u64;
    let growth = evidence
        .growth(|level| level.unexplained)
        .filter(|growth| evidence.matters(growth.bytes as u64));
    // What is there for a moment does not count. Without figures of earlier readings, earlier maps
    // show it.
    let floor = levels::floor(&evidence.levels, evidence.settle, |level| level.unexplained);
    let earlier = evidence.maps_seen.before(evidence.now().at, evidence.settle);
    let lasting = floor.or_else(|| earlier.map(|seen| seen.unexplained.min(bytes)));
    if !evidence.matters(bytes) || lasting.is_some_and(|lasting| !evidence.matters(lasting)) {
        return None;
    }
    let suspects = Suspects::of(evidence, bytes);
    let confidence = match (growth, lasting) {
        (Some(growth), _) if suspects.name_it => evidence.confidence_of(&growth),
        (_, Some(_)) => Confidence::Medium,
        // Seen once.
        (_, None) => Confidence::Low,
    };
    let mut finding = evidence.finding(Mode::AnonymousMaps, bytes, confidence);
    finding.subject = suspects.first().map(ToString::to_string);
    let lasts = lasting.map_or_else(
        || "at this moment".to_owned(),
        |lasting| format!("at least {} for {:.0} s", size(lasting), evidence.settle.as_secs_f64()),
    );
    finding.evidence = vec![Figure::bytes("memory that no allocator counts", bytes, lasts)];
    finding.evidence.extend(suspects.figures(evidence));
    if let Some(growth) = &growth {
        finding.evidence.push(Figure::bytes(
            "growth",
            growth.bytes as u64,
            format!("in {:.0} s", growth.seen_seconds),
        ));
        finding.add_growth(growth);
    }
    finding.remedy = suspects.remedy().to_owned();
    Some(finding)
}

/// The groups of maps that may be this memory, the likeliest first.
struct Suspects<'a> {
    groups: Vec<(&'a MapGroup, Option<i64>)>,
    /// The time between the two moments that show growth.
    seconds: f64,
    /// Whether the first one has most of the memory.
    name_it: bool,
}

impl<'a> Suspects<'a> {
    fn of(evidence: &Evidence<'a>, bytes: u64) -> Self {
        let now = evidence.now().at;
        let earlier = evidence.maps_seen.before(now, evidence.settle);
        let grown = |group: &MapGroup| {
            earlier.map(|earlier| group.resident as i64 - earlier.resident(group) as i64)
        };
        let all = &evidence.maps.groups;
        let least = (MOST * bytes as f64) as u64;
        let of = |is_one: fn(&&MapGroup) -> bool| {
            let mut groups: Vec<_> =
                all.iter().filter(is_one).map(|group| (group, grown(group))).collect();
            // Growth beyond a part of it matters more than size.
            let key = |(group, grown): &(&MapGroup, Option<i64>)| {
                let grows = grown.filter(|&grown| grown as f64 >= GROWN * bytes as f64);
                (grows, group.resident)
            };
            groups.sort_by_key(|group| core::cmp::Reverse(key(group)));
            groups
        };
        let is_plain = |group: &&MapGroup| !is_of_heap(group);
        let sum = |groups: &[(&MapGroup, Option<i64>)]| {
            groups.iter().map(|(group, _)| group.resident).sum::<u64>()
        };
        let mut groups = of(is_plain);
        if sum(&groups) < least {
            // A program may also make maps with `MAP_NORESERVE`.
            groups = of(|group| group.owner.is_none() && group.name.is_none());
        }
        let name_it = groups.first().is_some_and(|(group, _)| group.resident >= least);
        Self { groups, seconds: earlier.map_or(0.0, |seen| (now - seen.at).as_secs_f64()), name_it }
    }

    fn first(&self) -> Option<&'a MapGroup> {
        self.groups.first().map(|(group, _)| *group)
    }

    /// A line for each group that has a tenth of the first one's memory.
    fn figures(&self, evidence: &Evidence<'_>) -> Vec<Figure> {
        let least = self.first().map_or(0, |first| first.resident / 10);
        let shown = self.groups.iter().filter(|(group, _)| group.resident >= least).take(3);
        let mut figures = Vec::new();
        for (group, grown) in shown {
            figures.push(Figure::bytes(group.to_string(), group.resident, about(group)));
            if let Some(grown) =
                grown.filter(|&grown| grown as f64 >= GROWN * group.resident as f64)
            {
                let meaning = format!("it came in the last {:.0} s", self.seconds);
                let name = format!("growth of {group}");
                figures.push(Figure::new(name, grown as f64, FigureUnit::Bytes, meaning));
            }
        }
        if self.name_it || figures.is_empty() {
            return figures;
        }
        let anonymous = signed_size(evidence.now().anonymous as f64);
        figures[0].meaning += &format!("; it may be another part of {anonymous} of RssAnon");
        figures
    }

    fn remedy(&self) -> &'static str {
        match self.first() {
            Some(group) if group.name.is_some() => {
                "Look for the code that gives its maps this name by `prctl(PR_SET_VMA_ANON_NAME)`. \
                 Unmap what it keeps."
            }
            Some(group) if group.permissions.contains('x') => {
                "These maps have code that was made at run time: a JIT or a WebAssembly runtime. \
                 Look for compiled modules that are never dropped."
            }
            _ => {
                "Look for code that maps memory itself and never unmaps it: `mmap`, \
                 `MmapMut::map_anon`, a JIT, a WebAssembly runtime, io_uring, a third allocator. \
                 `strace -f -k -e trace=mmap,munmap -p PID` shows the callers. Name your own maps \
                 by `prctl(PR_SET_VMA_ANON_NAME)`, and this finding has the name."
            }
        }
    }
}

/// Whether the maps are an allocator's.
fn is_of_heap(group: &MapGroup) -> bool {
    let is_named = |name: &String| {
        name == "heap" || ["malloc", "scudo"].iter().any(|allocator| name.contains(allocator))
    };
    group.owner.is_some() || group.is_unreserved || group.name.as_ref().is_some_and(is_named)
}

/// The number of maps, their permissions and their sizes.
fn about(group: &MapGroup) -> String {
    let MapGroup { count, permissions, sizes, .. } = group;
    let maps = if *count == 1 { "map" } else { "maps" };
    let sizes: Vec<_> =
        sizes.iter().map(|of| format!("{} of {}", of.count, size(of.bytes))).collect();
    format!("{count} {maps} with {permissions}: {}", sizes.join(", "))
}
