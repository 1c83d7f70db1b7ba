use request_arena::{Arena, request_arena};
use std::sync::{Mutex, OnceLock};
use tokio::sync::mpsc::{self, Sender};

static LAST_QUERY: OnceLock<String> = OnceLock::new();
static RECENT: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[request_arena]
async fn search(arena: Arena<'_>, replies: Sender<String>, query: String) -> usize {
    let words = arena.alloc_str(&query);
    words.make_ascii_lowercase();

    let owned = words.to_owned();
    tokio::spawn(async move { println!("{owned}") });

    LAST_QUERY.get_or_init(|| words.to_owned());
    RECENT.lock().unwrap().push(words.to_owned());
    let _ = replies.send(words.to_owned()).await;
    words.len()
}

fn main() {
    drop(search(mpsc::channel(1).0, String::new()));
}
