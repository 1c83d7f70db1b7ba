use request_arena::{Arena, request_arena};

trait Plugin {
    fn name(&self) -> &str;
}

struct Named<'n>(&'n str);

impl Plugin for Named<'_> {
    fn name(&self) -> &str {
        self.0
    }
}

#[request_arena]
fn register(arena: Arena<'_>, plugins: &mut Vec<Box<dyn Plugin>>, name: &str) {
    let name = arena.alloc_str(name);
    plugins.push(Box::new(Named(name)));
}

fn main() {
    register(&mut Vec::new(), "x");
}
