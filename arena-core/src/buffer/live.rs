//! The response buffers that exist, by site.
//!
//! A buffer shows itself in the slot of its lease, so it writes no counter that threads share. A
//! look adds up all buffers. The most buffers of a site are the most that any look found.

use crate::site::Site;
use crate::slot::registry;

/// The buffers of one site, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) buffers: u64,
    pub(crate) bytes: u64,
    pub(crate) most_buffers: u64,
    pub(crate) most_bytes: u64,
}

/// Counts all buffers, and returns those of each site, by the site's number less one.
pub(crate) fn look() -> Vec<Live> {
    let sites = Site::all();
    let mut live = vec![Live::default(); sites.len()];
    for (number, bytes) in registry::buffers() {
        if let Some(live) = live.get_mut(number - 1) {
            live.buffers += 1;
            live.bytes += bytes;
        }
    }
    for (site, live) in sites.iter().zip(&mut live) {
        (live.most_buffers, live.most_bytes) = site.raise_most_buffers(live.buffers, live.bytes);
    }
    live
}
