//! A limit holds on every path of allocation. A request that exceeds it ends, and no other request
//! does.

mod contract;
mod paths;
mod refusals;
mod sharing;
#[path = "../support/mod.rs"]
mod support;

use request_arena::Site;
use support::figures;

/// Bytes of book-keeping in each chunk, which the limit does not count.
const BOOK_KEEPING: usize = 48;

/// Checks that no scope of `site` exceeded the limit. Each had at most `chunks` chunks.
fn held(site: &'static Site, chunks: usize) {
    let limit = site.limit().expect("a site with a limit");
    let reserved = figures(site).reserved;
    assert!(reserved.max > 0, "nothing was allocated");
    assert!(
        reserved.max <= (limit + chunks * BOOK_KEEPING) as u64,
        "{reserved:?} is over the limit of {limit} ({chunks} chunks)"
    );
    assert_eq!(figures(site).live_scopes, 0);
}
