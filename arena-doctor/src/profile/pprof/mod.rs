//! pprof's format: a gzipped protobuf message, which `go tool pprof`, Parca and Pyroscope read.
//!
//! Functions and lines are in the profile, so a reader needs no copy of the program. Addresses,
//! mappings and build ids are there, too, for readers that look symbols up by themselves. Frames of
//! the allocator are left out.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;

use super::frames::{Frame, is_allocator, shown};
use super::mappings;
use super::symbols::Symbols;

mod proto;

/// The name of the sample of all stacks that a profile does not keep.
pub(super) const REST: &str = "(stacks that are too small to be kept)";

/// The label of a sample with the handler that allocated the memory.
const SCOPE: &str = "scope";

/// A call stack of the profile. Figures of a difference may be below 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample<'a> {
    /// Return addresses, the innermost first.
    pub(super) addresses: &'a [usize],
    pub(super) objects: i64,
    pub(super) bytes: i64,
    /// The handler that allocated it, if known.
    pub(super) scope: Option<&'static str>,
}

/// What a profile has besides its samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    pub(super) at: SystemTime,
    /// The time of a difference. Zero for a profile of one moment.
    pub(super) lasted: Duration,
    /// Bytes of allocations for each sample.
    pub(super) interval_bytes: u64,
    /// Objects and bytes of stacks that the profile does not keep.
    pub(super) rest: (i64, i64),
}

/// The part of a stack outside of the allocator.
pub(super) fn outside<'a>(addresses: &'a [usize], symbols: &Symbols) -> &'a [usize] {
    let is_inner = |&address: &usize| {
        let frames = symbols.frames_at(address);
        !frames.is_empty() && frames.iter().all(is_allocator)
    };
    let inner = addresses.iter().take_while(|address| is_inner(address)).count();
    &addresses[inner..]
}

/// The functions at an address outside of the allocator, the innermost first.
pub(super) fn outside_at(address: usize, symbols: &Symbols) -> &[Frame] {
    let frames = symbols.frames_at(address);
    let inner = frames.iter().take_while(|frame| is_allocator(frame)).count();
    &frames[inner..]
}

/// Encodes and compresses a profile.
pub(super) fn encode(samples: &[Sample<'_>], symbols: &Symbols, about: About) -> Vec<u8> {
    let mut tables = Tables::new();
    let value = |tables: &mut Tables, kind: &str, unit: &str| proto::ValueType {
        r#type: tables.text(kind),
        unit: tables.text(unit),
    };
    tables.profile.sample_type = vec![
        value(&mut tables, "inuse_objects", "count"),
        value(&mut tables, "inuse_space", "bytes"),
    ];
    tables.profile.default_sample_type = tables.text("inuse_space");
    tables.profile.period_type = Some(value(&mut tables, "space", "bytes"));
    tables.profile.period = whole(u128::from(about.interval_bytes));
    let since_1970 = about.at.duration_since(UNIX_EPOCH).unwrap_or_default();
    tables.profile.time_nanos = whole(since_1970.as_nanos());
    tables.profile.duration_nanos = whole(about.lasted.as_nanos());
    for sample in samples {
        let addresses = outside(sample.addresses, symbols);
        let locations = addresses.iter().map(|&address| tables.location(address, symbols));
        let location_id = locations.collect();
        tables.add(location_id, (sample.objects, sample.bytes), sample.scope);
    }
    if about.rest != (0, 0) {
        let rest = tables.named_location(REST);
        tables.add(vec![rest], about.rest, None);
    }
    let message = tables.finish().encode_to_vec();
    let mut compressed = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into a vector does not fail.
    compressed.write_all(&message).and_then(|()| compressed.finish()).unwrap_or_default()
}

fn whole(number: u128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A profile in the making, and the ids of what is in its tables.
struct Tables {
    profile: proto::Profile,
    texts: HashMap<Arc<str>, i64>,
    functions: HashMap<(i64, i64), u64>,
    locations: HashMap<usize, u64>,
}

impl Tables {
    fn new() -> Self {
        let mut tables = Self {
            profile: proto::Profile::default(),
            texts: HashMap::new(),
            functions: HashMap::new(),
            locations: HashMap::new(),
        };
        // The first text is the empty one.
        tables.text("");
        for (mapping, id) in mappings::executable().into_iter().zip(1..) {
            let filename = tables.text(&mapping.file);
            let build_id = tables.text(mapping.build_id.as_deref().unwrap_or_default());
            tables.profile.mapping.push(proto::Mapping {
                id,
                memory_start: mapping.place.start,
                memory_limit: mapping.place.end,
                file_offset: mapping.file_offset,
                filename,
                build_id,
                ..proto::Mapping::default()
            });
        }
        tables
    }

    /// The place of a text in the string table.
    fn text(&mut self, text: &str) -> i64 {
        if let Some(&known) = self.texts.get(text) {
            return known;
        }
        let place = self.texts.len() as i64;
        self.texts.insert(text.into(), place);
        place
    }

    fn location(&mut self, address: usize, symbols: &Symbols) -> u64 {
        if let Some(&known) = self.locations.get(&address) {
            return known;
        }
        // The call is one byte before the return address.
        let call = (address as u64).saturating_sub(1);
        let frames = outside_at(address, symbols);
        let named = frames.iter().filter(|frame| !frame.function.is_empty());
        let line: Vec<proto::Line> = named.map(|frame| self.line(frame)).collect();
        let mut mapping_id = 0;
        let is_here =
            |place: &&mut proto::Mapping| (place.memory_start..place.memory_limit).contains(&call);
        if let Some(mapping) = self.profile.mapping.iter_mut().find(is_here) {
            mapping_id = mapping.id;
            mapping.has_functions |= !line.is_empty();
            mapping.has_filenames |= frames.iter().any(|frame| frame.file.is_some());
            mapping.has_line_numbers |= frames.iter().any(|frame| frame.line.is_some());
            mapping.has_inline_frames |= line.len() > 1;
        }
        let id = self.profile.location.len() as u64 + 1;
        self.profile.location.push(proto::Location { id, mapping_id, address: call, line });
        self.locations.insert(address, id);
        id
    }

    /// A location that is a function of this name, and no address.
    fn named_location(&mut self, name: &str) -> u64 {
        let line = vec![self.line(&Frame { function: name.into(), ..Frame::default() })];
        let id = self.profile.location.len() as u64 + 1;
        self.profile.location.push(proto::Location { id, line, ..proto::Location::default() });
        id
    }

    fn line(&mut self, frame: &Frame) -> proto::Line {
        let name = self.text(&shown(frame));
        // A reader must not take a name for a mangled one, so the two are never equal.
        let is_shown_otherwise = *shown(frame) != *frame.function;
        let system_name = if is_shown_otherwise { self.text(&frame.function) } else { 0 };
        let filename = self.text(frame.file.as_deref().unwrap_or_default());
        let next = self.profile.function.len() as u64 + 1;
        let function_id = *self.functions.entry((name, filename)).or_insert(next);
        if function_id == next {
            let function = proto::Function { id: next, name, system_name, filename };
            self.profile.function.push(function);
        }
        proto::Line { function_id, line: frame.line.map_or(0, i64::from) }
    }

    fn add(
        &mut self,
        location_id: Vec<u64>,
        (objects, bytes): (i64, i64),
        scope: Option<&'static str>,
    ) {
        let label = |name: &str| proto::Label { key: self.text(SCOPE), str: self.text(name) };
        let label = scope.map(label).into_iter().collect();
        self.profile.sample.push(proto::Sample { location_id, value: vec![objects, bytes], label });
    }

    fn finish(mut self) -> proto::Profile {
        let mut texts: Vec<(i64, Arc<str>)> =
            self.texts.into_iter().map(|(text, place)| (place, text)).collect();
        texts.sort_unstable();
        self.profile.string_table = texts.iter().map(|(_, text)| text.to_string()).collect();
        self.profile
    }
}

#[cfg(test)]
mod tests;
