use request_arena::{Site, try_scope};

static SITE: Site = Site::new("parse", module_path!(), file!(), line!());

fn parse(number: &str) -> bool {
    let parsed = try_scope(&SITE, |arena| {
        let number: &str = arena.alloc_str(number.trim());
        number.parse::<u32>().map_err(|_| number)
    });
    parsed.is_ok()
}

fn main() {
    parse("1");
}
