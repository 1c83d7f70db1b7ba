//! Request-scoped arenas for Rust services.
//!
#![forbid(unsafe_code)]

#[cfg(feature = "axum")]
mod axum;

pub use bumpalo::Bump;
pub use request_arena_core::{
    Arena, ArenaError, Box, Bytes, Outcome, Outcomes, PoolReport, Report, RequestScope, Site, SiteReport, allocator,
    collections, format, handle, report, scope, scope_async, text, try_format, try_scope, try_scope_async,
};
pub use request_arena_macros::request_arena;

/// What `#[request_arena]` expands to. Not part of the public interface: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use request_arena_core::expansion::{AnyOutcome, Ended, ResultOutcome, Visit, absent, call};

    /// The ways from a body's result to the type that `into` names.
    pub mod into {
        #[cfg(feature = "axum")]
        pub use crate::axum::ResponseWay;
        pub use request_arena_core::expansion::{PlainWay, Target};
    }
}
