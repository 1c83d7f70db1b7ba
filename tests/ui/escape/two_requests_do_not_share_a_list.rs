use request_arena::{RequestScope, Site};

static SITE: Site = Site::new("import", module_path!(), file!(), line!());

fn main() {
    let mut first = RequestScope::enter(&SITE);
    let arena = first.arena();
    let mut lines = vec![&*arena.alloc_str("first")];
    {
        let mut second = RequestScope::enter(&SITE);
        lines.push(second.arena().alloc_str("second"));
    }
    println!("{lines:?}");
}
