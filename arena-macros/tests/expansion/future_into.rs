//! `into` and `on_limit` with a returned `async` block: both apply to the future's output.

#[request_arena(into = String, limit = "1 MiB", on_limit = String::new())]
fn name<'a>(arena: Arena<'a>, text: String) -> impl Future<Output = &'a str> {
    async move { &*arena.alloc_str(&text) }
}
