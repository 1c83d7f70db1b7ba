use std::sync::Arc;

use request_arena::{RequestScope, Site};

static SITE: Site = Site::new("import", module_path!(), file!(), line!());

fn spawn<F: FnOnce() + Send + 'static>(_: F) {}

fn main() {
    let scope = Arc::new(RequestScope::enter(&SITE));
    spawn(move || drop(scope));
}
