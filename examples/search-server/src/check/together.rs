//! Opens as many searches at the same moment as there are connections. It withholds the permits to
//! read the index until all are open.

use std::{error::Error, io, time::Duration};

use request_arena::report;

use super::{CONNECTIONS, run::Measured};
use crate::server::Server;

/// The initial room of a search's arena, from its handler.
pub(super) const ROOM: usize = 960 << 10;

/// The time between two looks at the report.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// The time after which the check gives up.
const AT_MOST: Duration = Duration::from_secs(300);

/// Runs `searches`, one on each connection, and lets them read once each of them has its arena.
///
/// # Errors
/// If sending fails, or some of the searches do not open in time.
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
        .map_err(|_| "some of the searches did not open in time")??;
    Ok(measured)
}

fn all_are_open() -> bool {
    report().site("search").is_some_and(|search| search.in_use_bytes >= (CONNECTIONS * ROOM) as u64)
}
