//! `mut`, for helpers that take `&mut Arena`, and an attribute on the parameter.

#[request_arena]
async fn search(#[allow(unused_mut)] mut arena: Arena<'_>, query: String) -> usize {
    helper(&mut arena, &query).await
}
