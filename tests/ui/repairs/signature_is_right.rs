use request_arena::{Arena, Bump, request_arena};

type Scratch<'s> = Arena<'s>;

struct App {
    suffix: String,
}

impl App {
    #[request_arena]
    async fn search(&self, arena: Arena<'_>, query: String) -> String {
        request_arena::format!(in arena, "{query}{}", self.suffix).to_owned()
    }
}

#[request_arena]
fn raw(bump: &Bump, query: &str) -> usize {
    bump.alloc_str(query).len()
}

#[request_arena]
fn aliased(#[arena] scratch: Scratch<'_>, query: &str) -> usize {
    scratch.alloc_str(query).len()
}

fn main() {
    drop(App { suffix: String::new() }.search(String::new()));
    println!("{}", raw("q") + aliased("q"));
}
