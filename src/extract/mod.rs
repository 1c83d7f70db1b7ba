//! Extractors that hold the bytes of a request until the handler's scope parses them.
//!
//! A parameter with `#[json]`, `#[form]` or `#[query]` is one of these types outside of the
//! function, and the parsed value inside. serde's `Deserialize` has no access to an arena, so a
//! framework's own extractor would parse onto the heap, before the scope opens.
//!
//! An extractor never fails. It keeps the [`Rejection`], so that the scope answers all bad requests
//! in one place: by `on_reject`, or by the type that the function returns.
//!
//! Without the macro, call [`JsonBody::parse_in`] in a scope of your own.
//!
//! ```
//! use request_arena::extract::JsonBody;
//! use request_arena::{Site, scope};
//!
//! static SITE: Site = Site::new("numbers", module_path!(), file!(), line!());
//!
//! let sum: u32 = scope(&SITE, |arena| {
//!     let numbers = JsonBody::new("[1, 2, 3]").parse_in::<&[u32]>(&arena)?;
//!     Ok::<_, request_arena::extract::Rejection>(numbers.iter().sum())
//! })?;
//! assert_eq!(sum, 6);
//! # Ok::<_, request_arena::extract::Rejection>(())
//! ```

mod answer;
#[cfg(any(
    test,
    feature = "actix-web",
    feature = "axum",
    feature = "axum_0_7",
    feature = "poem",
    feature = "salvo",
    feature = "warp"
))]
mod content_type;
mod form_body;
mod held;
mod json_body;
mod query_string;
mod rejection;

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(any(feature = "axum", feature = "axum_0_7"))]
mod axum;
#[cfg(feature = "poem")]
mod poem;
#[cfg(feature = "rocket")]
mod rocket;
#[cfg(feature = "salvo")]
mod salvo;
#[cfg(feature = "warp")]
pub(crate) mod warp;

pub use answer::AnswersRejection;
#[doc(hidden)]
pub use answer::{answer, rejected};
pub use form_body::FormBody;
pub use json_body::JsonBody;
pub use query_string::QueryString;
pub use rejection::{Rejection, RejectionKind};
