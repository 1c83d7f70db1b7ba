//! What the doctor says of a container: when its limit is reached, how much of it is page cache,
//! and kills of the past.

use super::ContainerMemory;
use crate::finding::size;

/// A limit that is reached later than this is not worth a sentence: a month.
const LATEST_SECONDS: f64 = 30.0 * 24.0 * 3600.0;

/// A working set of this share of the limit alarms a person, who sees it in Kubernetes.
const ALARMING: f64 = 0.8;

/// The least share of page cache in an alarming working set that explains it.
const EXPLAINS: f64 = 0.1;

/// Kept memory of this share of the limit leaves little room.
const LITTLE_ROOM: f64 = 0.8;

pub(super) fn of(memory: &ContainerMemory, is_oom_kill_disabled: bool) -> Vec<String> {
    let stops = is_oom_kill_disabled.then(|| {
        "the kernel stops processes of this container at its limit instead of killing one \
         (`oom_kill_disable`)"
            .to_owned()
    });
    let sentences =
        [reached(memory), little_room(memory), page_cache(memory), killed(memory), stops];
    sentences.into_iter().flatten().collect()
}

/// The limit, unless it is 0: then there are no shares of it. A group that is about to be removed
/// can have that.
fn limit(memory: &ContainerMemory) -> Option<f64> {
    memory.limit_bytes.filter(|&bytes| bytes > 0).map(|bytes| bytes as f64)
}

fn reached(memory: &ContainerMemory) -> Option<String> {
    let seconds = memory.limit_in_seconds.filter(|&seconds| seconds <= LATEST_SECONDS)?;
    let an_hour = memory.growth_bytes_per_second? * 3600.0;
    Some(format!(
        "at this rate the container's limit of {} is reached in {}: {} are left, and {} come in an \
         hour",
        size(memory.limit_bytes?),
        roughly(seconds),
        size(memory.headroom_bytes?),
        size(an_hour as u64),
    ))
}

fn little_room(memory: &ContainerMemory) -> Option<String> {
    let share = memory.kept_bytes as f64 / limit(memory)?;
    (share >= LITTLE_ROOM).then(|| {
        format!(
            "{} of the container's limit cannot be given back, and {} are left",
            percent(share),
            size(memory.headroom_bytes.unwrap_or(0)),
        )
    })
}

fn page_cache(memory: &ContainerMemory) -> Option<String> {
    let share = memory.working_set_bytes as f64 / limit(memory)?;
    let cached = memory.cached_bytes() as f64 / memory.working_set_bytes.max(1) as f64;
    (share >= ALARMING && cached >= EXPLAINS).then(|| {
        format!(
            "the working set is {} of the container's limit, but {} of it is page cache, which the \
             kernel gives back",
            percent(share),
            percent(cached),
        )
    })
}

pub(super) fn killed(memory: &ContainerMemory) -> Option<String> {
    let kills = memory.oom_kills_before;
    (kills > 0).then(|| {
        let processes = if kills == 1 { "1 process" } else { &format!("{kills} processes") };
        format!(
            "the kernel killed {processes} of this container for memory before the doctor started, \
             perhaps an earlier process of this service"
        )
    })
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A time in its two largest units: `3 h 20 min`.
pub(crate) fn roughly(seconds: f64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let seconds = seconds.max(0.0).round() as u64;
    let place = UNITS.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(UNITS.len() - 1);
    let (unit, name) = UNITS[place];
    let first = format!("{} {name}", seconds / unit);
    let second = UNITS.get(place + 1).map(|(smaller, name)| (seconds % unit / smaller, name));
    match second {
        Some((count, name)) if count > 0 => format!("{first} {count} {name}"),
        _ => first,
    }
}
