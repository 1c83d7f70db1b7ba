//! A leak beside the requests: a thread that remembers something for ever, at a steady pace.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

/// The bytes that are remembered at a time.
const EVENT: usize = 16 << 10;
/// The pause between two looks at the clock.
const PAUSE: Duration = Duration::from_millis(10);

/// How fast the service leaks, and how much at most.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Leak {
    /// Bytes that the service leaks in a second
    #[arg(long, default_value_t = 0)]
    pub(crate) leak_per_second: u64,
    /// Bytes after which it stops leaking
    #[arg(long, default_value_t = 0)]
    pub(crate) leak_most: u64,
}

impl Leak {
    /// Starts to leak, if there is anything to leak. The thread ends with the process.
    pub(super) fn start(self) -> anyhow::Result<()> {
        if self.leak_per_second > 0 {
            let thread = thread::Builder::new().name("audit-log".into());
            thread.spawn(move || remember_events(self)).context("the leak does not start")?;
        }
        Ok(())
    }
}

/// The doctor has to find this function's name.
#[inline(never)]
fn remember_events(leak: Leak) {
    let began = Instant::now();
    let mut events: Vec<Vec<u8>> = Vec::new();
    loop {
        let due = (began.elapsed().as_secs_f64() * leak.leak_per_second as f64) as u64;
        while ((events.len() * EVENT) as u64) < due.min(leak.leak_most) {
            events.push(vec![1; EVENT]);
        }
        thread::sleep(PAUSE);
    }
}
