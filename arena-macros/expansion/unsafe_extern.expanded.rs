//! `unsafe`, and another calling convention.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn handle(bytes: *const u8, length: usize) -> i32 {
    let (visit, opener) = ::request_arena::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: ::request_arena::Site = ::request_arena::Site::new(
            "handle",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    let result = ::request_arena::__private::call(move || -> i32 {
        let mut arena = opener.enter();
        #[allow(
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated,
            clippy::used_underscore_binding,
            reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
        )]
        let arena: Arena<'_> = arena.arena();
        match () {
            () => {
                let bytes = unsafe { std::slice::from_raw_parts(bytes, length) };
                arena.alloc_slice_copy(bytes).len() as i32
            }
        }
    });
    let outcome = {
        use ::request_arena::__private::{AnyOutcome as _, ResultOutcome as _};
        (&::request_arena::__private::Ended(&result)).scope_outcome()
    };
    visit.end(outcome);
    result
}
