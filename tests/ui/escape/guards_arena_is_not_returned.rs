use request_arena::{Arena, RequestScope, Site};

static SITE: Site = Site::new("open", module_path!(), file!(), line!());

fn open<'a>() -> Arena<'a> {
    let mut request = RequestScope::enter(&SITE);
    request.arena()
}

fn main() {
    open().alloc_str("later");
}
