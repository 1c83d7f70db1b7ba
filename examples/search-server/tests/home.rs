//! The first page: each of its links works, and it has each path of the service.

mod common;

use axum::http::StatusCode;
use common::{ARRAY, Service};

/// The paths for `GET`, without parameters.
const PATHS: [&str; 7] = [
    "/search",
    "/facets",
    "/documents/1",
    "/arenas",
    "/debug/arenas",
    "/debug/arenas.json",
    "/metrics",
];

async fn fetch(service: &mut Service, target: &str) -> (StatusCode, String, String) {
    let answer = service.client.get(target).await.unwrap();
    let content_type = answer.content_type().to_owned();
    (answer.status, content_type, String::from_utf8(answer.body.into()).unwrap())
}

/// All texts between `before` and `after`.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    text.split(before).skip(1).map(|rest| rest.split(after).next().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_links_to_all_there_is() {
    let mut service = Service::with_places().await;
    let (status, content_type, page) = fetch(&mut service, "/").await;
    assert_eq!((status, content_type.as_str()), (StatusCode::OK, "text/html; charset=utf-8"));
    let links: Vec<String> =
        between(&page, "href=\"", "\"").iter().map(|link| link.replace("&amp;", "&")).collect();
    for link in &links {
        let (status, ..) = fetch(&mut service, link.split('#').next().unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{link}");
    }
    for path in PATHS {
        assert!(
            links.iter().any(|link| link.split('?').next() == Some(path)),
            "no link to {path} in {links:?}"
        );
    }
    // The form sends the same request as a link.
    assert_eq!(between(&page, "<form action=\"", "\""), ["/search"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_that_the_first_page_posts_is_one() {
    let mut service = Service::empty().await;
    let (.., page) = fetch(&mut service, "/").await;
    let documents = between(&page, "-d '", "'").remove(0).to_owned();
    let (status, indexed) = service.post(ARRAY, documents).await;
    assert_eq!((status, &indexed["indexed"]), (StatusCode::CREATED, &1.into()), "{indexed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_error_for_an_unknown_path_names_the_first_page() {
    let mut service = Service::empty().await;
    let (status, refused) = service.get("/nowhere").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(refused["error"]["hint"], "GET / has a link to each path");
}
