//! Search: from the parameters of a request to its hits, everything in the request's arena.
//!
//! 1. [`query`] cuts the text into terms.
//! 2. [`candidates`] finds, for each term, the words it may mean, and the documents that hold a
//!    word for every term.
//! 3. [`rank`] filters them, and picks the page that was asked for.
//! 4. [`hits`] opens the documents of that page, and marks what matched.
//!
//! Order of hits: fewest typos; most terms that are a whole word of the name; names with as many
//! words as the query; the nearest (if a point was given); the lowest id. It is a total order, so
//! every answer can be checked.

pub mod candidates;
pub mod facets;
pub mod highlight;
pub mod hits;
pub mod query;
pub mod rank;
