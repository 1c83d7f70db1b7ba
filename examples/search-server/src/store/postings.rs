//! Postings: the ascending document ids of one word, as little-endian bytes. They are read in
//! place, in LMDB's map.

/// The ids in `bytes`.
pub fn ids(bytes: &[u8]) -> impl ExactSizeIterator<Item = u32> {
    bytes.chunks_exact(4).map(|id| u32::from_le_bytes([id[0], id[1], id[2], id[3]]))
}

/// A document's change of the postings of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub(super) id: u32,
    /// Whether the document has the word afterwards.
    pub(super) holds: bool,
}

/// Writes `before` with `changes` into `after`, which is long enough for both. Returns the number
/// of written bytes. Both are ascending by id. If an id has two changes, the greater one counts,
/// which adds the word.
pub(super) fn merge(
    before: &[u8],
    changes: impl Iterator<Item = Change>,
    after: &mut [u8],
) -> usize {
    let mut before = ids(before).peekable();
    let mut changes = changes.peekable();
    let mut slots = after.chunks_exact_mut(4);
    let mut written = 0;
    let mut write = |id: u32| {
        if let Some(slot) = slots.next() {
            slot.copy_from_slice(&id.to_le_bytes());
            written += 4;
        }
    };
    while let Some(change) = changes.next() {
        if changes.peek().is_some_and(|next| next.id == change.id) {
            continue;
        }
        while let Some(id) = before.next_if(|&id| id < change.id) {
            write(id);
        }
        before.next_if_eq(&change.id);
        if change.holds {
            write(change.id);
        }
    }
    before.for_each(&mut write);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(before: &[u32], changes: &[(u32, bool)]) -> Vec<u32> {
        let before: Vec<u8> = before.iter().flat_map(|id| id.to_le_bytes()).collect();
        let mut after = vec![0; before.len() + 4 * changes.len()];
        let len =
            merge(&before, changes.iter().map(|&(id, holds)| Change { id, holds }), &mut after);
        ids(&after[..len]).collect()
    }

    #[test]
    fn ids_are_added_and_removed_in_order() {
        assert_eq!(merged(&[], &[(3, true), (7, true)]), [3, 7]);
        assert_eq!(merged(&[3, 7], &[(1, true), (5, true), (9, true)]), [1, 3, 5, 7, 9]);
        assert_eq!(merged(&[1, 3, 5], &[(1, false), (5, false)]), [3]);
        assert_eq!(merged(&[3], &[(3, false)]), [0; 0]);
    }

    #[test]
    fn a_document_that_keeps_the_word_is_there_once() {
        assert_eq!(merged(&[3], &[(3, false), (3, true)]), [3]);
        assert_eq!(merged(&[3], &[(3, true)]), [3]);
        assert_eq!(merged(&[], &[(3, true), (3, true)]), [3]);
    }
}
