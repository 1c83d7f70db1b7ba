//! Text made from other text: joined, repeated, replaced, or in another case.
//!
//! Each method computes the length first and then allocates exactly once.

use core::alloc::Layout;

use allocator_api2::vec::Vec;

use super::{fill, text_of};
use crate::arena::handle::Arena;
use crate::arena::or_panic::or_panic;
use crate::error::ArenaError;
use crate::lease::pointer::LeaseRef;

/// A text of known length while it is being written.
struct Draft<'a>(Vec<u8, LeaseRef<'a>>);

impl Draft<'_> {
    fn push(&mut self, text: &str) {
        let room = self.0.capacity() - self.0.len();
        assert!(text.len() <= room, "the pieces of a text are longer when read the second time");
        fill(&mut self.0, text);
    }

    fn push_char(&mut self, character: char) {
        self.push(character.encode_utf8(&mut [0; 4]));
    }
}

impl<'a> Arena<'a> {
    /// Allocates `len` bytes and calls `write` to fill them. `None` means that the length exceeds
    /// `usize`.
    fn drafted(
        &self,
        len: Option<usize>,
        write: impl FnOnce(&mut Draft<'a>),
    ) -> Result<&'a mut str, ArenaError> {
        let layout = len.and_then(|len| Layout::array::<u8>(len).ok());
        let Some(layout) = layout else { return Err(self.lease().too_large()) };
        let mut draft = Draft(Vec::new_in(self.lease_ref()));
        if draft.0.try_reserve_exact(layout.size()).is_err() {
            return Err(self.lease().refused_before(layout));
        }
        write(&mut draft);
        // SAFETY: rule 2 (handle.rs): the draft consists of whole `str`s.
        Ok(unsafe { text_of(draft.0.leak()) })
    }

    /// Concatenates texts, with one allocation of the exact size.
    ///
    /// The method clones the iterator, because it reads the texts twice. The first pass computes
    /// the length.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("concat", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     assert_eq!(arena.alloc_concat(["/cities/", "lyon"]), "/cities/lyon");
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if the cloned iterator
    /// yields longer texts.
    #[doc(alias = "concat")]
    pub fn alloc_concat<I>(&self, texts: I) -> &'a mut str
    where
        I: IntoIterator<Item: AsRef<str>, IntoIter: Clone>,
    {
        or_panic!(self, self.try_alloc_concat(texts))
    }

    /// Like [`alloc_concat`](Arena::alloc_concat), but returns an error instead of panicking if
    /// memory runs out.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    ///
    /// # Panics
    ///
    /// Panics if the cloned iterator yields longer texts.
    pub fn try_alloc_concat<I>(&self, texts: I) -> Result<&'a mut str, ArenaError>
    where
        I: IntoIterator<Item: AsRef<str>, IntoIter: Clone>,
    {
        self.try_alloc_join(texts, "")
    }

    /// Joins texts with a separator between them, with one allocation of the exact size.
    ///
    /// The method clones the iterator, because it reads the texts twice. The first pass computes
    /// the length.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("join", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     assert_eq!(arena.alloc_join("a b c".split(' '), ", "), "a, b, c");
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if the cloned iterator
    /// yields longer texts.
    #[doc(alias = "join")]
    pub fn alloc_join<I>(&self, texts: I, separator: &str) -> &'a mut str
    where
        I: IntoIterator<Item: AsRef<str>, IntoIter: Clone>,
    {
        or_panic!(self, self.try_alloc_join(texts, separator))
    }

    /// Like [`alloc_join`](Arena::alloc_join), but returns an error instead of panicking if memory
    /// runs out.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    ///
    /// # Panics
    ///
    /// Panics if the cloned iterator yields longer texts.
    pub fn try_alloc_join<I>(&self, texts: I, separator: &str) -> Result<&'a mut str, ArenaError>
    where
        I: IntoIterator<Item: AsRef<str>, IntoIter: Clone>,
    {
        let texts = texts.into_iter();
        let mut between = 0;
        let len = texts.clone().try_fold(0_usize, |len, text| {
            let len = len.checked_add(between)?.checked_add(text.as_ref().len());
            between = separator.len();
            len
        });
        self.drafted(len, |draft| {
            let mut between = "";
            for text in texts {
                draft.push(between);
                draft.push(text.as_ref());
                between = separator;
            }
        })
    }

    /// Repeats a text, with one allocation of the exact size.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("repeat", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| assert_eq!(arena.alloc_repeat("ab", 3), "ababab"));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if the size exceeds
    /// `isize::MAX` bytes.
    #[doc(alias = "repeat")]
    pub fn alloc_repeat(&self, text: &str, times: usize) -> &'a mut str {
        or_panic!(self, self.try_alloc_repeat(text, times))
    }

    /// Like [`alloc_repeat`](Arena::alloc_repeat), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    pub fn try_alloc_repeat(&self, text: &str, times: usize) -> Result<&'a mut str, ArenaError> {
        let len = text.len().checked_mul(times);
        // So that repeating an empty text `usize::MAX` times takes no time.
        let times = if text.is_empty() { 0 } else { times };
        self.drafted(len, |draft| (0..times).for_each(|_| draft.push(text)))
    }

    /// Replaces every match of `from` by `to`, like `str::replace`, with one allocation of the
    /// exact size.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("replace", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| assert_eq!(arena.alloc_replace("a-b-c", "-", " to "), "a to b to c"));
    /// ```
    ///
    /// Cost: two searches of the text. The first computes the length.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if the size exceeds
    /// `isize::MAX` bytes.
    #[doc(alias = "replace")]
    pub fn alloc_replace(&self, text: &str, from: &str, to: &str) -> &'a mut str {
        or_panic!(self, self.try_alloc_replace(text, from, to))
    }

    /// Like [`alloc_replace`](Arena::alloc_replace), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    pub fn try_alloc_replace(
        &self,
        text: &str,
        from: &str,
        to: &str,
    ) -> Result<&'a mut str, ArenaError> {
        let matches = text.matches(from).count();
        let kept = text.len() - matches * from.len();
        let len = matches.checked_mul(to.len()).and_then(|new| new.checked_add(kept));
        self.drafted(len, |draft| {
            let mut end_of_last = 0;
            for (start, matched) in text.match_indices(from) {
                draft.push(&text[end_of_last..start]);
                draft.push(to);
                end_of_last = start + matched.len();
            }
            draft.push(&text[end_of_last..]);
        })
    }

    /// Copies the text in lower case, like `str::to_lowercase`, with one allocation of the exact
    /// size.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("lowercase", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| assert_eq!(arena.alloc_lowercase("ÉCOLE"), "école"));
    /// ```
    ///
    /// Cost: ASCII text is copied and changed in place, and other text is read twice. A text with a
    /// capital sigma needs a temporary `String` on the heap, because the lower case of a sigma
    /// depends on the word.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[doc(alias = "to_lowercase")]
    pub fn alloc_lowercase(&self, text: &str) -> &'a mut str {
        or_panic!(self, self.try_alloc_lowercase(text))
    }

    /// Like [`alloc_lowercase`](Arena::alloc_lowercase), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    pub fn try_alloc_lowercase(&self, text: &str) -> Result<&'a mut str, ArenaError> {
        if text.is_ascii() {
            let copy = self.try_alloc_str(text)?;
            copy.make_ascii_lowercase();
            return Ok(copy);
        }
        if text.contains('Σ') {
            return self.try_alloc_str(&text.to_lowercase());
        }
        self.mapped(text.chars().flat_map(char::to_lowercase))
    }

    /// Copies the text in upper case, like `str::to_uppercase`, with one allocation of the exact
    /// size.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("uppercase", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| assert_eq!(arena.alloc_uppercase("straße"), "STRASSE"));
    /// ```
    ///
    /// Cost: ASCII text is copied and changed in place, and other text is read twice.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[doc(alias = "to_uppercase")]
    pub fn alloc_uppercase(&self, text: &str) -> &'a mut str {
        or_panic!(self, self.try_alloc_uppercase(text))
    }

    /// Like [`alloc_uppercase`](Arena::alloc_uppercase), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    pub fn try_alloc_uppercase(&self, text: &str) -> Result<&'a mut str, ArenaError> {
        if text.is_ascii() {
            let copy = self.try_alloc_str(text)?;
            copy.make_ascii_uppercase();
            return Ok(copy);
        }
        self.mapped(text.chars().flat_map(char::to_uppercase))
    }

    fn mapped(
        &self,
        characters: impl Iterator<Item = char> + Clone,
    ) -> Result<&'a mut str, ArenaError> {
        let len = characters
            .clone()
            .try_fold(0_usize, |len, character| len.checked_add(character.len_utf8()));
        self.drafted(len, |draft| characters.for_each(|character| draft.push_char(character)))
    }
}
