//! Wrong: one method of an `impl`. The other method expands anyway.

#[request_arena]
impl Service {
    fn keep(&self, arena: Arena<'_>, other: Arena<'_>) -> usize {
        arena.alloc_str("text").len()
    }

    fn find(&self, arena: Arena<'_>) -> usize {
        arena.alloc_str(&self.name).len()
    }
}
