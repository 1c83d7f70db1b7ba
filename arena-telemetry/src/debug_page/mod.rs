//! `/debug/arenas`: a page with every figure of the arenas and of the memory around them, and the
//! same as JSON.
//!
//! The server renders the page, with sorting and charts, so it works without JavaScript. A script
//! refreshes it every two seconds. If a `doctor::Doctor` runs (feature `doctor`), the page finds it
//! and shows its diagnosis. Style and script are in the page. The `Content-Security-Policy` forbids
//! all others.
//!
//! # Keep it private
//!
//! The page shows names of functions, paths of source files, and the load of the service. Mount it
//! where only operators have access: on a listener of its own, bound to this machine or to a
//! private network.
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

use crate::rendering::flights::Flights;
use crate::{RenderError, Rendered, Snapshot};

#[cfg_attr(not(feature = "admission"), path = "no_admission.rs")]
mod admission;
mod bars;
mod cards;
mod cells;
mod columns;
#[cfg_attr(not(feature = "doctor"), path = "no_doctor.rs")]
mod doctor;
mod headers;
#[cfg_attr(not(feature = "heap-profile"), path = "no_heap_profile.rs")]
mod heap_profile;
mod history;
#[cfg(feature = "doctor")]
mod holders;
mod html;
mod json;
mod live_heap;
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

/// The page and the JSON, with the history for the page's chart. Clones share the history.
///
/// For axum there is `router` (feature `axum`). With other servers, serve
/// [`render_html`](Self::render_html) with [`html_headers`] at `/debug/arenas` and
/// [`render_json`](Self::render_json) with [`json_headers`] at `/debug/arenas.json`. [`html`] and
/// [`json`] render on the calling thread, for programs that are not async.
///
/// Concurrent calls render once. A page is reused for twenty times as long as its rendering took,
/// and for five seconds at most.
///
/// [`html`]: Self::html
/// [`json`]: Self::json
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
    pages: Flights<Sort>,
    documents: Flights<()>,
}

/// The data of a page or a document.
struct View {
    snapshot: Snapshot,
    history: Vec<Point>,
    /// The time, in milliseconds since 1970.
    unix_ms: u64,
    /// The overview of the running doctor.
    doctor: Option<doctor::Overview>,
}

impl Default for DebugPage {
    fn default() -> Self {
        Self::new()
    }
}

impl DebugPage {
    /// Creates a page with an empty history. It does nothing until a client requests it. The
    /// history keeps at most 300 points of 80 bytes.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            began: Instant::now(),
            history: Mutex::default(),
            pages: Flights::default(),
            documents: Flights::default(),
        }))
    }

    /// Renders the page. It adds a point to the history if the last one is at least a second old.
    ///
    /// It reads all figures, as [`Snapshot::take`] does, and renders them. That takes 2 ms in a
    /// debug build with five handlers. In async code use [`render_html`](Self::render_html).
    ///
    /// If a doctor runs (feature `doctor`), its chart takes up to 6 ms more in a debug build. The
    /// page makes the doctor judge again if its last judgement is ten seconds old. A judgement
    /// takes 10 to 20 ms for each GiB of physical memory. The page asks for fewer of them if they
    /// would take more than a thousandth of the time.
    #[must_use]
    pub fn html(&self, sort: &Sort) -> String {
        let render = || html::page(&self.view(), sort).into_string();
        let rendered = self.0.pages.here(sort, || Ok(render()));
        // Another thread panicked while it rendered the page.
        rendered.map_or_else(|_| render(), |rendered| rendered.as_str().to_owned())
    }

    /// Renders the JSON document that `schema/arenas.schema.json` describes. It adds a point to the
    /// history if the last one is at least a second old.
    ///
    /// # Errors
    ///
    /// Returns an error if `serde_json` fails, which is not expected.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let rendered = self.0.documents.here(&(), || self.document());
        rendered.map(|rendered| rendered.as_str().to_owned()).map_err(serde::ser::Error::custom)
    }

    /// The page of [`html`](Self::html) for async code. It is rendered on a thread of its own, at
    /// most one at a time, and all readers share the bytes. It needs no runtime.
    ///
    /// # Errors
    ///
    /// If the code that renders panics, which is not expected.
    ///
    /// ```
    /// use request_arena_telemetry::RenderError;
    /// use request_arena_telemetry::debug_page::{DebugPage, Sort};
    ///
    /// # async fn run(page: DebugPage) -> Result<(), RenderError> {
    /// let html = page.render_html(&Sort::default()).await?;
    /// assert!(html.as_str().starts_with("<!DOCTYPE html>"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn render_html(&self, sort: &Sort) -> Result<Rendered, RenderError> {
        let (page, order) = (self.clone(), sort.clone());
        let render = move || Ok(html::page(&page.view(), &order).into_string());
        self.0.pages.elsewhere(sort.clone(), render).await
    }

    /// The document of [`json`](Self::json), rendered as the page of
    /// [`render_html`](Self::render_html).
    ///
    /// # Errors
    ///
    /// If `serde_json` fails, which is not expected.
    pub async fn render_json(&self) -> Result<Rendered, RenderError> {
        let page = self.clone();
        self.0.documents.elsewhere((), move || page.document()).await
    }

    fn document(&self) -> Result<String, RenderError> {
        json::document(&self.view()).map_err(RenderError::new)
    }

    fn view(&self) -> View {
        let snapshot = Snapshot::take();
        let doctor = doctor::overview();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let unix_ms = now.as_millis().try_into().unwrap_or(u64::MAX);
        let mut history = self.0.history.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock, so that points are in the order of time.
        history.offer(Point::of(&snapshot, self.0.began.elapsed(), unix_ms));
        View { snapshot, history: history.points(), unix_ms, doctor }
    }
}

#[cfg(test)]
mod tests {
    use request_arena_core::{Site, SiteReport, report, scope};

    use super::*;

    /// Three handlers with peaks in the order of their names. `middle` has a limit.
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
