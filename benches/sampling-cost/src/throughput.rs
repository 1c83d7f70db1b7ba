//! What sampling takes from the throughput of `search-server`.
//!
//! One service answers the searches of its own check, as fast as it can. Sampling is turned on and
//! off over HTTP, again and again, so that both states see the same memory and the same machine.

use std::cell::Cell;
use std::env;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, ensure};
use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};
use loopback::{Ask, Child, Client, until_parent_stops};
use procfs::process::Process;
use search_server::check::step::{Expect, Step};
use search_server::check::{plan::Plan, reference::Reference};
use search_server::server::{Seed, Server};
use tokio::task::{JoinSet, LocalSet};

/// The sub-command that this program starts itself with.
pub(crate) const SERVE: &str = "serve";

const CONNECTIONS: usize = 16;
const SEARCHES: usize = 8_000;
const PAIRS: usize = 40;

/// Serves the index of all cities in `folder`, until the standard input ends.
pub(crate) fn serve(folder: &Path) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let bar = indicatif::ProgressBar::hidden();
        let server = Server::start(0, folder, Seed::Cities, &bar).await?;
        until_parent_stops(server.addr())?;
        Ok(server.stop().await?)
    })
}

/// One load.
#[derive(Clone, Copy, Debug)]
struct Load {
    per_second: f64,
    /// The processors' time of one request.
    cpu_us: f64,
}

/// A row without and with sampling, and one with the ratios.
pub(crate) fn table(is_test: bool) -> anyhow::Result<String> {
    let (searches, pairs) = if is_test { (100, 2) } else { (SEARCHES, PAIRS) };
    let asks = searches_of_the_check(searches)?;
    let folder = tempfile::tempdir()?;
    let program = env::current_exe().context("the path of this program is unknown")?;
    let service = Child::start(Command::new(program).arg(SERVE).arg(folder.path()))
        .context("the service does not start")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let measured = LocalSet::new().block_on(&runtime, alternate(&service, &asks, pairs))?;
    ensure!(service.stop()?.success(), "the service has failed");
    Ok(rows(&measured))
}

fn searches_of_the_check(number: usize) -> anyhow::Result<Rc<[Ask]>> {
    let steps = Plan::new(&Reference::load()?).mixed.into_iter().flatten();
    let is_search = |step: &Step| matches!(step.expect, Expect::Search { .. });
    let searches = steps.filter(is_search).map(|step| step.request);
    let asks: Rc<[Ask]> = searches.take(number).collect();
    ensure!(asks.len() == number, "the check has {} searches only", asks.len());
    Ok(asks)
}

/// Pairs of loads: without and with sampling. Every second pair begins with sampling.
async fn alternate(
    service: &Child,
    asks: &Rc<[Ask]>,
    pairs: usize,
) -> anyhow::Result<Vec<[Load; 2]>> {
    let mut operator = Client::connect(service.addr()).await?;
    // All threads have their arenas and buffers then.
    load(service, asks).await?;
    let mut measured = Vec::with_capacity(pairs);
    for number in 0..pairs {
        let mut pair = [None; 2];
        for sampling in [number % 2 == 1, number % 2 == 0] {
            switch(&mut operator, sampling).await?;
            pair[usize::from(sampling)] = Some(load(service, asks).await?);
        }
        let [Some(off), Some(on)] = pair else { continue };
        measured.push([off, on]);
    }
    Ok(measured)
}

async fn switch(operator: &mut Client, sampling: bool) -> anyhow::Result<()> {
    let verb = if sampling { "activate" } else { "deactivate" };
    let target = format!("/debug/pprof/heap/{verb}");
    let answer = operator.send(&Ask::post(target, "text/plain", "")).await?;
    ensure!(answer.status.is_success(), "{verb}: {answer:?}");
    Ok(())
}

/// Sends all requests over a few connections, each after the answer to the last one.
async fn load(service: &Child, asks: &Rc<[Ask]>) -> anyhow::Result<Load> {
    let next = Rc::new(Cell::new(0));
    let (began, before) = (Instant::now(), cpu_seconds(service)?);
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        connections.spawn_local(connection(service.addr(), Rc::clone(asks), Rc::clone(&next)));
    }
    while let Some(connection) = connections.join_next().await {
        connection??;
    }
    let (took, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds(service)? - before);
    let number = asks.len() as f64;
    Ok(Load { per_second: number / took, cpu_us: cpu / number * 1e6 })
}

async fn connection(
    addr: SocketAddr,
    asks: Rc<[Ask]>,
    next: Rc<Cell<usize>>,
) -> anyhow::Result<()> {
    let mut client = Client::connect(addr).await?;
    while let Some(ask) = asks.get(next.replace(next.get() + 1)) {
        let answer = client.send(ask).await?;
        ensure!(answer.status.is_success(), "the answer to {} is {answer:?}", ask.target);
    }
    Ok(())
}

fn cpu_seconds(service: &Child) -> anyhow::Result<f64> {
    let stat = Process::new(i32::try_from(service.id())?).and_then(|process| process.stat());
    let stat = stat.context("the service's times cannot be read")?;
    Ok((stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64)
}

fn rows(measured: &[[Load; 2]]) -> String {
    let mut table = Table::new();
    table.load_preset(ASCII_MARKDOWN);
    table.set_header(["`search-server`", "searches/s", "CPU time of a search, us"]);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for (name, state) in [("ready but off", 0), ("sampling", 1)] {
        let of = |value: fn(&Load) -> f64| {
            format!("{:.0}", Quartiles::of(measured.iter().map(|pair| value(&pair[state]))).median)
        };
        table.add_row([name.to_owned(), of(|load| load.per_second), of(|load| load.cpu_us)]);
    }
    let ratio = |value: fn(&Load) -> f64| {
        let ratios = measured.iter().map(|[off, on]| value(on) / value(off));
        let Quartiles { low, median, high } = Quartiles::of(ratios);
        format!("{median:.3} ({low:.3} to {high:.3})")
    };
    let ratios = [ratio(|load| load.per_second), ratio(|load| load.cpu_us)];
    table.add_row(["ratio".to_owned()].into_iter().chain(ratios));
    table.to_string()
}

/// Half of all values are between `low` and `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Quartiles {
    low: f64,
    median: f64,
    high: f64,
}

impl Quartiles {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |quarters: usize| values[(values.len() - 1) * quarters / 4];
        Self { low: at(1), median: at(2), high: at(3) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_medians_and_the_ratios_of_pairs() {
        let load = |per_second, cpu_us| Load { per_second, cpu_us };
        // The machine became slower, which no ratio has.
        let measured = [
            [load(4000.0, 300.0), load(3960.0, 303.0)],
            [load(3000.0, 400.0), load(2970.0, 404.0)],
            [load(2000.0, 600.0), load(1960.0, 618.0)],
        ];
        let table = rows(&measured);
        let ratios = "| 0.990 (0.980 to 0.990) |   1.010 (1.010 to 1.010) |";
        assert!(table.contains("|                   3000 |                      400 |"), "{table}");
        assert!(table.contains(ratios), "{table}");
    }

    #[test]
    fn quartiles_of_five_are_three_of_them() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0].into_iter();
        assert_eq!(Quartiles::of(values), Quartiles { low: 2.0, median: 3.0, high: 4.0 });
    }
}
