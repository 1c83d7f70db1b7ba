use std::sync::Mutex;

use request_arena::collections::{CollectIn, IntoArenaSlice, Vec};
use request_arena::{Arena, request_arena};

static LAST: Mutex<&[u32]> = Mutex::new(&[]);

#[request_arena]
fn count(arena: Arena<'_>, to: u32) -> usize {
    let numbers = (0..to).collect_in::<Vec<_>>(&arena).into_arena_slice(&arena);
    *LAST.lock().unwrap() = numbers;
    LAST.lock().unwrap().len()
}

fn main() {
    count(3);
}
