//! The program's side: workers are built, each service is run in a process of its own, and what it
//! says is judged.

mod build;
mod child;
mod queue;
mod verdict;

pub(crate) use self::build::worker;
pub(crate) use self::child::{Job, Ran, run};
pub(crate) use self::queue::run_all;
pub(crate) use self::verdict::{Said, Verdict};
