//! The command line: `orders [--port PORT] [--heap]` and `orders --check`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use loopback::Server;

use crate::check::{self, Compared};
use crate::{arena, heap, shop};

/// A JSON API for orders, in request arenas.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The port to listen on, on this machine only; 0 selects a free one
    #[arg(long, default_value_t = 7800)]
    port: u16,
    /// Serve with the version on `String` and `Vec`
    #[arg(long)]
    heap: bool,
    /// Start both versions on free ports, send the same requests to both, and compare all answers
    #[arg(long, conflicts_with_all = ["port", "heap"])]
    check: bool,
}

/// Runs the program. The caller has started the allocator.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the runtime does not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> io::Result<()> {
    if args.check {
        let compared = check::run().await?;
        let Compared { good, refused, unreadable } = compared;
        let all = compared.all();
        say(&format!(
            "{all} requests: both versions answer alike ({good} answers, {refused} refusals of \
             orders, {unreadable} of requests that cannot be parsed)"
        ));
        return Ok(());
    }
    serve(args).await
}

async fn serve(args: &Args) -> io::Result<()> {
    let router = if args.heap { heap::router } else { arena::router };
    let server = Server::start(args.port, router(shop::open())).await?;
    let url = format!("http://{}", server.addr());
    say(&format!("orders listens at {url}"));
    for (path, order) in [("quotes", GOOD), ("orders", GOOD), ("quotes", BAD)] {
        say(&format!("  curl '{url}/{path}' -H 'content-type: application/json' -d '{order}'"));
    }
    say(&format!("  curl '{url}/orders/1'"));
    say(&format!("  curl '{url}/orders?customer=Ann+Lee&sort=total&limit=3'"));
    say("Ctrl-C ends it.");
    tokio::signal::ctrl_c().await?;
    say("Answering the last requests; another Ctrl-C ends it at once.");
    tokio::select! {
        stopped = server.stop() => stopped,
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

/// An order that violates no rule.
const GOOD: &str = concat!(
    r#"{"customer":{"name":"Ann Lee","email":"ann@example.org"},"#,
    r#""ship_to":{"street":"1 Long Lane","postcode":"LS1","city":"Leeds","country":"GB"},"#,
    r#""items":[{"sku":"tea-0007","quantity":3},{"sku":"books-0042","quantity":1,"#,
    r#""options":[{"name":"wrapping","choice":"paper"}]}]}"#,
);

/// An order that violates three.
const BAD: &str = concat!(
    r#"{"customer":{"name":"","email":"ann@example.org"},"#,
    r#""ship_to":{"street":"1 Long Lane","postcode":"LS1","city":"Leeds","country":"uk"},"#,
    r#""items":[{"sku":"tea-0007","quantity":0}]}"#,
);

/// Prints a line. If the reader is gone, the server still goes on.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
