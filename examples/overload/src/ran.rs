//! A finished run with its verdict.

use std::time::Duration;

use crate::run::{Check, Observed, Scenario, checks};

/// A finished run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) scenario: Scenario,
    /// Which of the repeats it is, from 1 on.
    pub(crate) number: usize,
    pub(crate) seen: Observed,
    pub(crate) checks: Vec<Check>,
    pub(crate) took: Duration,
}

impl Ran {
    /// Whether all checks hold.
    pub(crate) fn is_right(&self) -> bool {
        self.checks.iter().all(|check| check.holds)
    }

    /// Whether only times are wrong, and other programs took much of the processors' time.
    pub(crate) fn is_disturbed(&self) -> bool {
        let mut wrong = self.checks.iter().filter(|check| !check.holds).peekable();
        wrong.peek().is_some() && wrong.all(Check::is_of_time) && checks::is_disturbed(&self.seen)
    }
}
