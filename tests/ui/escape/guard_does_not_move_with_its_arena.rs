use request_arena::{Arena, RequestScope, Site};

static SITE: Site = Site::new("job", module_path!(), file!(), line!());

struct Job<'j> {
    request: RequestScope,
    arena: Arena<'j>,
}

fn start<'j>() -> Job<'j> {
    let mut request = RequestScope::enter(&SITE);
    let arena = request.arena();
    Job { request, arena }
}

fn main() {
    let job = start();
    job.arena.alloc_str("work");
    drop(job.request);
}
