//! The library, in place of a dependency. It normalises queries, and keeps every word in case a
//! later query has it again. No query ever has.

use std::sync::{Arc, Mutex, PoisonError};

use request_arena::Bump;

/// Normalises queries. Clones share the kept words.
#[derive(Clone, Debug, Default)]
pub(super) struct Normaliser {
    words: Arc<Words>,
}

#[derive(Debug, Default)]
struct Words {
    kept: Mutex<Bump>,
}

impl Normaliser {
    /// The length of the normalised query.
    pub(super) fn normalise(&self, query: &[u8]) -> usize {
        query.split(|&byte| byte == b' ').map(|word| self.words.intern(word)).sum()
    }
}

impl Words {
    fn intern(&self, word: &[u8]) -> usize {
        self.keep(word).saturating_sub(word.iter().filter(|&&byte| byte == b'\'').count())
    }

    fn keep(&self, word: &[u8]) -> usize {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.alloc_slice_copy(word).len()
    }
}
