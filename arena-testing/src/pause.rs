//! A wait without a runtime: a future that is ready a moment later. The other tasks of its thread
//! run meanwhile.

use core::task::Poll;
use core::time::Duration;
use std::thread;

/// The length of the wait.
pub(super) const PAUSE: Duration = Duration::from_millis(1);

/// Ready after [`PAUSE`]. A thread sleeps for it, since no runtime's timer is available.
pub(super) async fn pause() {
    let mut is_over = false;
    core::future::poll_fn(|context| {
        if core::mem::replace(&mut is_over, true) {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        thread::spawn(move || {
            thread::sleep(PAUSE);
            waker.wake();
        });
        Poll::Pending
    })
    .await;
}
