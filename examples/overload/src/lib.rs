//! A service in a real memory cgroup, under more load than fits into it.
//!
//! The program starts itself again as the service, in a group with a limit, and sends it requests
//! from outside. Without protection the kernel kills the service. With admission control
//! (`request_arena::admission`) the service answers what fits, and refuses the rest until later.

#![forbid(unsafe_code)]

pub mod cli;
mod group;
mod guide;
mod load;
mod output;
mod picture;
mod ran;
mod run;
mod service;
mod table;
