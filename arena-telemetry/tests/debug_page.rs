//! The answers of the debug page's routes: the page, sorted and escaped, and a document that
//! matches its schema.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use request_arena_core::{Site, scope};
use request_arena_telemetry::debug_page::router;
use serde_json::Value;
use tower::ServiceExt;

mod page;

use page::{errors, get};

const HOSTILE: &str = "<script>alert(1)</script>";

/// Two handlers. One has an attack as its name.
fn run_scopes() {
    static SITES: [Site; 2] = [
        Site::new(HOSTILE, "\"><q>", "src/\"'&.rs", 7).with_limit(4096),
        Site::new("harmless", module_path!(), file!(), line!()),
    ];
    for (site, bytes) in SITES.iter().zip([2000, 100]) {
        scope(site, |arena| arena.alloc_slice_fill_copy(bytes, 0_u8).len());
    }
    let refused = scope(&SITES[0], |arena| arena.try_alloc_slice_fill_copy(100_000, 0_u8).is_err());
    assert!(refused);
}

#[tokio::test]
async fn names_are_escaped_in_the_page_its_pictures_and_the_document() {
    run_scopes();
    let router = router();
    let (status, headers, page) = get(&router, "/debug/arenas").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert!(!page.contains(HOSTILE) && !page.contains("\"><q>") && !page.contains("src/\"'&.rs"));
    assert!(page.contains("<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>"), "in the table");
    assert!(page.contains("<title>&lt;script&gt;alert(1)&lt;/script&gt;: "), "in a bar's title");
    assert!(
        page.contains("aria-label=\"&lt;script&gt;alert(1)&lt;/script&gt;: "),
        "in a picture's label"
    );

    let (status, headers, document) = get(&router, "/debug/arenas.json").await;
    assert_eq!(status, StatusCode::OK);
    // JSON needs no escape of HTML, since no browser renders it as HTML.
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let sites = document["sites"].as_array().expect("sites");
    let hostile = sites.iter().find(|site| site["name"] == HOSTILE).expect("the site");
    assert_eq!((&hostile["file"], &hostile["limit_bytes"]), (&"src/\"'&.rs".into(), &4096.into()));
    assert_eq!(hostile["peak_used_bytes"]["max"], 2000);
}

#[tokio::test]
async fn nothing_may_run_but_the_pages_own_script_and_nothing_is_stored() {
    let router = router();
    let (_, headers, page) = get(&router, "/debug/arenas").await;
    let policy = headers["content-security-policy"].to_str().expect("text");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 1));
    for outside in ["src=", "http:", "https:", "url(", "@import", " style=", "onclick"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let (_, headers, _) = get(&router, "/debug/arenas.json").await;
    assert_eq!(headers["cache-control"], "no-store");
}

#[tokio::test]
async fn the_query_sorts_and_what_it_cannot_is_said_on_the_page() {
    run_scopes();
    let router: Router = Router::new().nest("/admin", router());
    let places = async |query: &str| {
        let (status, _, page) = get(&router, &format!("/admin/debug/arenas{query}")).await;
        assert_eq!(status, StatusCode::OK);
        let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text} in {page}"));
        (place("<b>harmless</b>"), place("<b>&lt;script&gt;"), page.contains("role=\"alert\""))
    };
    let (harmless, hostile, is_alert) = places("?sort=peak_max&order=desc").await;
    assert!(hostile < harmless && !is_alert);
    let (harmless, hostile, is_alert) = places("?sort=peak_max&order=asc").await;
    assert!(harmless < hostile && !is_alert);
    let (harmless, hostile, is_alert) = places("?sort=nonsense").await;
    assert!(hostile < harmless && is_alert, "the default, and a note");

    let (_, _, page) = get(&router, "/admin/debug/arenas?sort=%3Cscript%3Enonsense").await;
    assert!(
        page.contains("no column `&lt;script&gt;nonsense`")
            && page.contains("peak_max, trace_peak, reserved_max"),
        "{page}"
    );
}

#[tokio::test]
async fn only_reading_is_answered() {
    let router: Router = router();
    let request = Request::post("/debug/arenas").body(Body::empty()).expect("a request");
    assert_eq!(
        router.oneshot(request).await.expect("an answer").status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn the_document_is_what_its_schema_says_and_nothing_more() {
    run_scopes();
    let (_, _, document) = get(&router(), "/debug/arenas.json").await;
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let errors = errors(&document);
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(document["doctor"], Value::Null, "none runs here");

    // The schema can refuse a document.
    let mut changed = document.clone();
    changed["sites"][0]["peak_used_bytes"]["max"] = "much".into();
    assert!(!self::errors(&changed).is_empty());
    let mut changed = document.clone();
    changed["pool"]["another"] = 1.into();
    assert!(!self::errors(&changed).is_empty());
    let mut changed = document;
    changed.as_object_mut().expect("an object").remove("history");
    assert!(!self::errors(&changed).is_empty());
}
