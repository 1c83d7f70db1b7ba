//! The options of a method override those of its `impl`.

#[request_arena(limit = "1 MiB", crate = arenas)]
impl Service {
    #[request_arena(name = "find", limit = "2 MiB")]
    fn find(&self, arena: Arena<'_>) -> usize {
        arena.alloc_str(&self.name).len()
    }

    #[request_arena(into = String)]
    fn name<'a>(&self, arena: Arena<'a>) -> &'a str {
        arena.alloc_str(&self.name)
    }

    fn both(&self, arena: Arena<'_>) -> u8 {
        *arena.alloc(2)
    }
}
