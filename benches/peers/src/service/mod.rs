//! The search service in two versions, over one index of all cities: search-server's handlers,
//! which use arenas, and their [heap twin](crate::heap_search). And the service of orders, which
//! has both versions itself.
//!
//! A worker measures handlers in-process, or starts itself again as a server and sends it requests
//! over sockets. Then the server has memory figures of its own, and the allocator to measure. A
//! process of its own fills the index once, so that no figure contains that memory.

mod child;
mod filling;
mod handlers;
mod index;
mod latency;
mod load;
mod order_handlers;
mod server;

pub(crate) use self::{
    child::{FILL, SERVE, SERVE_ORDERS, fill, serve, serve_orders},
    handlers::Handlers,
    index::Index,
    latency::Latencies,
    load::{Load, closed, open},
    order_handlers::OrderHandlers,
    server::Server,
};
