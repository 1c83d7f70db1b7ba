//! A function that does not return: a panic ends it, or being dropped.

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
