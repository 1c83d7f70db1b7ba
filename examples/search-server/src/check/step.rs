//! A step: one request of the check, and the expected answer.

use axum::{body::Bytes, http::StatusCode};
use loopback::Ask;

use super::answers::Document;

/// A request, its handler, and the expected answer.
#[derive(Clone, Debug)]
pub struct Step {
    /// The handler's name in the report.
    pub handler: &'static str,
    /// The request.
    pub request: Ask,
    /// The expected answer.
    pub expect: Expect,
}

/// The expected answer.
#[derive(Clone, Debug)]
pub enum Expect {
    /// The result of a search over the data. Its hits include `contains` if they fit on the page.
    Search {
        /// The search.
        query: Query,
        /// The document that the query was made from.
        contains: u32,
        /// Whether the whole answer is compared with the reference.
        sampled: bool,
    },
    /// The result of a search for posted documents: exactly these names.
    Names(Vec<String>),
    /// The counts of the data. Posted documents may be counted, too.
    Facets {
        /// The text of the search.
        q: Option<String>,
        /// Whether the whole answer is compared with the reference.
        sampled: bool,
    },
    /// This document.
    Document(Document),
    /// The number of indexed documents.
    Indexed {
        /// Documents in the batch.
        indexed: usize,
        /// How many of them replaced another.
        replaced: usize,
        /// The first one's id, if the plan knows it.
        first_id: Option<u32>,
    },
    /// An error.
    Refused {
        /// Its status.
        status: StatusCode,
        /// Its code.
        code: &'static str,
        /// The line of the body in its message.
        line: Option<usize>,
    },
}

/// The parameters of a search.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// The text.
    pub q: String,
    /// Only these countries.
    pub countries: Vec<String>,
    /// Nearest to this point first.
    pub near: Option<(f64, f64)>,
    /// How many of the best hits to skip.
    pub offset: usize,
    /// The largest number of hits to return.
    pub limit: usize,
}

impl Query {
    /// A search for `q` with at most `limit` hits.
    pub fn new(q: impl Into<String>, limit: usize) -> Self {
        Self { q: q.into(), limit, ..Self::default() }
    }

    /// Path and query string.
    pub fn target(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new("/search?".to_owned());
        pairs.append_pair("q", &self.q).append_pair("limit", &self.limit.to_string());
        if !self.countries.is_empty() {
            pairs.append_pair("country", &self.countries.join(","));
        }
        if let Some((lat, lng)) = self.near {
            pairs.append_pair("near", &format!("{lat},{lng}"));
        }
        if self.offset > 0 {
            pairs.append_pair("offset", &self.offset.to_string());
        }
        pairs.finish()
    }
}

impl Step {
    /// A GET without a handler.
    pub fn get(target: impl Into<String>) -> Self {
        Self { handler: "", request: Ask::get(target), expect: Expect::Names(Vec::new()) }
    }

    /// The same step for this handler.
    #[must_use]
    pub fn of(self, handler: &'static str, expect: Expect) -> Self {
        Self { handler, expect, ..self }
    }

    /// A search.
    pub fn search(query: Query, contains: u32, sampled: bool) -> Self {
        Self::get(query.target()).of("search", Expect::Search { query, contains, sampled })
    }

    /// A POST of documents.
    pub fn post(content_type: &'static str, body: impl Into<Bytes>, expect: Expect) -> Self {
        let request = Ask::post("/documents", content_type, body);
        Self { handler: "post_documents", request, expect }
    }
}

/// Steps in the order in which one connection sends them.
pub type Unit = Vec<Step>;
