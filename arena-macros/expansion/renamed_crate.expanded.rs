//! The facade under another name.
fn count(text: &str) -> usize {
    let (visit, opener) = crate::reexport::arenas::__private::Visit::of_call({
        static __REQUEST_ARENA_SITE: crate::reexport::arenas::Site = crate::reexport::arenas::Site::new(
            "count",
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
        );
        &__REQUEST_ARENA_SITE
    });
    let body = crate::reexport::arenas::__private::takes_2(
        &opener,
        &text,
        |opener, text| -> usize {
            let mut arena = crate::reexport::arenas::__private::Opener::enter(opener);
            let arena: Arena<'_> = crate::reexport::arenas::__private::OpenArena::arena(
                &mut arena,
            );
            match () {
                () => arena.alloc_str(text).len(),
            }
        },
    );
    let result = body(opener, text);
    let outcome = crate::reexport::arenas::__private::Outcome::Returned;
    visit.end(outcome);
    result
}
