//! The order of attributes: `#[request_arena]` stands above all attributes that read the
//! parameters, and removes the arena before they expand.
//!
//! This page has every attribute for which the other order does not compile, with the compiler's
//! error and the order that compiles. Attributes that do not read the parameters compile in both
//! orders: actix's `#[get]`, `#[utoipa::path]`, and `#[tracing::instrument]`. The tests cover
//! those.
//!
//! # `#[axum::debug_handler]`
//!
//! It treats the arena as an extractor: `'_` is a reserved lifetime name (E0637), and there are too
//! many arguments (E0061).
//!
//! ```compile_fail
//! use axum::extract::Path;
//! use request_arena::{Arena, request_arena};
//!
//! #[axum::debug_handler]
//! #[request_arena]
//! async fn words(arena: Arena<'_>, Path(text): Path<String>) -> String {
//!     arena.alloc_str(&text).to_owned()
//! }
//! ```
//!
//! ```
//! use axum::extract::Path;
//! use request_arena::{Arena, request_arena};
//!
//! #[request_arena]
//! #[axum::debug_handler]
//! async fn words(arena: Arena<'_>, Path(text): Path<String>) -> String {
//!     arena.alloc_str(&text).to_owned()
//! }
//! ```
//!
//! # poem's `#[handler]`
//!
//! It treats the arena as an extractor: `FromRequest<'_>` is not implemented for `Arena<'_>`
//! (E0277).
//!
//! ```compile_fail
//! use request_arena::{Arena, request_arena};
//!
//! #[poem::handler]
//! #[request_arena]
//! async fn words(arena: Arena<'_>, poem::web::Path(text): poem::web::Path<String>) -> String {
//!     arena.alloc_str(&text).to_owned()
//! }
//! ```
//!
//! ```
//! use request_arena::{Arena, request_arena};
//!
//! #[request_arena]
//! #[poem::handler]
//! async fn words(arena: Arena<'_>, poem::web::Path(text): poem::web::Path<String>) -> String {
//!     arena.alloc_str(&text).to_owned()
//! }
//! ```
//!
//! # `#[OpenApi]`
//!
//! It treats the arena as an extractor: `ApiExtractor<'_>` is not implemented for `Arena<'_>`
//! (E0277).
//!
//! ```compile_fail
//! use request_arena::{Arena, request_arena};
//!
//! struct Api;
//!
//! #[poem_openapi::OpenApi]
//! #[request_arena]
//! impl Api {
//!     #[oai(path = "/words", method = "get")]
//!     async fn words(&self, arena: Arena<'_>) -> poem_openapi::payload::PlainText<String> {
//!         poem_openapi::payload::PlainText(arena.alloc_str("words").to_owned())
//!     }
//! }
//! ```
//!
//! ```
//! use request_arena::{Arena, request_arena};
//!
//! struct Api;
//!
//! #[request_arena]
//! #[poem_openapi::OpenApi]
//! impl Api {
//!     #[oai(path = "/words", method = "get")]
//!     async fn words(&self, arena: Arena<'_>) -> poem_openapi::payload::PlainText<String> {
//!         poem_openapi::payload::PlainText(arena.alloc_str("words").to_owned())
//!     }
//! }
//! ```
//!
//! # rocket's `#[get]`
//!
//! It treats the arena as a request guard: `FromRequest<'_>` is not implemented for `Arena<'_>`
//! (E0277).
//!
//! ```compile_fail
//! use request_arena::{Arena, request_arena};
//!
//! #[rocket::get("/<text>")]
//! #[request_arena]
//! async fn words(arena: Arena<'_>, text: &str) -> String {
//!     arena.alloc_str(text).to_owned()
//! }
//! ```
//!
//! ```
//! use request_arena::{Arena, request_arena};
//!
//! #[request_arena]
//! #[rocket::get("/<text>")]
//! async fn words(arena: Arena<'_>, text: &str) -> String {
//!     arena.alloc_str(text).to_owned()
//! }
//! ```
//!
//! # salvo's `#[handler]`
//!
//! It treats the arena as an extractor: `Extractible<'_>` is not implemented for `Arena<'_>`
//! (E0277).
//!
//! ```compile_fail
//! use request_arena::{Arena, request_arena};
//!
//! #[salvo::handler]
//! #[request_arena]
//! async fn words(arena: Arena<'_>, request: &mut salvo::Request) -> String {
//!     arena.alloc_str(request.param("text").unwrap_or_default()).to_owned()
//! }
//! ```
//!
//! ```
//! use request_arena::{Arena, request_arena};
//!
//! #[request_arena]
//! #[salvo::handler]
//! async fn words(arena: Arena<'_>, request: &mut salvo::Request) -> String {
//!     arena.alloc_str(request.param("text").unwrap_or_default()).to_owned()
//! }
//! ```
//!
//! # `#[tonic::async_trait]`, and every `#[async_trait]`
//!
//! The error of `#[request_arena]` says to put it on the `impl`, above.
//!
//! ```compile_fail
//! use request_arena::{Arena, request_arena};
//!
//! struct Polite;
//! #[tonic::async_trait]
//! trait Greeter {
//!     async fn hello(&self, name: String) -> usize;
//! }
//!
//! #[tonic::async_trait]
//! #[request_arena]
//! impl Greeter for Polite {
//!     async fn hello(&self, arena: Arena<'_>, name: String) -> usize {
//!         arena.alloc_str(&name).len()
//!     }
//! }
//! ```
//!
//! ```
//! use request_arena::{Arena, request_arena};
//!
//! struct Polite;
//! #[tonic::async_trait]
//! trait Greeter {
//!     async fn hello(&self, name: String) -> usize;
//! }
//!
//! #[request_arena]
//! #[tonic::async_trait]
//! impl Greeter for Polite {
//!     async fn hello(&self, arena: Arena<'_>, name: String) -> usize {
//!         arena.alloc_str(&name).len()
//!     }
//! }
//! ```
