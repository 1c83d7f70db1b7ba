//! Wrong: an option's name. The signature follows the other options.
::core::compile_error! {
    "unknown option `limits`; did you mean `limit`?"
}
#[allow(unused, clippy::all, reason = "stands in for a function with an error")]
fn name<'a>(text: &str) -> String {
    let _ = (move || -> &'a str {
        {
            let arena: Arena<'a> = ::request_arena::__private::absent();
            { arena.alloc_str(text) }
        }
    })();
    ::request_arena::__private::absent()
}
