//! Distances between a term and the beginnings of a word that is read letter by letter.
//!
//! Only the cells near the diagonal of a row are filled: five for two typos. The others are farther
//! away.

use super::Term;
use crate::text::MAX_WORD;

/// The distance matrix of a term and the letters read so far: a row per letter, a column per letter
/// of the term.
///
/// **Invariant:** the band around the diagonal is as wide as typos are allowed. A cell in it is the
/// distance, or more than is allowed if the distance is. Cells beside the band are [`FAR`].
#[derive(Debug)]
pub(super) struct Distances<'b> {
    term: &'b [u8],
    allowed: u8,
    pub(super) read: &'b mut [u8],
    cells: &'b mut [u8],
}

/// More typos than any term may have.
const FAR: u8 = u8::MAX / 2;

/// The result of a row.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// Distance between the term and all letters read, or more than is allowed.
    pub(super) here: u8,
    /// A lower bound of the distance of every word that begins with these letters.
    pub(super) least: u8,
}

impl<'b> Distances<'b> {
    pub(super) fn new(term: Term<'b>, room: &'b mut [u8]) -> Self {
        let letters = term.folded.as_bytes();
        let letters = &letters[..letters.len().min(MAX_WORD)];
        let (read, cells) = room.split_at_mut(MAX_WORD);
        for (column, cell) in (0..).zip(&mut cells[..=letters.len()]) {
            *cell = column;
        }
        Self { term: letters, allowed: term.allowed_typos(), read, cells }
    }

    /// Distance between the term and nothing.
    pub(super) fn nothing_read(&self) -> u8 {
        self.cells[self.term.len()]
    }

    /// Reads `letter` after the first `depth` ones, and fills row `depth + 1`.
    pub(super) fn read(&mut self, depth: usize, letter: u8) -> Row {
        self.read[depth] = letter;
        let (columns, row, band) = (self.term.len(), depth + 1, usize::from(self.allowed));
        let first = row.saturating_sub(band);
        if first > columns {
            return Row { here: FAR, least: FAR };
        }
        let last = columns.min(row + band);
        let (before, cells) = self.cells.split_at_mut(row * (columns + 1));
        let cells = &mut cells[..=columns];
        let (before, above) = before.split_at(depth * (columns + 1));
        // The row of two letters ago, for a swap of two letters.
        let two_up = before
            .len()
            .checked_sub(columns + 1)
            .map(|start| (&before[start..], self.read[depth - 1]));
        let mut left = FAR;
        let mut least = FAR;
        for column in first..=last {
            let mut cell = above[column].min(left) + 1;
            if let Some(before) = column.checked_sub(1) {
                let wanted = self.term[before];
                cell = cell.min(above[before] + u8::from(wanted != letter));
                if let Some((two_up, letter_before)) = two_up {
                    if before > 0 && wanted == letter_before && self.term[before - 1] == letter {
                        cell = cell.min(two_up[before - 1] + 1);
                    }
                }
            }
            cells[column] = cell;
            (left, least) = (cell, least.min(cell));
        }
        if let Some(beside) = cells.get_mut(last + 1) {
            *beside = FAR;
        }
        Row { here: if last == columns { left } else { FAR }, least }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typo::room_for;

    /// Compares every row's cells with the distances of whole words, for words of few letters. They
    /// are equal wherever the distance is allowed.
    #[test]
    fn allowed_distances_are_exact_and_others_are_larger() {
        let words = |most| {
            (1..=most)
                .flat_map(|len: u32| (0..3_usize.pow(len)).map(move |number| (len, number)))
                .map(|(len, number)| {
                    (0..len)
                        .map(|place| ["a", "b", "c"][number / 3_usize.pow(place) % 3])
                        .collect::<String>()
                })
        };
        for folded in words(3).map(|end| "ab".to_owned() + &end).chain(["abcabcabc".to_owned()]) {
            let term = Term { folded: &folded, prefix: false };
            let mut room = vec![0; room_for(term)];
            let mut distances = Distances::new(term, &mut room);
            for word in words(5)
                .chain(["abcabcabc", "abcacbabc", "bcabcabc", "abcabcabcabc"].map(str::to_owned))
            {
                for (depth, &letter) in word.as_bytes().iter().enumerate() {
                    let Row { here, least } = distances.read(depth, letter);
                    let expected = strsim::osa_distance(&folded, &word[..=depth]);
                    let nearest = (0..=folded.len())
                        .map(|len| strsim::osa_distance(&folded[..len], &word[..=depth]))
                        .min();
                    for (found, expected) in [(here, expected), (least, nearest.unwrap())] {
                        let allowed = usize::from(term.allowed_typos());
                        assert_eq!(
                            usize::from(found).min(allowed + 1),
                            expected.min(allowed + 1),
                            "{folded} {word} {depth}"
                        );
                    }
                }
            }
        }
    }
}
