//! An alias is not known as an arena by its name: `#[arena]` marks it.

#[request_arena]
fn parse(text: &str, #[arena] memory: Memory<'_>) -> usize {
    memory.alloc_str(text).len()
}
