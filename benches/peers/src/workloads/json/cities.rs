//! The documents: the first 10,000 cities of search-server's data, in one document and in a
//! thousand.

use std::sync::OnceLock;

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// The bytes of unpacked data that all documents need.
const ENOUGH_BYTES: usize = 1_200_000;
const CITIES: usize = 10_000;
const CITIES_OF_SMALL: usize = 10;

/// The documents of each size.
#[derive(Debug)]
pub(super) struct Documents {
    /// A thousand of about 1 KB each.
    pub(super) small: Vec<Vec<u8>>,
    /// One of about 1 MB.
    pub(super) large: Vec<Vec<u8>>,
}

/// A city of the data, with its degrees as texts.
#[derive(Debug, Serialize, Deserialize)]
struct City {
    name: String,
    lat: String,
    lng: String,
    country: String,
    admin1: String,
    admin2: String,
}

/// The documents. The first call unpacks them.
pub(super) fn documents() -> anyhow::Result<&'static Documents> {
    static DOCUMENTS: OnceLock<Documents> = OnceLock::new();
    if let Some(documents) = DOCUMENTS.get() {
        return Ok(documents);
    }
    let documents = unpack().context("the cities of search-server's data are damaged")?;
    Ok(DOCUMENTS.get_or_init(|| documents))
}

fn unpack() -> anyhow::Result<Documents> {
    let mut json = search_server::data::cities()?;
    json.truncate(ENOUGH_BYTES);
    // The list ends after the last whole city.
    let end = json.windows(2).rposition(|bytes| bytes == b"},").context("the data has no city")?;
    json.truncate(end + 1);
    json.push(b']');
    let cities: Vec<City> = serde_json::from_slice(&json)?;
    let cities = cities
        .get(..CITIES)
        .with_context(|| format!("the data has only {} cities", cities.len()))?;
    let small = cities.chunks(CITIES_OF_SMALL).map(serde_json::to_vec).collect::<Result<_, _>>()?;
    Ok(Documents { small, large: vec![serde_json::to_vec(cities)?] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_have_the_sizes_that_their_names_say() {
        let documents = documents().unwrap();
        assert_eq!((documents.small.len(), documents.large.len()), (1000, 1));
        let mean = documents.small.iter().map(Vec::len).sum::<usize>() / documents.small.len();
        assert!((900..1200).contains(&mean), "{mean}");
        assert!(
            (900_000..1_200_000).contains(&documents.large[0].len()),
            "{}",
            documents.large[0].len()
        );
    }
}
