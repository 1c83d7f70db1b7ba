//! Columns: the data of each document for filtering, counting and ranking, in twelve bytes.
//!
//! A candidate set has up to tens of thousands of documents in ascending order of id. A page has
//! 256 documents, so reading one costs a few nanoseconds. Reading the document itself would walk
//! down LMDB's tree. cost a walk down LMDB's tree.

use std::fmt;

use heed::{Database, RoTxn, types::Bytes};

use super::{Id, StoreError};
use crate::{document::Country, geo::Point};

/// Documents in a page.
pub(super) const PAGE: u32 = 256;
/// Bytes of a page.
pub(super) const PAGE_BYTES: usize = PAGE as usize * ROW_BYTES;

const ROW_BYTES: usize = 12;

/// The columns of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place.
    pub point: Point,
    /// Its country.
    pub country: Country,
    /// The number of words in its name, at most 255.
    pub words: u8,
}

impl Row {
    /// Writes this row, or the absence of the document, into its place in `page`.
    pub(super) fn write(row: Option<Self>, page: &mut [u8], id: u32) {
        let place = &mut page[place(id)..][..ROW_BYTES];
        place.fill(0);
        if let Some(row) = row {
            place[..8].copy_from_slice(&row.point.to_bytes());
            place[8..10].copy_from_slice(&row.country);
            place[10] = row.words;
            place[11] = 1;
        }
    }

    fn read(page: &[u8], id: u32) -> Option<Self> {
        let &[a, b, c, d, e, f, g, h, first, second, words, 1] =
            page.get(place(id)..)?.first_chunk::<ROW_BYTES>()?
        else {
            return None;
        };
        let point = Point::from_bytes([a, b, c, d, e, f, g, h]);
        Some(Self { point, country: [first, second], words })
    }
}

fn place(id: u32) -> usize {
    (id % PAGE) as usize * ROW_BYTES
}

/// Reads rows. It keeps the last page, so ascending order of id is the fastest.
pub struct Columns<'t> {
    table: Database<'static, Id, Bytes>,
    txn: &'t RoTxn<'t>,
    page: Option<(u32, &'t [u8])>,
}

impl fmt::Debug for Columns<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Columns")
            .field("page", &self.page.map(|(number, _)| number))
            .finish_non_exhaustive()
    }
}

impl<'t> Columns<'t> {
    pub(super) fn new(table: Database<'static, Id, Bytes>, txn: &'t RoTxn<'t>) -> Self {
        Self { table, txn, page: None }
    }

    /// The row of document `id`.
    ///
    /// # Errors
    /// If LMDB fails.
    pub fn row(&mut self, id: u32) -> Result<Option<Row>, StoreError> {
        let number = id / PAGE;
        let page = match self.page {
            Some((kept, page)) if kept == number => page,
            _ => {
                let page = self.table.get(self.txn, &number.to_be_bytes())?.unwrap_or_default();
                self.page = Some((number, page));
                page
            }
        };
        Ok(Row::read(page, id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_was_written_and_leaves_its_neighbours() {
        let row = Row { point: Point::new(-1.5, 2.25).unwrap(), country: *b"FR", words: 3 };
        let mut page = vec![0; PAGE_BYTES];
        Row::write(Some(row), &mut page, 256 + 255);
        Row::write(Some(row), &mut page, 256);
        assert_eq!(Row::read(&page, 255), Some(row));
        assert_eq!(Row::read(&page, 256), Some(row));
        assert_eq!(Row::read(&page, 1), None);
        Row::write(None, &mut page, 256);
        assert_eq!(Row::read(&page, 256), None);
        assert_eq!(Row::read(&page, 255), Some(row));
        assert_eq!(Row::read(&[], 0), None);
    }
}
