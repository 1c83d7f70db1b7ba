use axum::extract::Query;
use axum::response::Response;
use request_arena::{Arena, DeserializeIn, request_arena};

#[derive(DeserializeIn)]
struct Filter<'a> {
    name: &'a str,
}

#[request_arena(into = Response)]
async fn find<'a>(_arena: Arena<'a>, #[query] filter: Query<Filter<'_>>) -> &'static str {
    if filter.name.is_empty() { "all" } else { "some" }
}

fn main() {
    drop(find(request_arena::extract::QueryString::new("name=Ada")));
}
