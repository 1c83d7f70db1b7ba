//! Figures that cost: asked for seldom enough that asking never takes more than a small part of a processor.

use core::time::Duration;
use std::time::Instant;

/// Asking may take this part of the time of one processor: a tenth of what the whole sampler may.
const MOST_SHARE: u32 = 10_000;

/// When to ask again.
#[derive(Debug, Default)]
pub(super) struct Paced {
    next: Option<Instant>,
}

impl Paced {
    /// Asks, unless that would cost too much now; then it is `None`.
    pub(super) fn ask<T>(&mut self, ask: impl FnOnce() -> Option<T>) -> Option<T> {
        let began = Instant::now();
        if self.next.is_some_and(|next| began < next) {
            return None;
        }
        let answer = ask();
        self.next = Some(began + pause(began.elapsed()));
        answer
    }

    /// The next question is answered, whatever it costs.
    pub(super) fn hurry(&mut self) {
        self.next = None;
    }
}

/// How long to wait after a question that took so long. What takes less than 100 us may be asked every second, and more often if somebody wants to.
fn pause(took: Duration) -> Duration {
    const CHEAP: Duration = Duration::from_micros(100);
    if took < CHEAP { Duration::ZERO } else { took * MOST_SHARE }
}
