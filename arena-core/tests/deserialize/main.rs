//! Deserialisation into an arena: the types, the errors, and what a hostile document can do.

mod errors;
mod formats;
mod forms;
mod hostile;
mod types;

use request_arena_core::{Site, scope};

/// Runs `body` with an arena of its own.
fn with<R>(body: impl FnOnce(request_arena_core::Arena<'_>) -> R) -> R {
    static SITE: Site = Site::new("deserialize", module_path!(), file!(), line!());
    scope(&SITE, body)
}
