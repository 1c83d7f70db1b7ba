//! `--check`: sends the same requests to both versions of the service, and compares all answers.
//!
//! Answers in JSON are the same byte for byte. A body or query that cannot be parsed is refused
//! with the same status. Its text is different, as the arena's version names the path of the error.

mod requests;

use std::io;

use axum::http::StatusCode;
use loopback::{Answer, Client, Server};

use self::requests::Expected;
use crate::{arena, heap, shop};

/// What was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Answers with a status of success.
    pub good: usize,
    /// Refusals in JSON.
    pub refused: usize,
    /// Refusals of requests that cannot be parsed.
    pub unreadable: usize,
}

/// Sends all requests to both versions.
///
/// # Errors
///
/// If two answers differ: the request and both answers. Or if a server or a connection fails.
pub async fn run() -> io::Result<Compared> {
    let arena = Server::start(0, arena::router(shop::open())).await?;
    let heap = Server::start(0, heap::router(shop::open())).await?;
    let mut clients = [Client::connect(arena.addr()).await?, Client::connect(heap.addr()).await?];
    let mut compared = Compared::default();
    for expected in requests::all() {
        let [of_arena, of_heap] = &mut clients;
        let (one, other) =
            (of_arena.send(&expected.ask).await?, of_heap.send(&expected.ask).await?);
        compared.compare(&expected, &one, &other)?;
    }
    drop(clients);
    arena.stop().await?;
    heap.stop().await?;
    Ok(compared)
}

impl Compared {
    /// All answers.
    #[must_use]
    pub fn all(&self) -> usize {
        self.good + self.refused + self.unreadable
    }

    fn compare(&mut self, expected: &Expected, arena: &Answer, heap: &Answer) -> io::Result<()> {
        let in_json = heap.content_type() == "application/json";
        let same = arena.status == heap.status
            && arena.content_type() == heap.content_type()
            && (!in_json || arena.body == heap.body);
        if !same || arena.status != expected.status {
            return Err(io::Error::other(format!(
                "{expected:?}\nis answered in arenas by {arena:?}\nand on the heap by {heap:?}"
            )));
        }
        *match arena.status {
            StatusCode::OK | StatusCode::CREATED => &mut self.good,
            _ if in_json => &mut self.refused,
            _ => &mut self.unreadable,
        } += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::CONTENT_TYPE;
    use axum::http::{HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn answers_that_differ_are_an_error() {
        let expected = Expected::get("/orders", StatusCode::OK);
        let in_json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, in_json)]);
        let answer = |status, body: &'static str| Answer {
            status,
            headers: headers.clone(),
            body: body.into(),
        };
        let mut compared = Compared::default();
        let one = answer(StatusCode::OK, "{}");
        assert!(compared.compare(&expected, &one, &one).is_ok());
        assert_eq!((compared.good, compared.all()), (1, 1));
        assert!(compared.compare(&expected, &one, &answer(StatusCode::OK, "[]")).is_err());
        let created = answer(StatusCode::CREATED, "{}");
        assert!(compared.compare(&expected, &one, &created).is_err());
        assert!(compared.compare(&expected, &created, &created).is_err());
    }
}
