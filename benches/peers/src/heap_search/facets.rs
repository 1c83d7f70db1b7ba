//! `GET /facets`.

use axum::{extract::State, http::Uri, response::Response};
use hashbrown::HashMap;
use search_server::{
    document::{Country, country_text},
    http::{
        App,
        error::ApiError,
        facets::{FacetsResponse, PARAMETERS, facet_of},
    },
    search::facets::{Count, each_country, most_frequent_first},
};

use super::{
    candidates::{candidates, words},
    params::Params,
    search::answer,
};

/// Counts the countries.
///
/// # Errors
/// If a parameter is wrong, or the store fails.
pub async fn facets(State(app): State<App>, uri: Uri) -> Result<Response, ApiError> {
    let params = Params::new(&uri, &PARAMETERS)?;
    let facet = facet_of(params.text("facet"))?;
    let words = params.text("q").map(words).transpose()?;

    let reader = app.read().await?;
    let mut by_country: HashMap<Country, u32> = HashMap::new();
    let mut counts;
    match words {
        None => {
            counts = Vec::with_capacity(256);
            for entry in reader.countries()? {
                let (value, count) = entry?;
                counts.push(Count { value, count });
            }
        }
        Some(words) => {
            let candidates = candidates(&reader, &words)?;
            each_country(&reader, &candidates, |country| {
                *by_country.entry(country).or_default() += 1;
            })?;
            counts = by_country
                .iter()
                .map(|(code, &count)| Count { value: country_text(code), count })
                .collect();
        }
    }
    most_frequent_first(&mut counts);
    answer(&FacetsResponse::new(facet, &counts))
}
