//! Raw identifiers: figures are reported under the plain name.

#[request_arena]
async fn r#match(r#type: Arena<'_>, r#ref: String) -> usize {
    r#type.alloc_str(&r#ref).len()
}
