//! Wrong: an option's name. What the others mean for the signature is kept.

#[request_arena(limits = "1 MiB", into = String)]
fn name<'a>(arena: Arena<'a>, text: &str) -> &'a str {
    arena.alloc_str(text)
}
