//! Posts: batches of documents, and searches that find each as soon as its post is answered.
//!
//! The posted names are random and begin with three digits, more than any query may have typos. So
//! no query from the data matches them, and the answers to those queries stay the same while the
//! index grows.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::{
    answers::Document,
    step::{Expect, Query, Step, Unit},
};

/// The country of posted documents. The code is reserved for private use, and the data lacks it.
pub(super) const COUNTRY: &str = "ZZ";

/// The first id of the plan. The ids of the data are smaller.
const FIRST_ID: u32 = 1_000_000;

/// The number of ids that each unit has for itself.
const IDS: u32 = 100;

const ARRAY: &str = "application/json";
const LINES: &str = "application/x-ndjson; charset=utf-8";

/// Posts documents, finds them, replaces one and finds it again. Then posts invalid documents, and
/// does not find them.
pub(super) fn unit(rng: &mut ChaCha8Rng, number: u32) -> Unit {
    let first = FIRST_ID + number * IDS;
    let documents: Vec<Document> =
        (first..first + rng.random_range(2..20)).map(|id| document(id, word(rng))).collect();
    let indexed = |indexed, replaced, first_id| Expect::Indexed { indexed, replaced, first_id };
    let as_lines = number % 2 == 0;
    let chosen = &documents[documents.len() / 2];
    let renamed = Document { name: word(rng), ..chosen.clone() };
    let (without_id, refused) = (word(rng), word(rng));
    vec![
        post(as_lines, &documents, "", indexed(documents.len(), 0, Some(first))),
        find(&chosen.name, &[&chosen.name]),
        find(&with_typo(&chosen.name), &[&chosen.name]),
        get(chosen),
        post(!as_lines, std::slice::from_ref(&renamed), "", indexed(1, 1, Some(chosen.id))),
        find(&chosen.name, &[]),
        find(&renamed.name[..12], &[&renamed.name]),
        get(&renamed),
        Step::post(LINES, anonymous(&without_id).to_string(), indexed(1, 0, None)),
        find(&without_id, &[&without_id]),
        post(true, &[document(first + IDS - 1, refused.clone())], "\n{\"name\":\"x\"}", line(3)),
        find(&refused, &[]),
    ]
}

fn line(line: usize) -> Expect {
    Expect::Refused {
        status: axum::http::StatusCode::BAD_REQUEST,
        code: "invalid_document",
        line: Some(line),
    }
}

fn document(id: u32, name: String) -> Document {
    let (country, admin1, admin2) = (COUNTRY.to_owned(), "a\"1".to_owned(), String::new());
    Document { id, name, country, admin1, admin2, lat: -12.3456789, lng: 0.5 }
}

fn anonymous(name: &str) -> serde_json::Value {
    json!({"name": name, "lat": "1.5", "lng": 2, "country": "zz"})
}

fn post(as_lines: bool, documents: &[Document], after: &str, expect: Expect) -> Step {
    let documents = documents.iter().map(|document| {
        let Document { id, name, country, admin1, lat, lng, .. } = document;
        json!({
            "id": id, "name": name, "country": country, "admin1": admin1, "lat": lat, "lng": lng,
        })
    });
    if as_lines {
        let lines: Vec<String> = documents.map(|document| format!("{document}\n")).collect();
        Step::post(LINES, lines.concat() + after, expect)
    } else {
        Step::post(ARRAY, serde_json::Value::from_iter(documents).to_string(), expect)
    }
}

fn find(q: &str, names: &[&str]) -> Step {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    Step::get(Query::new(q, 10).target()).of("search", Expect::Names(names))
}

fn get(document: &Document) -> Step {
    Step::get(format!("/documents/{}", document.id))
        .of("get_document", Expect::Document(document.clone()))
}

/// A random word. Two such words always differ by more than a few typos.
fn word(rng: &mut ChaCha8Rng) -> String {
    "000".chars().chain((0..20).map(|_| rng.random_range('a'..='z'))).collect()
}

fn with_typo(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.swap(5, 6);
    letters.remove(12);
    letters.into_iter().collect()
}
