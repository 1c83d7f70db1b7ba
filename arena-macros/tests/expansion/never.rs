//! A function that does not return: it ends by a panic, or when its future is dropped.

#[request_arena]
fn serve(arena: Arena<'_>) -> ! {
    loop {
        step(&arena);
    }
}

#[request_arena]
async fn serve_for_ever(mut arena: Arena<'_>) -> ! {
    loop {
        next(&mut arena).await;
    }
}
