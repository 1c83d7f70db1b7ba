//! The work on an order in any allocator: what [`orders::heap`] does, for arenas of other crates.
//!
//! The order is any [`Draft`], so each arena keeps the types that its own deserialisation fills.

use std::fmt::{self, Arguments, Display, Write};

use allocator_api2::alloc::Allocator;
use allocator_api2::vec::Vec;
use orders::prices::{Prices, SHELVES};
use orders::rules::{self, Complaints};
use orders::totals::Totals;
use request_arena::collections::sorted_map::SortedMap;
use serde::{Serialize, Serializer};

/// An order that was parsed.
pub(super) trait Draft {
    type Item: DraftItem;

    /// Name and e-mail address.
    fn customer(&self) -> [&str; 2];
    /// Street, postcode, city and country.
    fn ship_to(&self) -> [&str; 4];
    fn note(&self) -> Option<&str>;
    fn items(&self) -> &[Self::Item];
}

/// An item of an order.
pub(super) trait DraftItem {
    fn sku(&self) -> &str;
    fn quantity(&self) -> u32;
    fn options(&self) -> impl ExactSizeIterator<Item = (&str, &str)>;
}

/// The receipt, as [`orders::heap::receipt::Receipt`].
#[derive(Serialize)]
struct Receipt<'o, A: Allocator> {
    customer: &'o str,
    ship_to: &'o str,
    #[serde(serialize_with = "elements")]
    shelves: &'o Vec<Shelf<'o, A>, A>,
    pieces: u64,
    totals: Totals,
}

#[derive(Serialize)]
struct Shelf<'o, A: Allocator> {
    shelf: &'static str,
    subtotal: u64,
    #[serde(serialize_with = "elements")]
    lines: Vec<Line<'o>, A>,
}

#[derive(Serialize)]
struct Line<'o> {
    sku: &'o str,
    title: &'o str,
    pieces: u32,
    each: u64,
    total: u64,
}

#[derive(Serialize)]
struct Complaint<A: Allocator> {
    #[serde(serialize_with = "text")]
    field: Vec<u8, A>,
    rule: &'static str,
}

struct Found<A: Allocator>(Vec<Complaint<A>, A>);

impl<A: Allocator + Copy> Complaints for Found<A> {
    fn add(&mut self, field: Arguments<'_>, rule: &'static str) {
        let field = written(field, *self.0.allocator());
        self.0.push(Complaint { field, rule });
    }
}

/// Answers an order in `allocator`, and gives the answer to `done`.
pub(super) fn answer<A: Allocator + Copy>(
    allocator: A,
    order: &impl Draft,
    prices: &Prices,
    done: &mut dyn FnMut(&[u8]),
) {
    let mut complaints = Found(Vec::new_in(allocator));
    let [name, email] = order.customer();
    let [street, postcode, city, country] = order.ship_to();
    rules::customer(name, email, &mut complaints);
    rules::address(street, postcode, city, country, &mut complaints);
    rules::items(order.items().len(), &mut complaints);
    rules::note(order.note(), &mut complaints);

    let mut lines = SortedMap::<&'static str, Vec<Line<'_>, A>, A>::new_in(allocator);
    for (index, item) in order.items().iter().enumerate() {
        let (sku, pieces) = (item.sku(), item.quantity());
        let priced = rules::item(index, sku, pieces, item.options(), prices, &mut complaints);
        if let Some((product, each)) = priced {
            let total = each * u64::from(pieces);
            let lines = lines.entry(SHELVES[product.shelf]);
            let lines = lines.or_insert_with(|| Vec::new_in(allocator));
            lines.push(Line { sku, title: &product.title, pieces, each, total });
        }
    }
    if !complaints.0.is_empty() {
        return done(&json(&orders::refusal::Refused::new(&complaints.0), allocator));
    }

    let mut shelves = Vec::with_capacity_in(lines.len(), allocator);
    shelves.extend(lines.into_iter().map(|(shelf, lines)| Shelf::new(shelf, lines)));
    let subtotal = shelves.iter().map(|shelf| shelf.subtotal).sum();
    let ship_to = written(format_args!("{street}, {postcode} {city}, {country}"), allocator);
    let receipt = Receipt {
        customer: name,
        ship_to: std::str::from_utf8(&ship_to).expect("of texts"),
        shelves: &shelves,
        pieces: order.items().iter().map(|item| u64::from(item.quantity())).sum(),
        totals: Totals::new(subtotal, country),
    };
    done(&json(&receipt, allocator));
}

impl<'o, A: Allocator> Shelf<'o, A> {
    fn new(shelf: &'static str, mut lines: Vec<Line<'o>, A>) -> Self {
        lines.sort_unstable_by(|a, b| {
            let by_sku = || a.sku.cmp(b.sku).then(a.pieces.cmp(&b.pieces));
            b.total.cmp(&a.total).then_with(by_sku)
        });
        Self { shelf, subtotal: lines.iter().map(|line| line.total).sum(), lines }
    }
}

/// The capacity that `serde_json::to_vec` begins with.
const FIRST_BYTES: usize = 128;

fn json<A: Allocator>(value: &impl Serialize, allocator: A) -> Vec<u8, A> {
    let mut answer = Bytes::new(FIRST_BYTES, allocator);
    serde_json::to_writer(&mut answer, value).expect("to memory");
    answer.written()
}

fn written<A: Allocator>(text: impl Display, allocator: A) -> Vec<u8, A> {
    let mut written = Bytes::new(0, allocator);
    write!(written, "{text}").expect("to memory");
    written.written()
}

/// Bytes that are copied slice by slice into reserved room. `Vec`'s own methods push one after the
/// other.
struct Bytes<A: Allocator> {
    room: Vec<u8, A>,
    written: usize,
}

impl<A: Allocator> Bytes<A> {
    fn new(room: usize, allocator: A) -> Self {
        let mut bytes = Vec::with_capacity_in(room, allocator);
        bytes.resize(room, 0);
        Self { room: bytes, written: 0 }
    }

    #[inline]
    fn push(&mut self, bytes: &[u8]) {
        if self.room.len() - self.written < bytes.len() {
            self.make_room(bytes.len());
        }
        self.room[self.written..][..bytes.len()].copy_from_slice(bytes);
        self.written += bytes.len();
    }

    #[cold]
    fn make_room(&mut self, more: usize) {
        self.room.resize(2 * self.room.len() + more, 0);
    }

    fn written(mut self) -> Vec<u8, A> {
        self.room.truncate(self.written);
        self.room
    }
}

impl<A: Allocator> std::io::Write for Bytes<A> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.push(bytes);
        Ok(())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<A: Allocator> Write for Bytes<A> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

fn elements<T: Serialize, A: Allocator, S: Serializer>(
    elements: &Vec<T, A>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    elements[..].serialize(serializer)
}

fn text<A: Allocator, S: Serializer>(text: &Vec<u8, A>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(std::str::from_utf8(text).expect("it was written as text"))
}
