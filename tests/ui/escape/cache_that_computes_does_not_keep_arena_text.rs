use request_arena::{Arena, request_arena};

// The shape of `moka::future::Cache::get_with`.
struct Cache<V>(V);

impl<V: Clone + Send + Sync + 'static> Cache<V> {
    async fn get_with(&self, init: impl Future<Output = V>) -> V {
        init.await
    }
}

#[request_arena]
async fn title(arena: Arena<'_>, cache: &Cache<&'static str>, id: u64) -> usize {
    cache.get_with(async { &*request_arena::format!(in arena, "page {id}") }).await.len()
}

fn main() {
    drop(title(&Cache(""), 1));
}
