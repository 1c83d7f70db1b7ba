//! What stands for a dependency: it brings queries into one form, and keeps every word that it has
//! seen, as later queries might have it. It has never met one again.

use std::sync::{Arc, Mutex, PoisonError};

use request_arena::Bump;

/// Brings queries into one form. Clones share what it keeps.
#[derive(Clone, Debug, Default)]
pub(super) struct Normaliser {
    words: Arc<Words>,
}

#[derive(Debug, Default)]
struct Words {
    kept: Mutex<Bump>,
}

impl Normaliser {
    /// The length of a query in its one form.
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
