use request_arena::{Site, scope};

static SITE: Site = Site::new("split", module_path!(), file!(), line!());

fn main() {
    let mut words = Vec::new();
    scope(&SITE, |arena| {
        words.extend("a b".split(' ').map(|word| arena.alloc_str(word)));
    });
    println!("{words:?}");
}
