use futures::future::{BoxFuture, FutureExt};
use request_arena::{Arena, collections::Vec};

async fn fetch() -> u32 {
    1
}

fn load<'f>(arena: &'f mut Arena<'_>) -> BoxFuture<'f, usize> {
    async move {
        let mut hits = Vec::new_in(&*arena);
        hits.push(fetch().await);
        hits.len()
    }
    .boxed()
}

fn main() {
    let _ = load;
}
