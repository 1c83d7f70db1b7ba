//! Searches over a socket: the hits, their order, and the shape of the answer.

mod common;

use axum::http::StatusCode;
use common::{ARRAY, LINES, Service};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn typos_prefixes_and_accents() {
    let mut service = Service::with_places().await;
    for (q, expected) in [
        ("lyon", &[1, 2][..]),
        ("LYO", &[1, 2]),
        ("sao+paulo", &[4]),
        ("S%C3%A3o", &[3, 4]),
        ("sao+pualo", &[4]),
        ("paulo+sao", &[4]),
        ("vilefranche", &[3]),
        ("villefranche+saone", &[3]),
        ("villefranhce+sur+s", &[3]),
        ("lyin", &[]),
        ("fransisko", &[5, 6, 7]),
        ("zurich", &[]),
    ] {
        let mut ids = service.ids(&format!("q={q}")).await;
        ids.sort_unstable();
        assert_eq!(ids, expected, "{q}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn better_matches_come_first() {
    let mut service = Service::with_places().await;
    assert_eq!(service.ids("q=lyon").await, [1, 2], "the whole word before the longer one");
    assert_eq!(
        service.ids("q=san+francisco").await,
        [5, 6, 7],
        "the whole name before the longer one, then the lower id"
    );
    assert_eq!(
        service.ids("q=san+francisco&near=9,-84").await,
        [6, 5, 7],
        "the nearer one of two equals"
    );
    assert_eq!(
        service.ids("q=san+francisco&near=37.65,-122.4").await,
        [5, 6, 7],
        "the whole name before the nearest"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_pages() {
    let mut service = Service::with_places().await;
    assert_eq!(service.ids("q=san+francisco&country=us").await, [5, 7]);
    assert_eq!(service.ids("q=san+francisco&country=CR,BR").await, [6]);
    assert_eq!(service.ids("q=san+francisco&country=DE").await, [0; 0]);
    assert_eq!(service.ids("q=san+francisco&limit=1&offset=1").await, [6]);
    assert_eq!(service.ids("q=san+francisco&offset=1000000").await, [0; 0]);
    let (_, found) = service.get("/search?q=san+francisco&limit=0").await;
    assert_eq!(
        found,
        json!({"q": "san francisco", "total": 3, "offset": 0, "limit": 0, "hits": []})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hit_has_its_document_its_matches_and_its_distance() {
    let mut service = Service::with_places().await;
    let (_, found) = service.get("/search?q=vilefranche+sur+sao&near=45.98967,4.72373").await;
    assert_eq!(
        found["hits"][0],
        json!({
            "id": 3, "name": "Villefranche-sur-Saône", "country": "FR",
            "admin1": "84", "admin2": "69",
            "lat": 45.98967, "lng": 4.72373, "typos": 1, "distance_m": 0,
            "highlighted": "<em>Villefranche</em>-<em>sur</em>-<em>Saô</em>ne",
        })
    );
    let (_, found) = service.get("/search?q=paris").await;
    assert_eq!(
        found["hits"][0]["highlighted"], "<em>Paris</em> &lt;em&gt;",
        "the name is not markup"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_are_counted() {
    let mut service = Service::with_places().await;
    let (_, all) = service.get("/facets?facet=country").await;
    let counts = json!([
        {"value": "FR", "count": 4}, {"value": "US", "count": 2},
        {"value": "BR", "count": 1}, {"value": "CR", "count": 1},
    ]);
    assert_eq!(all, json!({"facet": "country", "total": 8, "counts": counts}));
    let (_, some) = service.get("/facets?q=san+fran").await;
    let counts = json!([{"value": "US", "count": 2}, {"value": "CR", "count": 1}]);
    assert_eq!(some, json!({"facet": "country", "total": 3, "counts": counts}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_found_as_soon_as_it_is_posted_and_only_as_it_was_last() {
    let mut service = Service::with_places().await;
    let body = r#"[{"name":"Z\u00fcrich","lat":47.36667,"lng":8.55,"country":"CH"},
        {"id":1,"name":"Lugdunum","lat":"45.7","lng":"4.8","country":"FR"}]"#;
    let (status, indexed) = service.post(ARRAY, body).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(indexed, json!({"indexed": 2, "replaced": 1, "first_id": 9, "last_id": 1}));
    assert_eq!(service.ids("q=zurich").await, [9]);
    assert_eq!(service.ids("q=lugdunum").await, [1]);
    assert_eq!(service.ids("q=lyon").await, [2]);
    assert_eq!(service.documents().await, 9);
    let (_, document) = service.get("/documents/1").await;
    assert_eq!(
        document,
        json!({
            "id": 1, "name": "Lugdunum", "country": "FR", "admin1": "", "admin2": "",
            "lat": 45.7, "lng": 4.8,
        })
    );
    assert_eq!(
        service.post(LINES, r#"{"name":"X","lat":0,"lng":0,"country":"CH"}"#).await.1["first_id"],
        10
    );
}
