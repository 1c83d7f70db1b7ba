//! The command line: `search-server [--port PORT] [--data-dir FOLDER]`, `search-server --check` and
//! `search-server --doctor`.

use std::{
    fmt,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use indicatif::ProgressBar;
use request_arena::doctor::{Doctor, Options};

use crate::{
    check, loaded,
    server::{Seed, Server},
};

/// Searches 171,075 cities by name, in request arenas.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The port to listen on, on this machine only; 0 selects a free one
    #[arg(long, default_value_t = 7700)]
    port: u16,
    /// The folder of the index; the first start makes and fills it
    #[arg(long, value_name = "FOLDER", default_value = "target/search-server-data")]
    data_dir: PathBuf,
    /// Start on a free port with an index of its own, send 20,000 requests, check every answer, and
    /// print a table
    #[arg(long)]
    check: bool,
    /// Start on a free port with an index of its own, send requests for this many seconds
    /// (`--doctor=60`, or 30 by default), and print the doctor's diagnosis of this process's memory
    #[arg(
        long,
        value_name = "SECONDS",
        conflicts_with_all = ["check", "port", "data_dir"],
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "30",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    doctor: Option<u32>,
}

/// Runs the program. The caller has started the allocator.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if args.check {
        runtime.thread_keep_alive(check::KEEP_ALIVE);
    }
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the runtime does not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    if args.check {
        return check::main(&runtime);
    }
    if let Some(seconds) = args.doctor {
        return loaded::main(&runtime, Duration::from_secs(seconds.into()));
    }
    match runtime.block_on(serve(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    // The debug page, the metrics and the log have its findings.
    let _doctor = Doctor::start(Options::default());
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let started = Server::start(args.port, &args.data_dir, Seed::Cities, &bar).await;
    bar.finish_and_clear();
    let server = started?;
    let url = format!("http://{}", server.addr());
    say(format_args!(
        "search-server listens at {url}, its index is in {}",
        args.data_dir.display()
    ));
    say(format_args!("  curl '{url}/search?q=sao+pualo&limit=3'"));
    say(format_args!("  curl '{url}/search?q=saint&country=FR,BE&near=45.75,4.85&limit=3'"));
    say(format_args!("  curl '{url}/facets?q=san'"));
    say(format_args!("Arenas: {url}/debug/arenas for people, {url}/metrics for Prometheus"));
    say(format_args!("All links: {url}/"));
    say(format_args!("Ctrl-C ends it."));
    asked_to_end().await?;
    say(format_args!("Answering the last requests; another Ctrl-C ends it at once."));
    tokio::select! {
        stopped = server.stop() => Ok(stopped?),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    }
}

/// Prints a line. If the reader is gone, the server still goes on.
fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Waits for Ctrl-C, or for the signal of a service manager.
async fn asked_to_end() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
