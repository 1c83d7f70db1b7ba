//! Handlers with a mistake, and the messages of the assertions.

use std::sync::Mutex;

use axum::extract::Path;
use request_arena::{Arena, request_arena, testing};

use crate::handlers::{longest, search};
use crate::support::{on_a_fresh_thread, panic_of, pause};
use crate::{ALONE, count_heap};

static RECENT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps every query.
#[request_arena]
fn suggest(arena: Arena<'_>, query: &str) -> usize {
    RECENT.lock().unwrap().push(query.repeat(40));
    arena.alloc_str(query).len()
}

/// Never ends.
#[request_arena]
async fn export(arena: Arena<'_>, rows: usize) -> usize {
    let rows = arena.alloc_slice_fill_copy(rows, 1_u64);
    core::future::pending::<()>().await;
    rows.len()
}

/// Allocates its text outside of the arena.
#[request_arena(name = "shout")]
async fn shout(arena: Arena<'_>, text: &str) -> usize {
    let loud = text.to_uppercase();
    pause().await;
    arena.alloc_str(&loud).len()
}

/// Holds a large buffer across an await.
#[request_arena]
async fn import(arena: Arena<'_>, byte: u8) -> usize {
    let buffer = [byte; 20_000];
    pause().await;
    arena.alloc_slice_copy(&buffer).len()
}

/// The message of the failed assertion.
fn message(test: impl AsyncFnOnce() + Send) -> String {
    on_a_fresh_thread(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        panic_of(|| runtime.block_on(test()))
    })
}

/// The name of each message on the page, and its text.
pub(crate) fn messages() -> Vec<(&'static str, String)> {
    let _alone = ALONE.blocking_lock();
    count_heap();
    let peak = message(async || {
        let watch = testing::watch();
        for text in ["to be", "or not to be"] {
            _ = search(Path(text.repeat(200))).await;
        }
        watch.scope("search").peak_used_at_most("2 KiB");
    });
    let heap = message(async || {
        let watch = testing::watch();
        shout("to be or not to be").await;
        watch.scope("shout").no_heap();
    });
    let future = message(async || {
        let watch = testing::watch();
        import(1).await;
        watch.scope("import").future_at_most("2 KiB");
    });
    let arenas = message(async || {
        let watch = testing::watch();
        longest("to be");
        tokio::spawn(export(1000));
        tokio::task::yield_now().await;
        watch.every_arena_is_back();
    });
    let memory = message(async || {
        testing::requests(2_000).leave_no_memory(|| _ = suggest("to be or not to be"));
    });
    vec![
        ("peak_used_at_most", peak),
        ("no_heap", heap),
        ("future_at_most", future),
        ("every_arena_is_back", arenas),
        ("leave_no_memory", memory),
    ]
}

#[test]
fn each_mistake_is_named_with_its_site_and_figures() {
    let place = |function: &str| {
        let report = request_arena::report();
        let site = report.site(function).expect("it ran");
        format!("scope `{function}` ({}:{})", site.file, site.line)
    };
    for (assertion, message) in messages() {
        let expected = match assertion {
            "peak_used_at_most" => format!("{} used ", place("search")),
            "no_heap" => {
                format!("{} allocated 18 bytes from the heap, expected nothing\n", place("shout"))
            }
            "future_at_most" => format!("{} has a future of 2", place("import")),
            "every_arena_is_back" => {
                format!(
                    "1 arena is not back\n  {}: 1 of 1 scope still open, holding ",
                    place("export")
                )
            }
            _ => "memory grows by 7".to_owned(),
        };
        assert!(message.starts_with(&expected), "{assertion}: {message}\nnot: {expected}");
    }
}
