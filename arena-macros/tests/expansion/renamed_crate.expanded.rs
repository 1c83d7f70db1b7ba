//! The facade is imported under another name.
fn count(text: &str) -> usize {
    let (run, token) = crate::reexport::arenas::__private::ScopeRun::of_call({
        static __REQUEST_ARENA_SITE: crate::reexport::arenas::Site = crate::reexport::arenas::Site::new(
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
    let body = crate::reexport::arenas::__private::takes_2(
        &token,
        &text,
        |token, #[allow(clippy::shadow_reuse, clippy::shadow_same)] text| -> usize {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = crate::reexport::arenas::__private::ArenaToken::enter(token);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = crate::reexport::arenas::__private::OpenArena::arena(
                &mut arena,
            );
            match () {
                () => arena.alloc_str(text).len(),
            }
        },
    );
    let result = body(token, text);
    let outcome = crate::reexport::arenas::__private::Outcome::Returned;
    run.end(outcome);
    return result;
}
