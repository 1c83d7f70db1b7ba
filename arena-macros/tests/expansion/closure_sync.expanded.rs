fn lengths() {
    texts
        .map(|text: _| {
            let (visit, opener) = ::request_arena::__private::Visit::of_call({
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    ::core::concat!(
                        "closure at ", ::core::file!(), ":", ::core::line!()
                    ),
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
                |opener, #[allow(clippy::shadow_reuse, clippy::shadow_same)] text| {
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    #[allow(clippy::used_underscore_binding)]
                    let mut arena = ::request_arena::__private::Opener::enter(opener);
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let arena: ::request_arena::Arena<'_> = ::request_arena::__private::OpenArena::arena(
                        &mut arena,
                    );
                    match () {
                        () => arena.alloc_str(text).len(),
                    }
                },
            );
            let result = body(opener, text);
            let outcome = {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(&result)).__request_arena_outcome()
            };
            visit.end(outcome);
            return result;
        });
}
