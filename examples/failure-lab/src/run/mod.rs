//! The program's side: builds the workers, runs each service in a process of its own, and judges
//! its report.

mod build;
mod child;
mod queue;
mod verdict;

pub(crate) use self::build::worker;
pub(crate) use self::child::{Job, Ran, run};
pub(crate) use self::queue::run_all;
pub(crate) use self::verdict::{Said, Verdict};
