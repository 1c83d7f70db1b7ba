//! `#[arena]` marks the arena where the type is an alias.

#[request_arena]
fn parse(text: &str, #[arena] memory: Memory<'_>) -> usize {
    memory.alloc_str(text).len()
}
