//! Above `#[async_trait]`, which then boxes the future with the scope in it.
#[tonic::async_trait]
impl Greeter for Server {
    type Stream = ReceiverStream<Reply>;
    async fn greet(&self, request: Request<Hello>) -> Result<Response<Reply>, Status> {
        ::request_arena::__private::future(
                {
                    static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
                        "greet",
                        ::core::module_path!(),
                        ::core::file!(),
                        ::core::line!(),
                    );
                    &__REQUEST_ARENA_SITE
                },
                async move {
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let request = ::request_arena::__private::Whole(request).0;
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    #[allow(clippy::used_underscore_binding)]
                    let mut arena = ::request_arena::__private::opened();
                    #[allow(clippy::shadow_reuse, clippy::shadow_same)]
                    let arena: Arena<'_> = ::request_arena::__private::OpenArena::arena(
                        &mut arena,
                    );
                    if false {
                        return ::request_arena::__private::typed::<
                            Result<Response<Reply>, Status>,
                        >();
                    }
                    match () {
                        () => {
                            let name = arena.alloc_str(&request.get_ref().name);
                            Ok(Response::new(self.reply(name).await?))
                        }
                    }
                },
                |result| {
                    use ::request_arena::__private::{
                        AnyOutcome as _, ResultOutcome as _,
                    };
                    (&::request_arena::__private::Ended(result))
                        .__request_arena_outcome()
                },
            )
            .await
    }
    async fn health(&self, _: Request<()>) -> Result<Response<()>, Status> {
        Ok(Response::new(()))
    }
}
