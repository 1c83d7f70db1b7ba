//! The options of the site: sizes are texts with a unit, or constants.

#[request_arena(name = "import.rows", limit = "8 MiB", soft_limit = "1 MiB", initial = 64 << 10)]
fn import(arena: Arena<'_>, rows: &[Row]) -> usize {
    arena.alloc_slice_copy(rows).len()
}

#[request_arena(limit = LIMIT)]
async fn limited(arena: Arena<'_>) -> u8 {
    *arena.alloc(1)
}
