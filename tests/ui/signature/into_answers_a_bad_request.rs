use request_arena::{Arena, request_arena};

struct Page(String);

impl From<&str> for Page {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[request_arena(into = Page)]
async fn create<'a>(_arena: Arena<'a>, #[json] name: &'a str) -> &'a str {
    name
}

fn main() {
    drop(create(request_arena::extract::JsonBody::new("1")));
}
