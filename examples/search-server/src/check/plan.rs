//! The plan: the requests and their expected answers. It is the same in every run.
//!
//! Queries are made from the names in the data, the way people type: whole names, beginnings, with
//! typos, without accents, near a place, within a country. Requests that depend on each other are
//! one unit, sent in order over one connection. Units are sent in any order, except the first and
//! the last ones.

use rand::{
    RngExt, SeedableRng,
    seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;

use super::{
    answers::Document,
    post,
    reference::{City, Reference, folded},
    refused,
    step::{Expect, Query, Step, Unit},
};

const SEED: u64 = 7700;

/// Searches for one letter. Each connection sends one of them first. They have many hits, so they
/// stay open for long.
const ONE_LETTER: usize = 5 * super::CONNECTIONS;

/// The number of bodies above the size limit.
const LARGE_BODIES: usize = 4;

/// One in this many searches is compared with the reference.
const SAMPLE: usize = 40;

/// All units.
#[derive(Debug)]
pub struct Plan {
    /// One search for each connection, all to be open at the same moment.
    pub together: Vec<Unit>,
    /// The requests in between.
    pub mixed: Vec<Unit>,
    /// Bodies above the size limit. They outgrow the arenas that the pool has for them, so they
    /// come last.
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
        // With four decimals, the text of the number is exact.
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

/// A text that a person may type to find `city`.
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

/// Puts typos into one word, few enough that the search still finds it. Two typos in one place can
/// count as three, and are not used.
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
