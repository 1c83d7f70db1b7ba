//! Highlighting: puts every matched word, or its matched part, between `<em>` and `</em>`.
//!
//! The result is HTML, in which the name's own characters are escaped.

use std::cmp::Reverse;

use request_arena::{
    Arena,
    collections::{String, Vec},
};

use crate::{
    text::{words_kept, written_len},
    typo::{Matcher, Term, room_for},
};

/// Marks names. Its buffers are used again for the next name.
#[derive(Debug)]
pub struct Highlighter<'b, 'a> {
    arena: &'b Arena<'a>,
    matchers: Vec<'b, Matcher<'b>>,
    html: String<'b>,
}

impl<'b, 'a> Highlighter<'b, 'a> {
    /// Marks the matches of `terms`.
    pub fn new(arena: &'b Arena<'a>, terms: &'b [Term<'b>]) -> Self {
        let mut matchers = Vec::with_capacity_in(terms.len(), arena);
        matchers.extend(
            terms
                .iter()
                .map(|&term| Matcher::new(term, arena.alloc_slice_fill_copy(room_for(term), 0))),
        );
        Self { arena, matchers, html: String::with_capacity_in(256, arena) }
    }

    /// `name` with its matches marked.
    pub fn mark(&mut self, name: &str) -> &'a str {
        self.html.clear();
        mark(name, &mut self.matchers, &mut |part| self.html.push_str(part));
        self.arena.alloc_str(&self.html)
    }
}

/// Calls `push` with the parts of the HTML for `name`.
pub fn mark(name: &str, matchers: &mut [Matcher<'_>], push: &mut dyn FnMut(&str)) {
    let mut written = 0;
    let best_fit = |folded: &str| {
        let fits = matchers.iter_mut().filter_map(|matcher| matcher.fit(folded));
        fits.min_by_key(|&(typos, len)| (typos, Reverse(len)))
    };
    for word in words_kept(name, best_fit) {
        if let Some((_, len)) = word.folded {
            let end = word.start + written_len(&name[word.start..word.end], len);
            escape(&name[written..word.start], push);
            push("<em>");
            escape(&name[word.start..end], push);
            push("</em>");
            written = end;
        }
    }
    escape(&name[written..], push);
}

fn escape(text: &str, push: &mut dyn FnMut(&str)) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        push(&rest[..at]);
        push(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    push(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::query::Terms;
    use request_arena::request_arena;

    #[request_arena]
    fn marked(query: &str, name: &str, arena: Arena<'_>) -> std::string::String {
        let query = Terms::new(&arena, query).unwrap();
        Highlighter::new(&arena, query.terms).mark(name).to_owned()
    }

    #[test]
    fn the_original_spelling_is_marked() {
        assert_eq!(marked("sao pau", "São Paulo"), "<em>São</em> <em>Pau</em>lo");
        assert_eq!(marked("lodz", "Łódź"), "<em>Łódź</em>");
        assert_eq!(marked("parsi", "Paris 03"), "<em>Paris</em> 03");
        assert_eq!(marked("zz", "Paris"), "Paris");
    }

    #[test]
    fn the_name_is_escaped() {
        assert_eq!(marked("b", "<b> & \"c\""), "&lt;<em>b</em>&gt; &amp; &quot;c&quot;");
    }
}
