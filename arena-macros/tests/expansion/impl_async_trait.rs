//! Above `#[async_trait]`, which then boxes the future with the scope in it.

#[request_arena]
#[tonic::async_trait]
impl Greeter for Server {
    type Stream = ReceiverStream<Reply>;

    async fn greet(
        &self,
        arena: Arena<'_>,
        request: Request<Hello>,
    ) -> Result<Response<Reply>, Status> {
        let name = arena.alloc_str(&request.get_ref().name);
        Ok(Response::new(self.reply(name).await?))
    }

    async fn health(&self, _: Request<()>) -> Result<Response<()>, Status> {
        Ok(Response::new(()))
    }
}
