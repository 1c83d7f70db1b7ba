//! Generic parameters, also constants, and a `where` clause.

#[request_arena]
fn sorted<T, const N: usize>(arena: Arena<'_>, values: [T; N]) -> Option<T>
where
    T: Copy + Ord,
{
    let copy = arena.alloc_slice_copy(&values);
    copy.sort();
    copy.first().copied()
}

#[request_arena]
async fn names<'a, S: Store>(arena: Arena<'a>, store: &S) -> usize
where
    S::Error: Send,
{
    store.names(&arena).await.len()
}
