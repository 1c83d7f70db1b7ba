use request_arena::{Arena, request_arena};
use std::{collections::HashMap, hash::Hash, sync::RwLock};

// The shape of `DashMap` and of `moka::sync::Cache`: they insert through `&self`.
struct Cache<K, V>(RwLock<HashMap<K, V>>);

impl<K: Hash + Eq, V> Cache<K, V> {
    fn insert(&self, key: K, value: V) -> Option<V> {
        self.0.write().unwrap().insert(key, value)
    }
}

#[request_arena]
fn title(arena: Arena<'_>, cache: &Cache<u64, &'static str>, id: u64) -> usize {
    let title = request_arena::format!(in arena, "page {id}");
    cache.insert(id, title);
    title.len()
}

fn main() {
    title(&Cache(RwLock::default()), 1);
}
