//! The arena has no name: it exists, and the body does not use it.
fn count(text: &str) -> usize {
    let (visit, opener) = ::request_arena::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "count",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    #[allow(
        clippy::implicit_return,
        clippy::result_large_err,
        reason = "said of the function"
    )]
    let body = ::request_arena::__private::takes_2(
        &opener,
        &text,
        |opener, #[allow(clippy::shadow_reuse, clippy::shadow_same)] text| -> usize {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::Opener::enter(opener);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let _: Arena<'_> = ::request_arena::__private::OpenArena::arena(&mut arena);
            match () {
                () => text.len(),
            }
        },
    );
    let result = body(opener, text);
    let outcome = ::request_arena::__private::Outcome::Returned;
    visit.end(outcome);
    return result;
}
