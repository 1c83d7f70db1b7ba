//! An HTTP client and server on one machine.
//!
//! The examples, their checks and the measurements send their requests over real sockets:
//!
//! * [`Client`]: one connection that stays open, with its [`Ask`]s and [`Answer`]s,
//! * [`Server`]: routes on a [`Port`] of this machine,
//! * [`Child`]: a server in a process of its own, which calls [`until_parent_stops`].

#![forbid(unsafe_code)]

mod child;
mod client;
mod server;

pub use self::child::{Child, until_parent_stops};
pub use self::client::{Answer, Ask, Client};
pub use self::server::{Port, Server};
