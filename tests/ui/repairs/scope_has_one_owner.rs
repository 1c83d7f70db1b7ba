use request_arena::{RequestScope, Site};

static SITE: Site = Site::new("import", module_path!(), file!(), line!());

fn spawn<F: FnOnce() + Send + 'static>(_: F) {}

fn moved() {
    let mut scope = RequestScope::enter(&SITE);
    spawn(move || {
        scope.arena().alloc_str("in one task");
    });
}

fn forked() {
    let mut scope = RequestScope::enter(&SITE);
    let arena = scope.arena();
    std::thread::scope(|threads| {
        for name in ["one", "two"] {
            let fork = arena.fork();
            threads.spawn(move || fork.alloc_str(name).len());
        }
    });
}

fn main() {
    moved();
    forked();
}
