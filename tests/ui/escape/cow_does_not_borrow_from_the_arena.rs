use request_arena::{Arena, request_arena};
use std::borrow::Cow;

#[request_arena]
fn escape(arena: Arena<'_>, text: &'static str) -> Cow<'static, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut escaped = request_arena::collections::String::new_in(&arena);
    text.split('<').for_each(|part| escaped.push_str(part));
    Cow::Borrowed(arena.alloc_str(&escaped))
}

fn main() {
    escape("<b>");
}
