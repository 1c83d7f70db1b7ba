//! A crew: threads that live as long as the service, each with a queue of its own.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use anyhow::{Context, anyhow};

/// How many requests may wait for one thread.
const QUEUE: usize = 256;

/// The work of a thread. Its argument is the number of the request, or of the thread.
pub(crate) type Work = Arc<dyn Fn(u64) + Send + Sync>;

/// Threads that live as long as the service. Giving them work allocates nothing.
#[derive(Debug)]
pub(crate) struct Crew {
    threads: Vec<Thread>,
}

#[derive(Debug)]
struct Thread {
    queue: SyncSender<Task>,
    joined: JoinHandle<()>,
}

struct Task {
    number: u64,
    work: Work,
}

impl Crew {
    /// Starts `count` threads.
    pub(crate) fn hire(name: &str, count: usize) -> anyhow::Result<Self> {
        let thread = |number| {
            let (queue, tasks) = sync_channel::<Task>(QUEUE);
            let run = move || tasks.iter().for_each(|task| (task.work)(task.number));
            let joined = thread::Builder::new().name(format!("{name}-{number}")).spawn(run);
            Ok(Thread { queue, joined: joined.context("a thread of the service does not start")? })
        };
        Ok(Self { threads: (0..count).map(thread).collect::<anyhow::Result<_>>()? })
    }

    /// Puts a request into the queue of the next thread in turn. Waits while the queue is full.
    pub(crate) fn give(&self, number: u64, work: &Work) -> anyhow::Result<()> {
        let turn = usize::try_from(number).unwrap_or(0) % self.threads.len();
        self.send(turn, number, work)
    }

    /// Runs `work` once on each thread at the same time, and waits until all are done.
    pub(crate) fn each(&self, work: impl Fn(u64) + Send + Sync + 'static) -> anyhow::Result<()> {
        let (done, finished) = sync_channel(self.threads.len());
        let work: Work = Arc::new(move |number| {
            work(number);
            // The receiver is gone if another thread of the crew has panicked.
            let _ = done.send(());
        });
        for number in 0..self.threads.len() {
            self.send(number, number as u64, &work)?;
        }
        drop(work);
        (0..self.threads.len()).try_for_each(|_| finished.recv().map_err(|_| gone()))
    }

    /// Waits until all queues are empty and all work is done.
    pub(crate) fn rest(&self) -> anyhow::Result<()> {
        self.each(|_| ())
    }

    fn send(&self, thread: usize, number: u64, work: &Work) -> anyhow::Result<()> {
        self.threads[thread].queue.send(Task { number, work: Arc::clone(work) }).map_err(|_| gone())
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        for Thread { queue, joined } in self.threads.drain(..) {
            drop(queue);
            // The thread and `each` have reported its panic.
            let _ = joined.join();
        }
    }
}

fn gone() -> anyhow::Error {
    anyhow!("a thread of the service panicked; its message is on the standard error stream")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn every_thread_gets_its_turn_and_each_waits_for_all() {
        let crew = Crew::hire("test", 3).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let work: Work =
            Arc::new(move |number| log.lock().unwrap().push((number, thread::current().id())));
        (0..6).for_each(|number| crew.give(number, &work).unwrap());
        crew.rest().unwrap();
        let mut seen = seen.lock().unwrap().clone();
        seen.sort_by_key(|(number, _)| *number);
        assert_eq!(seen.len(), 6);
        assert!((0..3).all(|n| seen[n].1 == seen[n + 3].1) && seen[0].1 != seen[1].1);
    }

    #[test]
    fn a_panic_on_a_thread_is_an_error_and_no_hang() {
        let crew = Crew::hire("test", 2).unwrap();
        let error = crew.each(|number| assert_ne!(number, 1, "on purpose")).unwrap_err();
        assert!(error.to_string().contains("panicked"), "{error}");
    }
}
