//! `/debug/arenas`: one page for people with every figure of the arenas and of the memory around
//! them, and the same as JSON.
//!
//! The server renders all of it, sorted and with its pictures, so the page can be read without
//! JavaScript; the script only fetches it again every two seconds. Where a `doctor::Doctor` runs
//! (feature `doctor`), the page finds it by itself, and shows what it says. Nothing comes from
//! elsewhere: style and script are in the page, under a policy that allows these two and nothing
//! more.
//!
//! # It must not face the public
//!
//! The page shows names of functions, paths of source files, and how loaded the service is. Nothing
//! serves it until you mount it; mount it where only operators come: on a listener of its own,
//! bound to this machine or to a private network.
//!
//! ```no_run
//! # #[cfg(feature = "axum")]
//! # async fn run() -> std::io::Result<()> {
//! let service = axum::Router::<()>::new(); // your routes, without the page
//! let public = tokio::net::TcpListener::bind("0.0.0.0:8080").await?;
//!
//! let admin = request_arena_telemetry::debug_page::router::<()>();
//! let private = tokio::net::TcpListener::bind("127.0.0.1:9090").await?;
//! tokio::spawn(async move { axum::serve(private, admin).await });
//!
//! axum::serve(public, service).await
//! # }
//! ```
//!
//! `docs/book/src/debug-page.md` in the repository describes the page and the JSON.

use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::Snapshot;

mod bars;
mod cards;
mod cells;
mod columns;
#[cfg_attr(not(feature = "doctor"), path = "no_doctor.rs")]
mod doctor;
mod headers;
mod history;
mod html;
mod json;
mod memory;
mod order;
#[cfg(feature = "axum")]
mod router;
mod sort;

pub use headers::{html_headers, json_headers};
#[cfg(feature = "axum")]
pub use router::router;
pub use sort::Sort;

use history::{History, Point};

/// The page and the JSON, with the history that the page's picture shows. A clone shows the same
/// history.
///
/// It is for servers other than axum, which has `router` (feature `axum`): serve
/// [`html`](Self::html) with [`html_headers`] at `/debug/arenas` and [`json`](Self::json) with
/// [`json_headers`] at `/debug/arenas.json`.
///
/// ```
/// use request_arena_telemetry::debug_page::{DebugPage, Sort};
///
/// let page = DebugPage::new();
/// let html = page.html(&Sort::from_query("sort=live&order=desc"));
/// assert!(html.starts_with("<!DOCTYPE html>"));
/// assert!(page.json()?.starts_with(r#"{"schema_version":1,"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct DebugPage(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began: Instant,
    history: Mutex<History>,
}

/// All that a page or a document shows, of one moment.
struct View {
    snapshot: Snapshot,
    history: Vec<Point>,
    /// The moment, milliseconds since 1970.
    unix_ms: u64,
    /// What the doctor says, if one runs.
    doctor: Option<doctor::Overview>,
}

impl Default for DebugPage {
    fn default() -> Self {
        Self::new()
    }
}

impl DebugPage {
    /// A page whose history is empty. Until it is looked at it does nothing; at most 300 points of
    /// 80 bytes are kept.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Inner { began: Instant::now(), history: Mutex::default() }))
    }

    /// The whole page. Adds a point to the history, if the last one is a second old.
    ///
    /// Reads all figures, as [`Snapshot::take`] does, and renders them: 2 ms in a debug build with
    /// five sites. No request waits for it.
    ///
    /// Where a doctor runs (feature `doctor`), its picture takes 6 ms more after a day, in a debug
    /// build. And a look has it judge, if its last judgement is ten seconds old: 10 to 20 ms for
    /// each GiB of physical memory, so less often where that would be more than a ten-thousandth of
    /// the time.
    #[must_use]
    pub fn html(&self, sort: &Sort) -> String {
        html::page(&self.view(), sort).into_string()
    }

    /// The document that `schema/arenas.schema.json` describes. Adds a point to the history, if the
    /// last one is a second old.
    ///
    /// # Errors
    ///
    /// Passes on what `serde_json` says; of these figures it has no reason to say anything.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        json::document(&self.view())
    }

    fn view(&self) -> View {
        let snapshot = Snapshot::take();
        let doctor = doctor::overview();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let unix_ms = now.as_millis().try_into().unwrap_or(u64::MAX);
        let mut history = self.0.history.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock, so that a later look has a later point.
        history.offer(Point::of(&snapshot, self.0.began.elapsed(), unix_ms));
        View { snapshot, history: history.points(), unix_ms, doctor }
    }
}

#[cfg(test)]
mod tests {
    use request_arena_core::{Site, SiteReport, report, scope};

    use super::*;

    /// Three sites whose peaks are in the order of their names; `middle` has a limit.
    pub(super) fn sites() -> Vec<SiteReport> {
        static SITES: [Site; 3] = [
            Site::new("small", "service::a", "src/a.rs", 1),
            Site::new("middle", "service::b", "src/b.rs", 2).with_limit(1 << 20),
            Site::new("large", "service::c", "src/c.rs", 3),
        ];
        for (site, bytes) in SITES.iter().zip([100, 1000, 10_000]) {
            scope(site, |arena| arena.alloc_slice_fill_copy(bytes, 0_u8).len());
        }
        report()
            .sites
            .into_iter()
            .filter(|site| site.module_path.starts_with("service::"))
            .collect()
    }

    #[test]
    fn clones_show_the_same_history() {
        let page = DebugPage::new();
        let clone = page.clone();
        assert_eq!(page.view().history.len(), 1);
        assert_eq!(clone.view().history[0], page.view().history[0]);
    }
}
