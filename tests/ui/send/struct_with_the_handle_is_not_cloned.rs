use request_arena::Arena;

#[derive(Clone)]
struct Context<'a> {
    arena: Arena<'a>,
    user: &'a str,
}

fn main() {
    let _ = |context: Context<'_>| context.user.len();
}
