//! The search service's query path in-process: from the URI to the bytes of the body, without
//! sockets.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use anyhow::anyhow;
use axum::http::Uri;
use search_server::{http::App, store::Store};
use worker_harness::Installed;

use super::Workload;
use crate::protocol::{Effort, Figure, Unit};
use crate::service::{Handlers, Index, Latencies, Load};

/// The workload `search`.
pub(super) struct Search;

impl Workload for Search {
    fn name(&self) -> &'static str {
        "search"
    }

    fn about(&self) -> &'static str {
        "The search service's query path in-process, from the URI to the bytes of the body: \
         handlers on arenas, and the same on std collections. The queries are those of \
         search-server's own check, on one thread, and on two at once."
    }

    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 2, 15)
    }

    fn bases(&self) -> &'static [&'static str] {
        &["heap"]
    }

    fn candidates(&self, _: &Installed) -> Result<Vec<&'static str>, String> {
        Ok(Handlers::NAMES.to_vec())
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        allocator: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        let handlers = Handlers::named(candidate)?;
        let index = Index::filled()?;
        let uris = index.searches(effort.choose(20, 1_000, 10_000))?;
        let app: App = Arc::new(Store::open(index.folder())?);
        let warm = &uris[..uris.len() / 10];
        answer(handlers, &app, warm, 1)?;
        let mut figures = Vec::new();
        for (threads, what) in [(1, ""), (2, "2 threads, ")] {
            let load = answer(handlers, &app, &uris, threads)?;
            figures.push(Figure::new(
                format!("{what}throughput"),
                Unit::PerSecond,
                load.throughput(),
            ));
            figures.extend(load.latencies.figures(what));
        }
        if let Some(allocated) = allocator.allocated_by_thread {
            let before = allocated();
            answer_on_this_thread(handlers, &app, &uris, &AtomicUsize::new(0))?;
            let bytes = (allocated() - before) as f64 / uris.len() as f64;
            figures.push(Figure::new("bytes from the allocator for a query", Unit::Bytes, bytes));
        }
        Ok(figures)
    }
}

/// Answers each of `uris` once, on this many threads.
fn answer(handlers: Handlers, app: &App, uris: &[Uri], threads: usize) -> anyhow::Result<Load> {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let mut latencies = Latencies::new()?;
    thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| answer_on_this_thread(handlers, app, uris, &next)))
            .collect();
        for thread in started {
            latencies.add(&thread.join().map_err(|_| anyhow!("a handler panicked"))??)?;
        }
        anyhow::Ok(())
    })?;
    Ok(Load { latencies, took: begun.elapsed() })
}

fn answer_on_this_thread(
    handlers: Handlers,
    app: &App,
    uris: &[Uri],
    next: &AtomicUsize,
) -> anyhow::Result<Latencies> {
    let mut latencies = Latencies::new()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        while let Some(uri) = uris.get(next.fetch_add(1, Ordering::Relaxed)) {
            let since = Instant::now();
            drop(handlers.answer(app, uri).await?);
            latencies.record(since.elapsed());
        }
        Ok(latencies)
    })
}
