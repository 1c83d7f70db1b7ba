use request_arena::{Arena, collections::owned::String, request_arena};

#[request_arena]
fn log(arena: Arena<'_>, query: &str) {
    let mut line = String::new_in(arena.fork());
    line.push_str(query);
    std::thread::spawn(move || println!("{line}"));
}

fn main() {
    log("q");
}
