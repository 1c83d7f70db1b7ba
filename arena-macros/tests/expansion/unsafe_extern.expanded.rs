//! `unsafe`, and another calling convention.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn handle(bytes: *const u8, length: usize) -> i32 {
    let (run, token) = ::request_arena::__private::ScopeRun::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "handle",
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
    let body = ::request_arena::__private::takes_3(
        &token,
        &bytes,
        &length,
        |
            token,
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            bytes,
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            length,
        | -> i32 {
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            #[allow(clippy::used_underscore_binding)]
            let mut arena = ::request_arena::__private::ArenaToken::enter(token);
            #[allow(clippy::shadow_reuse, clippy::shadow_same)]
            let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                &mut arena,
            );
            match () {
                () => {
                    let bytes = unsafe { std::slice::from_raw_parts(bytes, length) };
                    arena.alloc_slice_copy(bytes).len() as i32
                }
            }
        },
    );
    let result = body(token, bytes, length);
    let outcome = ::request_arena::__private::Outcome::Returned;
    run.end(outcome);
    return result;
}
