use request_arena::{Arena, collections::Vec, request_arena};
use std::fs::File;

#[request_arena]
fn import(arena: Arena<'_>, name: &str, lines: &str) -> std::io::Result<usize> {
    let greeting = request_arena::format!(in arena, "hello {name}");
    let fields: &[&str] = arena.alloc_from_iter(lines.split(','));
    let mut owned: Vec<'_, String> = Vec::new_in(&arena);
    owned.extend(lines.split(',').map(str::to_lowercase));
    let file = arena.alloc_box(File::open("/")?);
    let log = arena.alloc_deferred(vec![greeting.to_owned()]);
    log.push(String::from("dropped at the end of the request"));
    Ok(fields.len() + owned.len() + usize::from(file.metadata()?.is_dir()))
}

fn main() {
    import("x", "a,b").unwrap();
}
