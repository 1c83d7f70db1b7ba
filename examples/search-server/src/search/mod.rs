//! Search: from the parameters of a request to its hits, everything in the request's arena.
//!
//! 1. [`query`] cuts the text into terms.
//! 2. [`candidates`] finds the words that match each term, and the documents with a matching word
//!    for every term.
//! 3. [`rank`] filters the documents, and selects the requested page.
//! 4. [`hits`] reads the documents of that page, and marks the matches.
//!
//! Order of hits: fewest typos; most terms that are a whole word of the name; names with as many
//! words as the query; the nearest, if the request has a point; the lowest id. It is a total order,
//! so every answer can be checked.

pub mod candidates;
pub mod facets;
pub mod highlight;
pub mod hits;
pub mod query;
pub mod rank;
