//! The search service in two versions, over one index of all cities: search-server's handlers,
//! which are on arenas, and their [heap twin](crate::heap_search).
//!
//! A worker measures handlers in-process, or starts itself again as a server and sends it requests
//! over sockets: so the server has a process, with memory figures, of its own, and the allocator
//! that is measured. The index is filled once, in a process of its own too, so that what filling it
//! takes is in nobody's memory.

mod child;
mod handlers;
mod index;
mod latency;
mod load;
mod server;

pub(crate) use self::{
    child::{FILL, SERVE, fill, serve},
    handlers::Handlers,
    index::Index,
    latency::Latencies,
    load::{Load, closed, open},
    server::Server,
};
