//! The `impl` of a trait.
impl Handler<Request> for Search {
    type Output = Response;
    fn handle(
        &self,
        request: Request,
    ) -> impl ::core::future::Future<Output = Self::Output> {
        #[allow(clippy::implicit_return, reason = "the user's is not the function's")]
        return ::request_arena::__private::future(
            {
                static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                    "handle",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &__REQUEST_ARENA_SITE
            },
            async move {
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let request = request;
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                #[allow(clippy::used_underscore_binding)]
                let mut arena = ::request_arena::__private::opened();
                #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                    &mut arena,
                );
                if false {
                    return ::request_arena::__private::typed::<Self::Output>();
                }
                match () {
                    () => self.answer(arena.alloc_str(request.query())).await,
                }
            },
            |result| {
                use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
                (&::request_arena::__private::Ended(result)).__request_arena_outcome()
            },
        );
    }
    fn name(&self) -> &'static str {
        "search"
    }
}
