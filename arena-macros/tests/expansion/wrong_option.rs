//! Wrong: an option's name. The signature follows the other options.

#[request_arena(limits = "1 MiB", into = String)]
fn name<'a>(arena: Arena<'a>, text: &str) -> &'a str {
    arena.alloc_str(text)
}
