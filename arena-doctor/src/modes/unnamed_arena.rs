//! A long-lived arena without a name: an `Arc<Mutex<Bump>>` deep in a dependency. The heap profile
//! shows which function allocates its chunks.
//!
//! The sign is physical memory that grows steadily, as an arena's pages are written, in one of two
//! cases. Either most of the growth of live heap is chunks of unknown arenas. Or live heap does not
//! grow at all, and such an arena holds as much as has grown: it fills its last chunk. Chunks
//! double, so an arena that has lived for a week allocates none for another week, and only the
//! second case can be seen.

use crate::evidence::Evidence;
use crate::finding::size;
use crate::growth::Growth;
use crate::{Confidence, Figure, FigureUnit, Finding, Mode, Owner, Owners};

/// The arena must have this share of the growth.
const MOST: f64 = 0.5;

/// Fewer bytes are too few samples: eight at jemalloc's default rate.
const LEAST_BYTES: i64 = 4 << 20;

pub(super) fn judge(evidence: &Evidence<'_>) -> Option<Finding> {
    let owners = evidence.owners.as_ref()?;
    let climb = evidence.heap_growth().or_else(|| evidence.touched_growth())?;
    taking(evidence, owners, &climb).or_else(|| filling(evidence, owners, &climb))
}

/// An arena that allocates chunks.
fn taking(evidence: &Evidence<'_>, owners: &Owners, climb: &Growth) -> Option<Finding> {
    let owner = owners.unnamed().next()?;
    let chunks = owners.unnamed_bytes().min(owner.growth_bytes.max(0));
    let most = (owners.growth_bytes() as f64 * MOST) as i64;
    if owners.unnamed_bytes() < LEAST_BYTES.max(most) || chunks < LEAST_BYTES {
        return None;
    }
    let confidence = evidence.confidence_of(climb);
    let grown = format!(
        "{} of it came since the profile of {:.0} s ago",
        size(chunks as u64),
        owners.seconds
    );
    Some(finding(evidence, owner, climb, confidence, grown))
}

/// An arena that fills a chunk that it already has. Other memory that was allocated long ago and is
/// written now looks the same.
fn filling(evidence: &Evidence<'_>, owners: &Owners, climb: &Growth) -> Option<Finding> {
    let is_live_growth = owners.growth_bytes() as f64 > MOST * climb.bytes;
    if is_live_growth || evidence.heap_growth().is_some() {
        return None;
    }
    let owner = owners.unnamed().max_by_key(|owner| owner.stayed_bytes)?;
    let has_room = owner.stayed_bytes as f64 >= climb.bytes;
    let grown =
        "none of it came lately, but physical memory grows: a chunk is being filled".to_owned();
    has_room.then(|| finding(evidence, owner, climb, Confidence::Low, grown))
}

fn finding(
    evidence: &Evidence<'_>,
    owner: &Owner,
    climb: &Growth,
    confidence: Confidence,
    grown: String,
) -> Finding {
    // The unfilled part is not resident.
    let filled =
        owner.live_bytes.saturating_sub(evidence.account.untouched_bytes).max(owner.live_bytes / 2);
    let bytes = filled.min(evidence.account.bytes_of("heap live"));
    let mut finding = evidence.finding(Mode::LongLivedArena, bytes, confidence);
    let arena = owner.arena.as_deref().unwrap_or_default();
    finding.evidence = vec![Figure::bytes(format!("chunks of {arena}"), owner.live_bytes, grown)];
    if let Some(bytes) = owner.bytes_per_request {
        let meaning = "chunks double, so it comes in steps";
        finding.evidence.push(Figure::new(
            "growth of the chunks",
            bytes,
            FigureUnit::BytesPerRequest,
            meaning,
        ));
    }
    finding.evidence.push(Figure::bytes(
        "chunks that were there before",
        owner.stayed_bytes,
        owner.whence(),
    ));
    finding.add_growth(climb);
    finding.remedy = format!(
        "`{}` allocates in an arena that outlives its requests{}. Reset the arena, or allocate \
         what a request needs in the request's own arena (`#[request_arena]`), and long-lived \
         values on the heap. `doctor::metered` around it shows how much is in use.",
        owner.function,
        owner.place().map(|place| format!(" ({place})")).unwrap_or_default()
    );
    finding.subject = Some(owner.name());
    finding
}
