//! An `impl` block: its methods with an arena get a scope, and the others stay the same.

#[request_arena(limit = "1 MiB")]
impl<S: Store> Service<S> {
    const PAGE: usize = 20;

    pub async fn search(&self, arena: Arena<'_>, query: &str) -> usize {
        self.index(&arena, query).len()
    }

    fn rank(arena: Arena<'_>, weights: &[f32]) -> f32 {
        arena.alloc_slice_copy(weights).iter().sum()
    }

    fn index<'a>(&self, arena: &Arena<'a>, query: &str) -> &'a [u32] {
        arena.alloc_slice_fill_copy(Self::PAGE, query.len() as u32)
    }
}
