//! The first example of the page: a handler and its tests.

use axum::{Json, extract::Path, response::Response};
use request_arena::{Arena, request_arena, testing};

use crate::{ALONE, count_heap};

#[request_arena(into = Response, limit = "1 MiB")]
pub(crate) async fn search<'a>(arena: Arena<'a>, Path(query): Path<String>) -> Json<&'a [&'a str]> {
    let query = arena.alloc_str(&query);
    query.make_ascii_lowercase();
    tokio::task::yield_now().await;
    Json(arena.alloc_from_iter(query.split_whitespace()))
}

#[request_arena]
pub(crate) fn longest(arena: Arena<'_>, text: &str) -> usize {
    let words = arena.alloc_from_iter(text.split_whitespace());
    words.sort_unstable_by_key(|word| word.len());
    words.last().map_or(0, |word| word.len())
}

#[tokio::test]
async fn a_search_stays_small_and_gives_its_arena_back() {
    count_heap();
    let watch = testing::watch();
    search(Path("To be or not to be".into())).await;
    watch.scope("search").peak_used_at_most("1 KiB").heap_at_most("2 KiB");
    watch.every_arena_is_back();
}

#[test]
fn the_longest_word_is_found_without_the_heap() {
    count_heap();
    let watch = testing::watch();
    assert_eq!(longest("to be or not to be"), 3);
    watch.scope("longest").no_heap();
}

#[tokio::test]
async fn searches_leave_no_memory() {
    let _alone = ALONE.lock().await;
    let search_once = async || _ = search(Path("To be or not to be".into())).await;
    testing::requests(1_000).leave_no_memory_async(search_once).await;
}
