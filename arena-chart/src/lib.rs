//! Charts of memory over time, as SVG: stacked areas with a legend and axes of time and size.
//!
//! request-arena's doctor and debug page draw with this package. Its interface may change with
//! them.
//!
//! ```
//! use std::time::Duration;
//! use request_arena_chart::{Chart, Layer, Point};
//!
//! let point = |second| Point { at: Duration::from_secs(second), bytes: vec![Some(second << 20)] };
//! let chart = Chart {
//!     layers: vec![Layer { class: "heap-live".into(), name: "heap", about: "live allocations" }],
//!     points: (0..60).map(point).collect(),
//!     older: 0,
//!     gap: None,
//!     unit: 60.0,
//!     end: "now",
//!     limit: Some(1 << 30),
//! };
//! assert!(chart.to_svg("The heap").starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod alone;
mod chart;
pub mod human;
mod scale;

pub use alone::ALONE_STYLE;
pub use chart::{Chart, Layer, Point, key};

/// The style of charts in a page, as CSS.
pub const STYLE: &str = include_str!("picture.css");
