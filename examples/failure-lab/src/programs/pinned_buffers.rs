//! Pinned buffers: each request reads a message into a buffer and keeps a slice of it. The slice is
//! a reference to the whole buffer, which is hardly written.

use std::sync::{Arc, Mutex};

use bytes::{Bytes, BytesMut};
use request_arena::{Arena, request_arena};

use crate::protocol::Examined;
use crate::service::{Request, Stage};

/// The tokens of sessions that the service keeps.
type Tokens = Mutex<Vec<Bytes>>;

/// The bytes of a token.
const TOKEN: usize = 32;

pub(crate) fn run(mut stage: Stage) -> anyhow::Result<Examined> {
    let total = stage.draw.mib("buffers in all", 60..=160);
    let message = stage.draw.count("bytes of a message", 200..=3_000);
    let threads = stage.draw.count("threads", 1..=3);
    let rates = stage.draw.rates();
    let buffer = (total / usize::try_from(rates.iter().sum::<u64>())?).max(32 << 10);

    let tokens = Arc::new(Tokens::default());
    stage.at_rates("log in", threads, rates, move |request| {
        log_in(request, &tokens, buffer, message);
    })
}

#[request_arena]
fn log_in(
    arena: Arena<'_>,
    request: &mut Request,
    tokens: &Tokens,
    buffer: usize,
    message: usize,
) -> usize {
    let mut read = BytesMut::with_capacity(buffer);
    read.extend_from_slice(&request.bytes(message));
    let token = read.freeze().slice(..TOKEN);
    tokens.lock().expect("no request panicked").push(token);
    request.answer(&arena)
}
