//! As many searches open at the same moment as there are connections: not by chance, but because
//! none may read the index before all are open.

use std::{error::Error, io, time::Duration};

use request_arena::report;

use super::{CONNECTIONS, run::Measured};
use crate::server::Server;

/// Room that the arena of a search has from the start, as its handler says.
pub(super) const ROOM: usize = 960 << 10;

/// Between two looks at the report.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// How long it may take before the check gives up.
const AT_MOST: Duration = Duration::from_secs(300);

/// Runs `searches`, one on each connection, and lets them read when each of them has its arena.
///
/// # Errors
/// If they cannot be sent, or not all of them come to be open.
pub(super) async fn together(
    server: &Server,
    searches: impl Future<Output = io::Result<Measured>>,
) -> Result<Measured, Box<dyn Error>> {
    let nobody_reads = server.readers().hold().await?;
    let release = async {
        while !all_are_open() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        drop(nobody_reads);
        Ok(())
    };
    let both = async { tokio::try_join!(searches, release) };
    let (measured, ()) = tokio::time::timeout(AT_MOST, both)
        .await
        .map_err(|_| "not all searches came to be open")??;
    Ok(measured)
}

fn all_are_open() -> bool {
    report().site("search").is_some_and(|search| search.in_use_bytes >= (CONNECTIONS * ROOM) as u64)
}
