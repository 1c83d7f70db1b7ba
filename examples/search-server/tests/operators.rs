//! The views for operators: the page, the document behind it, and the figures, all on this machine
//! alone.

mod common;

use axum::http::{Method, StatusCode};
use common::{LINES, Service};

const HANDLERS: [&str; 4] = ["search", "facets", "get_document", "post_documents"];

/// A service after a request to each handler.
async fn asked() -> Service {
    let mut service = Service::with_places().await;
    for target in ["/search?q=lyon", "/facets", "/documents/1"] {
        assert_eq!(service.get(target).await.0, StatusCode::OK);
    }
    service
}

async fn fetch(service: &mut Service, target: &str) -> (String, String) {
    let answer = service.client.get(target).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK, "{target}");
    (answer.content_type().to_owned(), String::from_utf8(answer.body.into()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_names_the_handlers() {
    let mut service = asked().await;
    for target in ["/debug/arenas", "/debug/arenas?sort=coverage&order=asc"] {
        let (content_type, page) = fetch(&mut service, target).await;
        assert_eq!(content_type, "text/html; charset=utf-8");
        for handler in HANDLERS {
            assert!(page.contains(&format!(">{handler}<")), "{target}: no {handler} in {page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_has_the_figures_of_all_three() {
    let mut service = asked().await;
    let (status, document) = service.get("/debug/arenas.json").await;
    assert_eq!(status, StatusCode::OK);
    let sites = document["sites"].as_array().unwrap();
    for handler in HANDLERS {
        let site = sites.iter().find(|site| site["name"] == handler).unwrap();
        assert!(site["heap"].is_object(), "the heap of {handler} is not measured: {site}");
    }
    assert!(document["allocator"].is_object(), "{document}");
    assert_eq!(document["process"].is_object(), cfg!(target_os = "linux"), "{document}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_there_for_prometheus() {
    let mut service = asked().await;
    let (content_type, text) = fetch(&mut service, "/metrics").await;
    assert!(content_type.starts_with("text/plain"), "{content_type}");
    for handler in HANDLERS {
        assert!(text.contains(&format!("scope=\"{handler}\"")), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_this_machine_is_listened_to() {
    let service = Service::empty().await;
    assert!(service.server.addr().ip().is_loopback());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_else_is_done_there() {
    let mut service = Service::empty().await;
    for target in ["/metrics", "/debug/arenas", "/debug/arenas.json"] {
        let (status, refused) = service.send(Method::POST, target, Some(LINES), "x".into()).await;
        assert_eq!(
            (status, &refused["error"]["code"]),
            (StatusCode::METHOD_NOT_ALLOWED, &"wrong_method".into())
        );
    }
}
