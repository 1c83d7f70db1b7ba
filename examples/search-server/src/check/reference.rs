//! The reference: finds the right answer of a search by comparing every word of every document with
//! every term.
//!
//! It shares no code with the index. It reads the data set with its own types, cuts and folds words
//! with iterators over strings, and measures typos with `strsim` on whole strings. It is slow and
//! simple, and therefore easy to trust.

use std::{
    collections::{BTreeMap, HashMap},
    io,
};

use deunicode::deunicode;
use serde::Deserialize;

use super::step::Query;

/// A document of the data set.
#[derive(Clone, Debug)]
pub struct City {
    /// Its id, which is its position in the data set, from 1.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lng: f64,
    /// Its country.
    pub country: String,
    /// First administrative division.
    pub admin1: String,
    /// Second administrative division.
    pub admin2: String,
    words: Vec<usize>,
}

/// A hit that a search must return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The document.
    pub id: u32,
    /// Typos in all terms.
    pub typos: usize,
    /// Metres to the point.
    pub distance_m: Option<u32>,
}

/// All documents, and their different words.
#[derive(Debug)]
pub struct Reference {
    cities: Vec<City>,
    words: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    name: String,
    lat: String,
    lng: String,
    country: String,
    admin1: String,
    admin2: String,
}

impl Reference {
    /// Reads the data set.
    ///
    /// # Errors
    /// If it is damaged.
    pub fn load() -> io::Result<Self> {
        Self::new(&crate::data::cities()?)
    }

    /// Reads an array of documents.
    ///
    /// # Errors
    /// If the text is not one.
    pub fn new(json: &[u8]) -> io::Result<Self> {
        let lines: Vec<Line> = serde_json::from_slice(json)?;
        let mut known = HashMap::new();
        let mut words = Vec::new();
        let mut cities = Vec::with_capacity(lines.len());
        for (id, line) in (1..).zip(lines) {
            let of_name = folded(&line.name).into_iter().map(|word| {
                *known.entry(word).or_insert_with_key(|word| {
                    words.push(word.clone());
                    words.len() - 1
                })
            });
            cities.push(City {
                id,
                words: of_name.collect(),
                lat: line.lat.parse().map_err(io::Error::other)?,
                lng: line.lng.parse().map_err(io::Error::other)?,
                name: line.name,
                country: line.country,
                admin1: line.admin1,
                admin2: line.admin2,
            });
        }
        Ok(Self { cities, words })
    }

    /// The documents, in the order of their ids.
    pub fn cities(&self) -> &[City] {
        &self.cities
    }

    /// The document with this id.
    pub fn city(&self, id: u32) -> Option<&City> {
        self.cities.get((id as usize).checked_sub(1)?)
    }

    /// All hits of `query`, best first.
    pub fn search(&self, query: &Query) -> Vec<Expected> {
        let terms = folded(&query.q);
        let mut found = Vec::new();
        for (city, typos, inexact) in self.matching(&terms) {
            if query.countries.is_empty() || query.countries.contains(&city.country) {
                let longer = city.words.len() != terms.len();
                let distance_m = query.near.map(|near| metres(near, (city.lat, city.lng)));
                found.push((
                    (typos, inexact, longer, distance_m, city.id),
                    Expected { id: city.id, typos, distance_m },
                ));
            }
        }
        found.sort_by_key(|found| found.0);
        found.into_iter().map(|(_, expected)| expected).collect()
    }

    /// The number of matching documents of each country.
    pub fn facets(&self, q: Option<&str>) -> BTreeMap<&str, u32> {
        let mut counts = BTreeMap::new();
        let all = || self.cities.iter().map(|city| city.country.as_str()).collect::<Vec<_>>();
        let countries = q.map_or_else(all, |q| {
            self.matching(&folded(q)).map(|(city, ..)| city.country.as_str()).collect()
        });
        for country in countries {
            *counts.entry(country).or_insert(0) += 1;
        }
        counts
    }

    /// The documents with a word for every term. With the typos of all terms together, and the
    /// number of inexact terms.
    fn matching(&self, terms: &[String]) -> impl Iterator<Item = (&City, usize, usize)> {
        let by_word: Vec<Vec<Option<(usize, bool)>>> = terms
            .iter()
            .enumerate()
            .map(|(at, term)| {
                self.words.iter().map(|word| typos(term, at + 1 == terms.len(), word)).collect()
            })
            .collect();
        self.cities.iter().filter_map(move |city| {
            let mut sum = (city, 0, 0);
            for matches in &by_word {
                let (typos, inexact) = city.words.iter().filter_map(|&word| matches[word]).min()?;
                sum.1 += typos;
                sum.2 += usize::from(inexact);
            }
            Some(sum)
        })
    }
}

/// The folded words of `text`.
pub fn folded(text: &str) -> Vec<String> {
    let is_mark = |c: char| deunicode(&c.to_string()).is_empty() && !c.is_ascii();
    text.split(|c: char| !c.is_alphanumeric() && !is_mark(c))
        .map(|word| {
            deunicode(word)
                .to_lowercase()
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect()
}

/// The typos between a term and a word, and whether they differ at all. `None` if there are too
/// many typos.
fn typos(term: &str, prefix: bool, word: &str) -> Option<(usize, bool)> {
    let allowed = match term.len() {
        0..5 => 0,
        5..9 => 1,
        _ => 2,
    };
    // The distance is at least the difference of the lengths.
    let lengths = term.len().saturating_sub(allowed)..=term.len() + allowed;
    let beginnings =
        lengths.filter_map(|len| word.get(..len)).filter(|beginning| prefix || *beginning == word);
    let typos = beginnings.map(|beginning| strsim::osa_distance(term, beginning)).min()?;
    (typos <= allowed).then_some((typos, term != word))
}

fn metres(from: (f64, f64), to: (f64, f64)) -> u32 {
    let sine_of_half = |degrees: f64| (degrees.to_radians() / 2.0).sin();
    let cosines = from.0.to_radians().cos() * to.0.to_radians().cos();
    let h = sine_of_half(to.0 - from.0).powi(2) + cosines * sine_of_half(to.1 - from.1).powi(2);
    (2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()).round() as u32
}
