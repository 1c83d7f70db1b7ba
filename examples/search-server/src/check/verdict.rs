//! Verdicts: decides whether an answer is right. A failure has the request and the expectation.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::StatusCode;
use loopback::{Answer, Ask};
use serde::de::DeserializeOwned;

use super::{
    answers::{Document, Facets, Hit, Indexed, Refused, Search},
    post::COUNTRY,
    reference::{City, Expected, Reference},
    step::{Expect, Query, Step},
};

/// Judges answers. It keeps the answers of the sample, for a comparison with the reference at the
/// end.
#[derive(Debug)]
pub struct Judge {
    reference: Arc<Reference>,
    countries: BTreeMap<String, u32>,
    failures: Mutex<Vec<String>>,
    sample: Mutex<Vec<Sampled>>,
    compared: AtomicUsize,
}

#[derive(Debug)]
enum Sampled {
    Search(Query, Search),
    Facets(String, Facets),
}

impl Judge {
    /// A judge with the documents of `reference`.
    pub fn new(reference: Arc<Reference>) -> Self {
        let countries = reference
            .facets(None)
            .into_iter()
            .map(|(code, count)| (code.to_owned(), count))
            .collect();
        let (failures, sample) = (Mutex::default(), Mutex::default());
        Self { reference, countries, failures, sample, compared: AtomicUsize::new(0) }
    }

    /// The failures so far.
    pub fn failures(&self) -> Vec<String> {
        lock(&self.failures).clone()
    }

    /// The number of answers that were compared with the reference.
    pub fn compared(&self) -> usize {
        self.compared.load(Ordering::Relaxed)
    }

    /// Judges the answer to one step.
    pub fn judge(&self, step: &Step, answer: io::Result<Answer>) {
        let verdict = match &answer {
            Ok(answer) => self.verdict(&step.expect, answer),
            Err(_) => Err("an answer".to_owned()),
        };
        if let Err(expected) = verdict {
            let answered = match answer {
                Ok(answer) => {
                    format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body))
                }
                Err(error) => error.to_string(),
            };
            lock(&self.failures).push(failure(&step.request, &expected, &answered));
        }
    }

    /// Compares the answers of the sample, on all processors. Returns the failures.
    pub fn compare_sample(&self) -> Vec<String> {
        let sample = std::mem::take(&mut *lock(&self.sample));
        self.compared.fetch_add(sample.len(), Ordering::Relaxed);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let part = sample.len().div_ceil(threads).max(1);
            let parts = sample.chunks(part).map(|part| {
                scope.spawn(move || {
                    part.iter().filter_map(|sampled| self.compare(sampled)).collect::<Vec<_>>()
                })
            });
            let parts: Vec<_> = parts.collect();
            let lost = |_| vec!["the comparison with the reference panicked".to_owned()];
            parts.into_iter().flat_map(|part| part.join().unwrap_or_else(lost)).collect()
        })
    }

    fn verdict(&self, expect: &Expect, answer: &Answer) -> Result<(), String> {
        match expect {
            Expect::Search { query, contains, sampled } => {
                let found: Search = read(StatusCode::OK, answer)?;
                self.search(query, *contains, &found)?;
                if *sampled {
                    lock(&self.sample).push(Sampled::Search(query.clone(), found));
                }
                Ok(())
            }
            Expect::Names(names) => {
                let found: Search = read(StatusCode::OK, answer)?;
                let found_names: Vec<&str> =
                    found.hits.iter().map(|hit| hit.name.as_str()).collect();
                right(found.total == names.len() && found_names == *names, || {
                    format!("exactly {names:?}")
                })
            }
            Expect::Facets { q, sampled } => {
                let found: Facets = read(StatusCode::OK, answer)?;
                self.facets(q.as_deref(), &found)?;
                if let (true, Some(q)) = (sampled, q) {
                    lock(&self.sample).push(Sampled::Facets(q.clone(), found));
                }
                Ok(())
            }
            Expect::Document(expected) => {
                let found: Document = read(StatusCode::OK, answer)?;
                right(found == *expected, || format!("{expected:?}"))
            }
            Expect::Indexed { indexed, replaced, first_id } => {
                let found: Indexed = read(StatusCode::CREATED, answer)?;
                let first_id = first_id.unwrap_or(found.first_id);
                let last_id = found.first_id + u32::try_from(*indexed).unwrap_or(u32::MAX) - 1;
                let expected =
                    Indexed { indexed: *indexed, replaced: *replaced, first_id, last_id };
                right(found == expected, || format!("{expected:?}"))
            }
            Expect::Refused { status, code, line } => {
                let found: Refused = read(*status, answer)?;
                let place =
                    found.error.line == *line && found.error.column.is_some() == line.is_some();
                right(found.error.code == *code && place && !found.error.message.is_empty(), || {
                    format!("error {code:?} at line {line:?}")
                })
            }
        }
    }

    /// Checks the rules for every search, with or without a comparison.
    fn search(&self, query: &Query, contains: u32, found: &Search) -> Result<(), String> {
        let echoed =
            found.q == query.q && found.offset == query.offset && found.limit == query.limit;
        right(echoed, || format!("the parameters of the request, {query:?}"))?;
        let page = found.total.saturating_sub(query.offset).min(query.limit);
        right(found.hits.len() == page, || format!("{page} hits"))?;
        right(found.hits.is_sorted_by_key(|hit| hit.typos), || "fewer typos first".to_owned())?;
        let whole = page == found.total;
        let there = found.hits.iter().any(|hit| hit.id == contains);
        right(!whole || there, || format!("document {contains} among the hits"))?;
        for hit in &found.hits {
            let city =
                self.reference.city(hit.id).ok_or_else(|| format!("no document {}", hit.id))?;
            right(same(hit, city), || format!("document {} as {city:?}", hit.id))?;
            let wanted = query.countries.is_empty() || query.countries.contains(&hit.country);
            right(wanted, || format!("only documents of {:?}", query.countries))?;
            right(hit.distance_m.is_some() == query.near.is_some(), || {
                "a distance, if a point is given".to_owned()
            })?;
            let plain = hit.highlighted.replace("<em>", "").replace("</em>", "");
            let name = hit.name.replace('&', "&amp;").replace('"', "&quot;");
            right(plain == name && hit.highlighted.contains("<em>"), || {
                format!("{name} with its matches marked")
            })?;
        }
        Ok(())
    }

    /// Checks the rules for all facets. Posted documents have no country of the data.
    fn facets(&self, q: Option<&str>, found: &Facets) -> Result<(), String> {
        let sum: u64 = found.counts.iter().map(|count| u64::from(count.count)).sum();
        right(found.facet == "country" && found.total == sum, || {
            "a total that is the sum of the counts".to_owned()
        })?;
        let sorted = found.counts.is_sorted_by(|a, b| (b.count, &a.value) < (a.count, &b.value));
        right(sorted, || "the most frequent countries first".to_owned())?;
        let right_count = |value: &str, count| {
            let all = self.countries.get(value).copied().unwrap_or_default();
            value == COUNTRY && q.is_none()
                || if q.is_none() { count == all } else { 0 < count && count <= all }
        };
        right(found.counts.iter().all(|c| right_count(&c.value, c.count)), || {
            format!("{:?}", self.countries)
        })?;
        let known = found.counts.iter().filter(|count| count.value != COUNTRY).count();
        right(q.is_some() || known == self.countries.len(), || format!("{:?}", self.countries))
    }

    fn compare(&self, sampled: &Sampled) -> Option<String> {
        match sampled {
            Sampled::Search(query, found) => {
                let expected = self.reference.search(query);
                let page: Vec<&Expected> =
                    expected.iter().skip(query.offset).take(query.limit).collect();
                let same = |(hit, expected): (&Hit, &&Expected)| {
                    (hit.id, usize::from(hit.typos), hit.distance_m)
                        == (expected.id, expected.typos, expected.distance_m)
                };
                let right = found.total == expected.len()
                    && found.hits.len() == page.len()
                    && found.hits.iter().zip(&page).all(same);
                let ask = Step::get(query.target()).request;
                (!right).then(|| {
                    failure(
                        &ask,
                        &format!("{} in all: {page:?}", expected.len()),
                        &format!("{found:?}"),
                    )
                })
            }
            Sampled::Facets(q, found) => {
                let expected = self.reference.facets(Some(q));
                let right = found
                    .counts
                    .iter()
                    .map(|count| (count.value.as_str(), count.count))
                    .collect::<BTreeMap<_, _>>()
                    == expected;
                let ask = Step::get(format!("/facets?q={q}")).request;
                (!right).then(|| failure(&ask, &format!("{expected:?}"), &format!("{found:?}")))
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn right(is: bool, expected: impl FnOnce() -> String) -> Result<(), String> {
    if is { Ok(()) } else { Err(expected()) }
}

fn read<T: DeserializeOwned>(status: StatusCode, answer: &Answer) -> Result<T, String> {
    right(answer.status == status, || format!("status {status}"))?;
    right(answer.content_type() == "application/json", || {
        "a body of type application/json".to_owned()
    })?;
    serde_json::from_slice(&answer.body)
        .map_err(|error| format!("a body of the known shape ({error})"))
}

fn same(hit: &Hit, city: &City) -> bool {
    let found = (&hit.name, &hit.country, &hit.admin1, &hit.admin2, hit.lat, hit.lng);
    found == (&city.name, &city.country, &city.admin1, &city.admin2, city.lat, city.lng)
}

fn failure(ask: &Ask, expected: &str, answered: &str) -> String {
    let shorten = |text: &str| match text.char_indices().nth(2000) {
        Some((end, _)) => format!("{} ..", &text[..end]),
        None => text.to_owned(),
    };
    let body = match ask.body.len() {
        0 => String::new(),
        _ => format!(" {}", shorten(&String::from_utf8_lossy(&ask.body))),
    };
    format!(
        "asked:    {} {}{body}\nexpected: {}\nanswered: {}",
        ask.method,
        ask.target,
        shorten(expected),
        shorten(answered)
    )
}
