//! A crew: threads that stay, and do what they are given, each from a queue of its own.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use anyhow::{Context, anyhow};

/// How many requests may wait for one thread.
const QUEUE: usize = 256;

/// What a thread does for a request, or once; the number is the request's or the thread's.
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

    /// Puts a request into the queue of the thread whose turn it is, and waits if that is full.
    pub(crate) fn give(&self, number: u64, work: &Work) -> anyhow::Result<()> {
        let turn = usize::try_from(number).unwrap_or(0) % self.threads.len();
        self.send(turn, number, work)
    }

    /// Has each thread do this once, at the same time as the others, and waits until they have.
    pub(crate) fn each(&self, work: impl Fn(u64) + Send + Sync + 'static) -> anyhow::Result<()> {
        let (done, finished) = sync_channel(self.threads.len());
        let work: Work = Arc::new(move |number| {
            work(number);
            // Nobody waits any more if another thread of the crew has panicked.
            let _ = done.send(());
        });
        for number in 0..self.threads.len() {
            self.send(number, number as u64, &work)?;
        }
        drop(work);
        (0..self.threads.len()).try_for_each(|_| finished.recv().map_err(|_| gone()))
    }

    /// Waits until nothing is left to do.
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
            // A panic has been told by the thread itself, and by `each`.
            let _ = joined.join();
        }
    }
}

fn gone() -> anyhow::Error {
    anyhow!("a thread of the service panicked; its words are on the standard error stream")
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
