//! `impl Trait` inside of the result, and as a parameter.

#[request_arena]
async fn answer(
    arena: Arena<'_>,
    parts: impl Iterator<Item = u8>,
) -> Result<impl IntoResponse, (StatusCode, impl Display)> {
    let parts = arena.alloc_from_iter(parts);
    Ok(parts.to_vec())
}

#[request_arena]
fn pairs(arena: Arena<'_>) -> (impl Fn(u32) -> u32, usize) {
    (|number| number + 1, arena.alloc_str("text").len())
}
