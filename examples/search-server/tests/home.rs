//! The first page: each of its links works, and each path of the service is on it.

mod common;

use common::{ARRAY, Service};
use hyper::{Method, StatusCode};
use search_server::check::client::{Answer, Ask};

/// What can be asked for by `GET`, without what follows the path.
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
    let ask =
        Ask { method: Method::GET, target: target.to_owned(), content_type: None, body: "".into() };
    let Answer { status, content_type, body } = service.client.send(&ask).await.unwrap();
    (status, content_type, String::from_utf8(body.into()).unwrap())
}

/// What stands between `before` and `after`, each time.
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
    // The form asks for the same as a link does.
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
async fn a_path_that_is_none_is_told_of_the_first_page() {
    let mut service = Service::empty().await;
    let (status, refused) = service.get("/nowhere").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(refused["error"]["hint"], "GET / has a link to each path that there is");
}
