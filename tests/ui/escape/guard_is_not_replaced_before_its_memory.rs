use request_arena::{RequestScope, Site};

static SITE: Site = Site::new("loop", module_path!(), file!(), line!());

fn main() {
    let mut request = RequestScope::enter(&SITE);
    let mut last = "";
    for line in ["a", "b"] {
        println!("{last}");
        last = request.arena().alloc_str(line);
        request = RequestScope::enter(&SITE);
    }
}
