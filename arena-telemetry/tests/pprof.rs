//! The heap profile over HTTP: what the routes answer, and that pprof reads it. Each test is a
//! process of its own, since sampling belongs to the whole process.
#![cfg(all(feature = "heap-profile", target_os = "linux", target_env = "gnu"))]

use std::hint::black_box;
use std::io::{Write, stderr};
use std::process::Command;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use futures_util::FutureExt;
use request_arena_core::{Site, scope};
use request_arena_telemetry::debug_page;
use request_arena_telemetry::jemalloc::profiling::{self, State};
use request_arena_telemetry::pprof::{self, HeapProfiles, PprofError};
use request_arena_telemetry::use_jemalloc;
use tower::ServiceExt;

use self::child::{child, is_child, variables};

#[path = "../../arena-memory/tests/child/mod.rs"]
mod child;

const MIB: usize = 1 << 20;

/// The statement is here because a program has one global allocator.
fn start() {
    use_jemalloc!(profiling: ready);
}

/// Runs the test of this name in a child with these options. Returns `true` in the child.
fn in_child(test: &str, options: &str) -> bool {
    if is_child() {
        start();
    } else {
        child(test, &[(variables().0, options)]);
    }
    is_child()
}

/// The routes of operators.
fn routes() -> Router {
    pprof::router().merge(pprof::activation(|_| true)).merge(debug_page::router())
}

async fn ask(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, to_bytes(body, usize::MAX).await.unwrap().into())
}

async fn get(router: &Router, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    ask(router, Request::get(path).body(Body::empty()).unwrap()).await
}

/// The status and the text of the answer to a request of this method.
async fn send(router: &Router, method: Method, path: &str) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    let (status, _, body) = ask(router, request).await;
    (status, String::from_utf8(body).unwrap())
}

#[inline(never)]
fn hold(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|_| black_box(Vec::with_capacity(MIB))).collect()
}

#[inline(never)]
fn hold_more(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|_| black_box(Vec::with_capacity(MIB))).collect()
}

#[tokio::test]
async fn while_sampling_is_off_the_routes_say_how_to_turn_it_on() {
    if !in_child("while_sampling_is_off_the_routes_say_how_to_turn_it_on", "") {
        return;
    }
    let routes = routes();
    for path in ["/debug/pprof/heap", "/debug/pprof/heap?seconds=1", "/debug/pprof/heap/flamegraph"]
    {
        let (status, headers, body) = get(&routes, path).await;
        assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{path}");
        assert_eq!(headers["content-type"], "text/plain; charset=utf-8");
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains("`POST /debug/pprof/heap/activate`"), "{body}");
    }
    let (_, _, page) = get(&routes, "/debug/arenas").await;
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("sampling is ready, but off"), "{page}");
}

#[tokio::test]
async fn nothing_turns_sampling_on_unless_the_program_lets_it() {
    if !in_child("nothing_turns_sampling_on_unless_the_program_lets_it", "") {
        return;
    }
    let path = "/debug/pprof/heap/activate";
    let reading: Router = pprof::router();
    assert_eq!(send(&reading, Method::POST, path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        send(&reading, Method::POST, "/debug/pprof/heap").await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );

    let guarded: Router = pprof::activation(|request| request.headers.contains_key("x-operator"));
    assert_eq!(send(&guarded, Method::POST, path).await.0, StatusCode::FORBIDDEN);
    assert_eq!(send(&guarded, Method::GET, path).await.0, StatusCode::METHOD_NOT_ALLOWED);
    let with = |headers: &[&str]| {
        let request = headers.iter().fold(Request::post(path), |it, name| it.header(*name, "a"));
        request.body(Body::empty()).unwrap()
    };
    let of_a_page = with(&["x-operator", ORIGIN.as_str()]);
    assert_eq!(ask(&guarded, of_a_page).await.0, StatusCode::FORBIDDEN, "a web page sends it");
    assert_eq!(profiling::state(), State::Ready);
    assert_eq!(ask(&guarded, with(&["x-operator"])).await.0, StatusCode::OK);
    assert!(matches!(profiling::state(), State::Active { left: Some(_) }));
}

#[tokio::test]
async fn requests_that_only_read_or_make_no_sense_change_nothing() {
    if !in_child("requests_that_only_read_or_make_no_sense_change_nothing", "") {
        return;
    }
    let routes = routes();
    let (heap, switch) = ("/debug/pprof/heap", "/debug/pprof/heap/activate");
    for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::DELETE, Method::PATCH] {
        let status = send(&routes, method.clone(), switch).await.0;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        let path = "/debug/pprof/heap/deactivate";
        assert_eq!(send(&routes, method, path).await.0, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(send(&routes, Method::HEAD, heap).await.0, StatusCode::PRECONDITION_FAILED);
    for method in [Method::OPTIONS, Method::POST, Method::PUT, Method::DELETE] {
        assert_eq!(send(&routes, method, heap).await.0, StatusCode::METHOD_NOT_ALLOWED);
    }
    let huge = "9".repeat(4000);
    for value in ["NaN", "inf", "-1", "0", "1e9", "0x1", "1%00", "%F0%9F%92%A9", "", &huge] {
        for (method, path) in [
            (Method::GET, format!("{heap}?seconds={value}")),
            (Method::GET, format!("{heap}/flamegraph?seconds={value}")),
            (Method::POST, format!("{switch}?for={value}")),
        ] {
            let (status, text) = send(&routes, method, &path).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
            assert!(text.len() < 200 && text.contains(" is no whole number"), "{text}");
        }
    }
    assert_eq!(profiling::state(), State::Ready);
}

#[tokio::test]
async fn sampling_is_turned_on_for_a_time_and_off() {
    if !in_child("sampling_is_turned_on_for_a_time_and_off", "") {
        return;
    }
    let routes = routes();
    let activate = "/debug/pprof/heap/activate";
    let (status, text) = send(&routes, Method::POST, activate).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.starts_with("jemalloc samples one allocation in each 512 KiB."), "{text}");
    assert!(text.contains("It goes off in 600 s."), "{text}");
    let (_, text) = send(&routes, Method::PUT, &format!("{activate}?for=60")).await;
    assert!(text.contains("It goes off in 60 s."), "{text}");
    for wrong in ["for=0", "for=86401", "for=ever"] {
        let (status, text) = send(&routes, Method::POST, &format!("{activate}?{wrong}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(text.contains("from 1 to 86400"), "{text}");
    }
    let (status, text) = send(&routes, Method::POST, "/debug/pprof/heap/deactivate").await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "jemalloc does not sample.\n"));
    assert_eq!(profiling::state(), State::Ready);
}

#[tokio::test]
async fn where_nothing_can_be_sampled_turning_it_on_is_refused() {
    if in_child("where_nothing_can_be_sampled_turning_it_on_is_refused", "prof:false") {
        let (status, text) = send(&routes(), Method::POST, "/debug/pprof/heap/activate").await;
        assert_eq!(status, StatusCode::PRECONDITION_FAILED);
        assert!(text.contains("take `prof:false` out of the variable"), "{text}");
    }
}

/// The output of `go tool pprof`. `None` if Go is not installed. Where `CI` is set it fails then.
fn go_pprof(args: &[&str]) -> Option<String> {
    let Ok(output) = Command::new("go").args(["tool", "pprof"]).args(args).output() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "Go is not installed (apt-get install golang-go)"
        );
        let _ = writeln!(stderr(), "SKIPPED: Go is not installed (apt-get install golang-go)");
        return None;
    };
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{text}");
    Some(text)
}

#[tokio::test]
async fn pprof_shows_who_holds_the_heap_by_function_and_line() {
    if !in_child("pprof_shows_who_holds_the_heap_by_function_and_line", "lg_prof_sample:16") {
        return;
    }
    let routes = routes();
    assert_eq!(send(&routes, Method::POST, "/debug/pprof/heap/activate").await.0, StatusCode::OK);
    let (status, _, text) = get(&routes, "/debug/pprof/heap/flamegraph").await;
    let text = String::from_utf8(text).unwrap();
    assert!(
        status == StatusCode::OK || text.contains("no sample of live memory yet"),
        "{status}: {text}"
    );
    let held = hold(64);

    let (status, headers, profile) = get(&routes, "/debug/pprof/heap").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert!(headers["content-disposition"].to_str().unwrap().contains("heap.pb.gz"));
    assert!(!headers.contains_key("content-encoding"), "the profile itself is compressed");
    assert_eq!(profile[..2], [0x1f, 0x8b], "gzip");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heap.pb.gz");
    std::fs::write(&file, &profile).unwrap();
    let file = file.to_str().unwrap();
    if let Some(top) = go_pprof(&["-top", "-lines", "-unit=MB", file]) {
        assert!(top.contains("Type: inuse_space"), "{top}");
        let line = top.lines().find(|line| line.contains(" pprof::hold /"));
        let line = line.unwrap_or_else(|| panic!("{top}"));
        assert!(line.contains("/tests/pprof.rs:"), "{top}");
        // flat, flat%, sum%, and the bytes with those of called functions.
        let bytes = line.split_whitespace().nth(3).and_then(|word| word.strip_suffix("MB"));
        let megabytes: f64 = bytes.unwrap().parse().unwrap();
        assert!((60.0..=68.0).contains(&megabytes), "{top}");
        assert!(!top.contains("prof_backtrace") && !top.contains("__rust_alloc"), "{top}");
        let objects = go_pprof(&["-top", "-sample_index=inuse_objects", file]).unwrap();
        assert!(objects.contains("Type: inuse_objects"), "{objects}");
        let raw = go_pprof(&["-raw", file]).unwrap();
        assert!(raw.contains("PeriodType: space bytes\nPeriod: 65536\n"), "{raw}");
        let mapping = raw.split_once("\nMappings\n").unwrap().1;
        let program = std::env::current_exe().unwrap();
        assert!(mapping.lines().next().unwrap().contains(program.to_str().unwrap()), "{mapping}");
    }

    let (status, headers, picture) = get(&routes, "/debug/pprof/heap/flamegraph").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "image/svg+xml");
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox allow-scripts; default-src 'none'"), "{policy}");
    let picture = String::from_utf8(picture).unwrap();
    assert!(picture.contains("<svg") && picture.contains("pprof::hold"), "{picture}");
    let (_, _, page) = get(&routes, "/debug/arenas").await;
    let page = String::from_utf8(page).unwrap();
    for link in ["href=\"pprof/heap\"", "href=\"pprof/heap/flamegraph\"", "jemalloc samples for "] {
        assert!(page.contains(link), "{link} is missing in {page}");
    }
    drop(held);
}

#[tokio::test]
async fn a_difference_has_what_came_and_is_taken_for_one_reader_at_a_time() {
    if !in_child(
        "a_difference_has_what_came_and_is_taken_for_one_reader_at_a_time",
        "prof_active:true,lg_prof_sample:16",
    ) {
        return;
    }
    static SEARCH: Site = Site::new("search", module_path!(), file!(), line!());
    let routes = routes();
    let before = hold(32);
    let mut first = Box::pin(get(&routes, "/debug/pprof/heap?seconds=3"));
    assert!((&mut first).now_or_never().is_none(), "it takes three seconds");
    let (status, headers, text) = get(&routes, "/debug/pprof/heap?seconds=2").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let text = String::from_utf8(text).unwrap();
    let seconds: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=4).contains(&seconds) && text.contains("another reader"), "{text}");
    let (status, _, _) = get(&routes, "/debug/pprof/heap").await;
    assert_eq!(status, StatusCode::OK, "live profiles do not wait for it");
    let came = scope(&SEARCH, |_| hold_more(48));
    let (status, _, difference) = first.await;
    assert_eq!(status, StatusCode::OK);
    let again = get(&routes, "/debug/pprof/heap?seconds=3").now_or_never();
    assert!(again.is_none(), "a difference that is over is not used again");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("difference.pb.gz");
    std::fs::write(&file, difference).unwrap();
    if let Some(top) = go_pprof(&["-top", file.to_str().unwrap()]) {
        let has = |function: &str| top.lines().any(|line| line.ends_with(function));
        assert!(top.contains("Duration: 3") && !has(" pprof::hold"), "{top}");
        assert!(has(" pprof::hold_more"), "{top}");
        let tags = go_pprof(&["-tags", file.to_str().unwrap()]).unwrap();
        let row = tags.lines().find(|line| line.ends_with(": search"));
        assert!(row.is_some_and(|row| row.contains(" 48.0MB ")), "{tags}");
    }
    let (status, _, text) = get(&routes, "/debug/pprof/heap?seconds=301").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(String::from_utf8(text).unwrap().contains("from 1 to 300"));
    drop((before, came));
}

#[tokio::test]
async fn a_difference_over_a_time_without_sampling_is_refused() {
    if !in_child("a_difference_over_a_time_without_sampling_is_refused", "") {
        return;
    }
    profiling::activate(Duration::from_secs(600)).unwrap();
    let routes = routes();
    let mut difference = Box::pin(get(&routes, "/debug/pprof/heap?seconds=1"));
    let (status, _, text) = loop {
        if let Some(answer) = (&mut difference).now_or_never() {
            break answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        profiling::deactivate().unwrap();
        profiling::activate(Duration::from_secs(600)).unwrap();
    };
    let text = String::from_utf8_lossy(&text);
    assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{text}");
    assert!(text.contains("sampling was off for a time"), "{text}");
}

/// A difference waits for minutes. On the thread of the reader it would stop a worker.
#[tokio::test]
async fn without_a_thread_a_difference_is_refused() {
    const NAME: &str = "without_a_thread_a_difference_is_refused";
    if !is_child() {
        // No stack is that large, so the system refuses each thread of Rust.
        let stack = (1_u64 << 47).to_string();
        child(NAME, &[(variables().0, "prof_active:true"), ("RUST_MIN_STACK", &stack)]);
        return;
    }
    start();
    assert!(std::thread::Builder::new().spawn(|| ()).is_err());
    let profiles = HeapProfiles::new();
    for _ in 0..2 {
        let error = profiles.heap(Some(Duration::from_secs(300))).await.unwrap_err();
        assert_eq!(error.status(), 500);
        assert!(error.to_string().contains("no thread can be started"), "{error}");
    }
    for wrong in [Duration::ZERO, Duration::from_secs(301), Duration::MAX] {
        assert_eq!(profiles.heap(Some(wrong)).await.unwrap_err().status(), 400);
    }
}

#[tokio::test]
async fn a_reader_that_goes_away_lets_the_next_one_in_at_once() {
    if !in_child("a_reader_that_goes_away_lets_the_next_one_in_at_once", "prof_active:true") {
        return;
    }
    let profiles = HeapProfiles::new();
    let long = profiles.heap(Some(Duration::from_secs(300)));
    let short = Duration::from_millis(50);
    assert!(tokio::time::timeout(short, long).await.is_err(), "it is not ready yet");
    let began = Instant::now();
    loop {
        match profiles.heap(Some(Duration::from_secs(1))).await {
            Ok(_) => break,
            Err(PprofError::Busy(_)) => tokio::time::sleep(short).await,
            Err(error) => panic!("{error}"),
        }
        assert!(began.elapsed() < Duration::from_secs(100), "it waits for the first one");
    }
}
