//! A worker that another worker started: it fills the index, or serves it, or serves orders.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use loopback::until_parent_stops;
use search_server::server::{Seed, Server};

use super::{Handlers, OrderHandlers, filling};

/// The first argument for [`fill`].
pub(crate) const FILL: &str = "fill-index";
/// The first argument for [`serve`].
pub(crate) const SERVE: &str = "serve-index";
/// The first argument for [`serve_orders`].
pub(crate) const SERVE_ORDERS: &str = "serve-orders";

/// Fills the index in the folder that the argument names, unless it is filled.
pub(crate) fn fill(arguments: &[String]) -> anyhow::Result<()> {
    let [folder] = arguments else { bail!("`{FILL}` needs a folder") };
    filling::fill(Path::new(folder))
}

/// Serves the index of a folder, with the named handlers, until the standard input ends. Writes its
/// address to the standard output first.
pub(crate) fn serve(arguments: &[String]) -> anyhow::Result<()> {
    let [handlers, folder] = arguments else {
        bail!("`{SERVE}` needs the name of the handlers and a folder")
    };
    let handlers = Handlers::named(handlers)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let router = |app| handlers.router(app);
        let server =
            Server::start_with(router, 0, Path::new(folder), Seed::Nothing, &ProgressBar::hidden())
                .await?;
        until_parent_stops(server.addr())?;
        Ok(server.stop().await?)
    })
}

/// Serves orders with the named handlers until the standard input ends. Writes its address to the
/// standard output first.
pub(crate) fn serve_orders(arguments: &[String]) -> anyhow::Result<()> {
    let [handlers] = arguments else { bail!("`{SERVE_ORDERS}` needs the name of the handlers") };
    let router = OrderHandlers::named(handlers)?.router(orders::shop::open());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = loopback::Server::start(0, router).await?;
        until_parent_stops(server.addr())?;
        Ok(server.stop().await?)
    })
}

/// Fills the index in `folder`, in a process of its own.
pub(super) fn filled(folder: &Path) -> anyhow::Result<()> {
    let status = this_program()?
        .arg(FILL)
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        bail!("the index in {} cannot be filled: {status}", folder.display());
    }
    Ok(())
}

/// The command that starts a server of the index in `folder`, see [`serve`].
pub(super) fn server(handlers: Handlers, folder: &Path) -> anyhow::Result<Command> {
    let mut command = this_program()?;
    command.arg(SERVE).arg(handlers.name()).arg(folder);
    Ok(command)
}

/// The command that starts a server of orders, see [`serve_orders`].
pub(super) fn server_of_orders(handlers: OrderHandlers) -> anyhow::Result<Command> {
    let mut command = this_program()?;
    command.args([SERVE_ORDERS, handlers.name()]);
    Ok(command)
}

fn this_program() -> anyhow::Result<Command> {
    Ok(Command::new(env::current_exe().context("the path of this program is unknown")?))
}
