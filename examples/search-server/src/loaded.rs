//! `--doctor`: puts the service under the load of the [check](crate::check), and prints the
//! doctor's diagnosis of the process's memory.
//!
//! The clients are in the process, too. Their memory is in the account, and in no handler's scope.
//! After the load there are no requests for a while: requests cannot cause growth that goes on
//! then.

use std::{
    error::Error,
    io,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use loopback::Answer;
use request_arena::doctor::{Diagnosis, Doctor, Options};
use tokio::runtime::Runtime;

use crate::{
    check::{
        plan::Plan,
        reference::Reference,
        run::run,
        step::{Step, Unit},
    },
    server::{Seed, Server},
};

/// The number of connections.
const CONNECTIONS: usize = 16;

/// One of this many seconds is without requests.
const IDLE: u32 = 6;

/// The time between two readings. A short run needs more than one reading a second.
const INTERVAL: Duration = Duration::from_millis(250);

/// Loads the service for `duration`, and prints the diagnosis.
pub fn main(runtime: &Runtime, duration: Duration) -> ExitCode {
    match runtime.block_on(diagnosed(duration)) {
        Ok((report, requests)) => {
            print!(
                "{requests} requests over {CONNECTIONS} connections of this process, with an index \
                 of its own; then a time without requests.\n\n{report}"
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The report after the load, and how many requests were answered.
async fn diagnosed(duration: Duration) -> Result<(Diagnosis, usize), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(0, folder.path(), Seed::Cities, &ProgressBar::new_spinner()).await?;
    let units = tokio::task::block_in_place(units)?;
    let doctor = Doctor::start(Options { interval: INTERVAL, watch: None, ..Options::default() });
    let bar = ProgressBar::new(duration.as_secs()).with_message("Sending requests");
    bar.set_style(ProgressStyle::with_template("{msg} [{wide_bar}] {elapsed}")?);

    let (answered, failed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = {
        let (answered, failed) = (Arc::clone(&answered), Arc::clone(&failed));
        move |_: &Step, answer: io::Result<Answer>| {
            let of = if answer.is_ok_and(|answer| !answer.status.is_server_error()) {
                &answered
            } else {
                &failed
            };
            of.fetch_add(1, Ordering::Relaxed);
        }
    };
    let (began, idle) = (Instant::now(), duration / IDLE);
    let goes_on = {
        let bar = bar.clone();
        move |_| {
            let elapsed = began.elapsed();
            bar.set_position(elapsed.as_secs());
            elapsed < duration - idle
        }
    };
    run(server.addr(), units, CONNECTIONS, goes_on, seen).await?;
    bar.set_message("Idle");
    tokio::time::sleep(idle).await;
    bar.finish_and_clear();
    let report = tokio::task::block_in_place(|| doctor.diagnose_with_purge());
    server.stop().await?;
    match failed.load(Ordering::Relaxed) {
        0 => Ok((report, answered.load(Ordering::Relaxed))),
        failed => Err(format!(
            "the service failed {failed} requests; `search-server --check` lists the failures"
        )
        .into()),
    }
}

/// The requests. There are no posts, as an index that grows is no steady state.
fn units() -> io::Result<Vec<Unit>> {
    let reads = |unit: &Unit| unit.iter().all(|step| step.handler != "post_documents");
    let mut units = Plan::new(&Reference::load()?).mixed;
    units.retain(reads);
    Ok(units)
}
