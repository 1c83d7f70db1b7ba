//! The arena as a plain `&Bump`.

#[request_arena]
fn parse(bump: &Bump, text: &str) -> usize {
    bump.alloc_str(text).len()
}

#[request_arena]
fn named<'a>(bump: &'a bumpalo::Bump, text: &str) -> usize {
    let copy: &'a str = bump.alloc_str(text);
    copy.len()
}
