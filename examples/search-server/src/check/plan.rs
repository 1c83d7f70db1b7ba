//! The plan: which requests are sent, and what each must be answered. The same in every run.
//!
//! Queries are made from the names in the data, the way people type: whole names, beginnings, with
//! typos, without accents, near to somewhere, within a country. Requests that depend on each other
//! are one unit, sent in order over one connection; units are sent in any order, but for those that
//! come first and last.

use hyper::{Method, StatusCode, body::Bytes};
use rand::{
    RngExt, SeedableRng,
    seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;

use super::{
    answers::Document,
    client::Ask,
    post,
    reference::{City, Reference, folded},
    refused,
};

const SEED: u64 = 7700;

/// Searches for one letter, of which each connection sends one first. They match much, so that they
/// are long open.
const ONE_LETTER: usize = 5 * super::CONNECTIONS;

/// How often a body that is too large is sent.
const LARGE_BODIES: usize = 4;

/// How many of the searches are compared with the reference: one in this many.
const SAMPLE: usize = 40;

/// A request, the handler that answers it, and what it must answer.
#[derive(Clone, Debug)]
pub struct Step {
    /// The handler's name in the report.
    pub handler: &'static str,
    /// What is sent.
    pub request: Ask,
    /// What must come back.
    pub expect: Expect,
}

/// What must come back.
#[derive(Clone, Debug)]
pub enum Expect {
    /// The result of a search over the data; `contains` is among its hits if they fit on the page.
    Search {
        /// What was searched.
        query: Query,
        /// The document that the query was made from.
        contains: u32,
        /// Whether the whole answer is compared with the reference.
        sampled: bool,
    },
    /// The result of a search for documents that were posted: exactly these.
    Names(Vec<String>),
    /// The counts of the data, and maybe of posted documents.
    Facets {
        /// What was searched.
        q: Option<String>,
        /// Whether the whole answer is compared with the reference.
        sampled: bool,
    },
    /// This document.
    Document(Document),
    /// So many documents were indexed.
    Indexed {
        /// Documents in the batch.
        indexed: usize,
        /// How many took the place of another.
        replaced: usize,
        /// The first one's id, if it is known before.
        first_id: Option<u32>,
    },
    /// An error.
    Refused {
        /// Its status.
        status: StatusCode,
        /// Its code.
        code: &'static str,
        /// The line of the body that it names.
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
    /// The best hits left out.
    pub offset: usize,
    /// The most hits wanted.
    pub limit: usize,
}

impl Query {
    /// A search for `q` that wants at most `limit` hits.
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
    /// A GET that is answered by no handler of its own.
    pub fn get(target: impl Into<String>) -> Self {
        let request = Ask {
            method: Method::GET,
            target: target.into(),
            content_type: None,
            body: Bytes::new(),
        };
        Self { handler: "", request, expect: Expect::Names(Vec::new()) }
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
        let (method, target, body) = (Method::POST, "/documents".to_owned(), body.into());
        let request = Ask { method, target, content_type: Some(content_type), body };
        Self { handler: "post_documents", request, expect }
    }
}

/// Steps in the order in which one connection sends them.
pub type Unit = Vec<Step>;

/// All units.
#[derive(Debug)]
pub struct Plan {
    /// One search for each connection, all to be open at the same moment.
    pub together: Vec<Unit>,
    /// Most of it.
    pub mixed: Vec<Unit>,
    /// Bodies that are too large. Their arenas outgrow whatever the pool had for them, so they come
    /// last.
    pub large: Vec<Unit>,
}

impl Plan {
    /// Plans [`super::REQUESTS`] requests.
    pub fn new(reference: &Reference) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(SEED);
        let large: Vec<Unit> = (0..LARGE_BODIES).map(|_| refused::large_body()).collect();
        let mut mixed = Vec::new();
        for number in 0..60 {
            mixed.push(post::unit(&mut rng, number));
        }
        for _ in 0..35 {
            mixed.extend(refused::units());
        }
        for number in 0..1_200 {
            mixed.push(vec![facets(&mut rng, reference, number)]);
        }
        for _ in 0..2_000 {
            mixed.extend(city(&mut rng, reference).map(|city| vec![document(city)]));
        }
        let planned = mixed.iter().map(Vec::len).sum::<usize>() + large.len() + ONE_LETTER;
        for number in 0..super::REQUESTS.saturating_sub(planned) {
            mixed.extend(city(&mut rng, reference).map(|city| {
                let query = query(&mut rng, city);
                vec![Step::search(query, city.id, number % SAMPLE == 0)]
            }));
        }
        mixed.shuffle(&mut rng);
        let one_letter = (0..ONE_LETTER).flat_map(|_| {
            let city = city(&mut rng, reference)?;
            let first_word = folded(&city.name).into_iter().take(1).collect();
            let query = Query::new(beginning(&mut rng, first_word, 1), 20);
            Some(vec![Step::search(query, city.id, false)])
        });
        let mut together: Vec<Unit> = one_letter.collect();
        mixed.splice(..0, together.split_off(super::CONNECTIONS));
        Self { together, mixed, large }
    }
}

fn city<'r>(rng: &mut ChaCha8Rng, reference: &'r Reference) -> Option<&'r City> {
    let usable = |city: &&City| !folded(&city.name).is_empty() && city.name.len() < 60;
    std::iter::repeat_with(|| reference.cities().choose(rng)).take(100).flatten().find(usable)
}

fn document(city: &City) -> Step {
    let City { id, name, country, admin1, admin2, lat, lng, .. } = city.clone();
    let document = Document { id, name, country, admin1, admin2, lat, lng };
    Step::get(format!("/documents/{id}")).of("get_document", Expect::Document(document))
}

fn facets(rng: &mut ChaCha8Rng, reference: &Reference, number: usize) -> Step {
    let q = city(rng, reference).filter(|_| number % 4 > 0).map(|city| text(rng, city));
    let mut target = form_urlencoded::Serializer::new("/facets?".to_owned());
    target.append_pair("facet", "country");
    if let Some(q) = &q {
        target.append_pair("q", q);
    }
    Step::get(target.finish()).of("facets", Expect::Facets { q, sampled: number % SAMPLE == 1 })
}

fn query(rng: &mut ChaCha8Rng, city: &City) -> Query {
    let limit = *[1, 5, 10, 20, 20, 20, 50, 1000].choose(rng).unwrap_or(&20);
    let mut query = Query::new(text(rng, city), limit);
    if rng.random_ratio(1, 4) {
        // Four decimals, so that the text of the number is the number.
        let mut around = |degrees: f64, most: f64| {
            ((degrees + rng.random_range(-2.0..2.0)).clamp(-most, most) * 1e4).round() / 1e4
        };
        query.near = Some((around(city.lat, 90.0), around(city.lng, 180.0)));
    }
    if rng.random_ratio(1, 6) {
        query.countries.push(city.country.clone());
        if rng.random_ratio(1, 2) {
            query.countries.push("DE".to_owned());
        }
    }
    if rng.random_ratio(1, 10) {
        query.offset = rng.random_range(1..30);
    }
    query
}

/// What someone types who looks for `city`.
fn text(rng: &mut ChaCha8Rng, city: &City) -> String {
    match rng.random_range(0..100) {
        0..30 => city.name.clone(),
        30..40 => city.name.to_uppercase(),
        40..60 => beginning(rng, folded(&city.name), 3),
        60..63 => beginning(rng, folded(&city.name).into_iter().take(1).collect(), 1),
        63..70 => {
            let mut words = folded(&city.name);
            words.reverse();
            words.join(" ")
        }
        _ => with_typos(rng, folded(&city.name)),
    }
}

/// Cuts the last word to `least` letters or more.
fn beginning(rng: &mut ChaCha8Rng, mut words: Vec<String>, least: usize) -> String {
    if let Some(last) = words.last_mut() {
        let most = if least == 1 { 1 } else { last.len() };
        last.truncate(rng.random_range(least.min(most)..=most));
    }
    words.join(" ")
}

/// Puts typos into one word, so few that it is still found. Two typos in one place can count as
/// three: those are not used.
fn with_typos(rng: &mut ChaCha8Rng, mut words: Vec<String>) -> String {
    let long: Vec<usize> = (0..words.len()).filter(|&at| words[at].len() >= 6).collect();
    if let Some(&at) = long.choose(rng) {
        let most = if words[at].len() >= 11 { 2 } else { 1 };
        let typed = (0..most).fold(words[at].clone(), |word, _| with_typo(rng, &word));
        if strsim::osa_distance(&typed, &words[at]) <= most {
            words[at] = typed;
        }
    }
    words.join(" ")
}

fn with_typo(rng: &mut ChaCha8Rng, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = rng.random_range(1..letters.len() - 1);
    let letter = rng.random_range('a'..='z');
    match rng.random_range(0..4) {
        0 => letters.insert(at, letter),
        1 => letters[at] = letter,
        2 => letters.swap(at, at + 1),
        _ => drop(letters.remove(at)),
    }
    letters.into_iter().collect()
}
