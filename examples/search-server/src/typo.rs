//! Typos: finds the words of the dictionary that match a term of a query.
//!
//! A typo is one letter too many, one missing, one wrong, or two neighbours swapped (the "optimal
//! string alignment" distance). As in Meilisearch, short words allow none, words of five letters
//! one, words of nine letters two.
//!
//! The dictionary consists of tries (`fst::Set`s in LMDB). [`lookup`] walks them depth first, with
//! one row of the distance matrix per letter. It leaves a branch as soon as the row's minimum
//! exceeds the allowed typos. It needs a few kilobytes in the request's arena and no heap, where a
//! compiled Levenshtein automaton of the same word takes hundreds.

mod distances;

use fst::raw::{Fst, Node};
use request_arena::{Arena, collections::Vec};

use self::distances::{Distances, Row};
use crate::text::MAX_WORD;

/// One word of a query, prepared for the look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    /// The folded spelling.
    pub folded: &'a str,
    /// The term also matches every word that begins with it.
    pub prefix: bool,
}

impl Term<'_> {
    /// Typos allowed in this term.
    pub fn allowed_typos(&self) -> u8 {
        match self.folded.len() {
            0..=4 => 0,
            5..=8 => 1,
            _ => 2,
        }
    }
}

/// A match of a term: one word, or all words with a common beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meaning<T> {
    /// The word, or the beginning.
    pub word: T,
    /// Every word that begins with `word` matches, with the same number of typos.
    pub open_ended: bool,
    /// Typos between the term and the word. For a prefix term: between the term and the nearest
    /// beginning of the word.
    pub typos: u8,
}

/// All matches of `term` in `dictionary`, in alphabetical order. No word is in two matches, unless
/// the two tries have different words with the same beginning.
pub fn lookup<'a>(
    arena: &Arena<'a>,
    dictionary: &[Fst<&[u8]>],
    term: Term<'_>,
) -> &'a [Meaning<&'a str>] {
    if term.allowed_typos() == 0 {
        let word = &*arena.alloc_str(term.folded);
        return arena.alloc_slice_copy(&[Meaning { word, open_ended: term.prefix, typos: 0 }]);
    }
    let mut found = Vec::with_capacity_in(32, arena);
    let room = arena.alloc_slice_fill_copy(room_for(term), 0);
    each_meaning(dictionary, term, room, &mut |word, open_ended, typos| {
        found.push(Meaning { word: &*arena.alloc_str(word), open_ended, typos });
    });
    found.sort_unstable();
    found.dedup();
    arena.alloc_slice_copy(&found)
}

/// Calls `found` with the fields of each match of a term with typos, in no order. A match in both
/// tries is found twice with equal fields, as the walk depends on the letters alone. It works in
/// `room`, see [`room_for`].
pub fn each_meaning(
    dictionary: &[Fst<&[u8]>],
    term: Term<'_>,
    room: &mut [u8],
    found: &mut dyn FnMut(&str, bool, u8),
) {
    let mut distances = Distances::new(term, room);
    let nothing_read = distances.nothing_read();
    for trie in dictionary {
        Walk { trie, term, distances: &mut distances, found: &mut *found }.below(
            trie.root(),
            0,
            nothing_read,
        );
    }
}

/// Bytes that a term's comparison with words needs.
pub fn room_for(term: Term<'_>) -> usize {
    MAX_WORD + (term.folded.len().min(MAX_WORD) + 1) * (MAX_WORD + 1)
}

/// Compares a term with one word after the other.
#[derive(Debug)]
pub struct Matcher<'x> {
    term: Term<'x>,
    distances: Distances<'x>,
}

impl<'x> Matcher<'x> {
    /// A matcher for `term`. It works in `room` for every word, see [`room_for`].
    pub fn new(term: Term<'x>, room: &'x mut [u8]) -> Self {
        Self { term, distances: Distances::new(term, room) }
    }

    /// How well the term fits `word`: the number of typos, and the number of bytes of `word` that
    /// the term stands for.
    pub fn fit(&mut self, word: &str) -> Option<(u8, usize)> {
        let mut best = (self.distances.nothing_read(), 0);
        for (depth, &letter) in word.as_bytes().iter().enumerate().take(MAX_WORD) {
            let Row { here, least } = self.distances.read(depth, letter);
            if !self.term.prefix || here <= best.0 {
                best = (here, depth + 1);
            }
            if least > self.term.allowed_typos() {
                break;
            }
        }
        (best.0 <= self.term.allowed_typos()).then_some(best)
    }
}

struct Walk<'x, 'b> {
    trie: &'x Fst<&'x [u8]>,
    term: Term<'x>,
    distances: &'x mut Distances<'b>,
    found: &'x mut dyn FnMut(&str, bool, u8),
}

impl<'x> Walk<'x, '_> {
    /// Visits the words below `node`, which `depth` letters lead to. `nearest` is the least
    /// distance between the term and any beginning of these letters.
    fn below(&mut self, node: Node<'_>, depth: usize, nearest: u8) {
        if depth == MAX_WORD {
            return;
        }
        let allowed = self.term.allowed_typos();
        for step in node.transitions() {
            let Row { here, least } = self.distances.read(depth, step.inp);
            let nearest = nearest.min(here);
            if least > allowed && nearest > allowed {
                continue;
            }
            let child = self.trie.node(step.addr);
            if self.term.prefix {
                if nearest <= allowed && least >= nearest {
                    match self.only_word(child, depth + 1) {
                        Some(len) => self.found(len, nearest, false),
                        None => self.found(depth + 1, nearest, true),
                    }
                    continue;
                }
                if nearest <= allowed && child.is_final() {
                    self.found(depth + 1, nearest, false);
                }
            } else if here <= allowed && child.is_final() {
                self.found(depth + 1, here, false);
            }
            if least <= allowed {
                self.below(child, depth + 1, nearest);
            }
        }
    }

    /// If a single word begins with the first `depth` letters, which lead to `node`, reads the word
    /// and returns its length.
    ///
    /// Most beginnings with typos have one word. This finds it without one of LMDB's cursors, which
    /// take 448 bytes of the heap each.
    fn only_word(&mut self, mut node: Node<'x>, mut depth: usize) -> Option<usize> {
        while !node.is_final() && node.len() == 1 && depth < MAX_WORD {
            let step = node.transition(0);
            self.distances.read[depth] = step.inp;
            depth += 1;
            node = self.trie.node(step.addr);
        }
        (node.is_final() && node.is_empty()).then_some(depth)
    }

    fn found(&mut self, len: usize, typos: u8, open_ended: bool) {
        // Only `text::words` writes the dictionary, and it writes ASCII.
        if let Ok(word) = std::str::from_utf8(&self.distances.read[..len]) {
            (self.found)(word, open_ended, typos);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use request_arena::request_arena;

    const WORDS: [&str; 9] =
        ["berlin", "brelin", "lyon", "paris", "parisot", "pars", "prais", "sparis", "zurich"];

    #[request_arena]
    fn meanings(term: &str, prefix: bool, arena: Arena<'_>) -> std::vec::Vec<(String, bool, u8)> {
        let bytes = fst::Set::from_iter(WORDS).unwrap().into_fst().into_inner();
        let trie = || Fst::new(&bytes[..]).unwrap();
        let found = lookup(&arena, &[trie(), trie()], Term { folded: term, prefix });
        found.iter().map(|m| (m.word.to_owned(), m.open_ended, m.typos)).collect()
    }

    fn fits(term: &str, prefix: bool, word: &str) -> Option<(u8, usize)> {
        let term = Term { folded: term, prefix };
        Matcher::new(term, &mut vec![0; room_for(term)]).fit(word)
    }

    fn whole(word: &str, typos: u8) -> (String, bool, u8) {
        (word.to_owned(), false, typos)
    }

    #[test]
    fn a_word_of_five_letters_allows_one_typo() {
        let expected = [whole("paris", 0), whole("pars", 1), whole("prais", 1), whole("sparis", 1)];
        assert_eq!(meanings("paris", false), expected);
        assert_eq!(meanings("berlin", false), [whole("berlin", 0), whole("brelin", 1)]);
    }

    #[test]
    fn a_word_of_four_letters_allows_none() {
        assert_eq!(meanings("lyom", false), [whole("lyom", 0)], "an exact look-up finds nothing");
    }

    #[test]
    fn a_prefix_covers_every_longer_word_once() {
        let found = meanings("paris", true);
        assert_eq!(found[0], ("paris".to_owned(), true, 0), "the match covers parisot, too");
        assert_eq!(
            found[1..],
            [whole("pars", 1), whole("prais", 1), whole("sparis", 1)].map(|(w, _, t)| {
                let open_ended = found.iter().any(|f| f.0 == w && f.1);
                (w, open_ended, t)
            })
        );
    }

    #[test]
    fn a_prefix_of_one_word_is_that_word() {
        assert_eq!(meanings("zuric", true), [whole("zurich", 0)]);
        assert_eq!(
            meanings("paris", true)[0],
            ("paris".to_owned(), true, 0),
            "parisot begins with it, too"
        );
    }

    #[test]
    fn the_fit_says_how_much_of_the_word_is_meant() {
        assert_eq!(fits("par", true, "paris"), Some((0, 3)));
        assert_eq!(fits("londn", true, "londonderry"), Some((1, 6)));
        assert_eq!(fits("paris", false, "parisot"), None);
        assert_eq!(fits("parsi", false, "paris"), Some((1, 5)));
    }
}
