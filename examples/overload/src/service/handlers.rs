//! The handlers: a small one, and one that takes sixty times as much memory for a moment.
//!
//! Every byte is written and read again, so all of it is physical memory.

use std::hint::black_box;
use std::time::Duration;

use axum::extract::Path;
use axum::response::Response;
use request_arena::{Arena, request_arena};
use tokio::{task, time};

/// The arena of a small request, bytes.
const SMALL_ARENA: usize = 100 << 10;
/// How long a small request waits, as if for a cache.
const SMALL_WAIT: Duration = Duration::from_millis(1);

/// The arena of a large request, bytes, and its heap. A request takes up to an eighth more or less.
const LARGE_ARENA: usize = 4 << 20;
const LARGE_HEAP: usize = 2 << 20;
/// How long a large request holds its memory, as if a database answered meanwhile.
const LARGE_WAIT: Duration = Duration::from_millis(100);

/// Memory is taken in pieces of these bytes, and other requests may run after each.
const PIECE: usize = 128 << 10;

/// `GET /small/{number}`
#[request_arena(into = Response)]
pub(super) async fn small(arena: Arena<'_>, Path(number): Path<u64>) -> String {
    let bytes = arena.alloc_slice_fill_copy(SMALL_ARENA, fill(number));
    time::sleep(SMALL_WAIT).await;
    sum(&[bytes]).to_string()
}

/// `GET /large/{number}`
///
/// Without `initial` its chunk would be the next power of two, and admission control counts whole
/// chunks. The report says what fits.
#[request_arena(into = Response, initial = "4640 KiB")]
pub(super) async fn large(arena: Arena<'_>, Path(number): Path<u64>) -> String {
    let (in_arena, on_heap) = (size(LARGE_ARENA, number), size(LARGE_HEAP, number / 9));
    let mut pieces: Vec<&[u8]> = Vec::new();
    for length in lengths(in_arena) {
        pieces.push(arena.alloc_slice_fill_copy(length, fill(number)));
        task::yield_now().await;
    }
    let mut heap = Vec::new();
    for length in lengths(on_heap) {
        heap.push(vec![fill(number); length]);
        task::yield_now().await;
    }
    time::sleep(LARGE_WAIT).await;
    (sum(&pieces) + sum(&heap)).to_string()
}

/// `GET /health`
pub(super) async fn health() -> &'static str {
    "ok"
}

/// From seven eighths of the usual size to nine, by the request's number.
fn size(usual: usize, number: u64) -> usize {
    usual / 8 * 7 + usual / 32 * (number % 9) as usize
}

/// The lengths of the pieces.
fn lengths(bytes: usize) -> impl Iterator<Item = usize> {
    (0..bytes).step_by(PIECE).map(move |start| PIECE.min(bytes - start))
}

/// A byte that is not zero, so that no page is the kernel's page of zeros.
const fn fill(number: u64) -> u8 {
    number as u8 | 1
}

/// Reads a byte of each page.
fn sum(pieces: &[impl AsRef<[u8]>]) -> u64 {
    let pages = pieces.iter().flat_map(|piece| piece.as_ref().iter().step_by(4096));
    pages.map(|byte| u64::from(*black_box(byte))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_an_eighth_around_the_usual_one() {
        let sizes: Vec<_> = (0..9).map(|number| size(LARGE_ARENA, number)).collect();
        assert_eq!((sizes[0], sizes[8]), (LARGE_ARENA / 8 * 7, LARGE_ARENA / 8 * 9));
        assert_eq!(sizes.iter().sum::<usize>() / 9, LARGE_ARENA);
        assert_eq!(lengths(PIECE * 2 + 1).collect::<Vec<_>>(), [PIECE, PIECE, 1]);
    }

    #[test]
    fn each_page_is_read() {
        assert_eq!(sum(&[vec![3; 8192], vec![5; 1]]), 11);
    }
}
