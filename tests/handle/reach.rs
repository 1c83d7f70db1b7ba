//! Passing the handle on: reborrowed, as `&Bump`, with its site, and as `Debug`.

use request_arena::{Arena, Bump, Exactness, RequestScope, Site, scope};

use crate::support::figures;

#[test]
fn a_reborrowed_handle_is_the_same_arena() {
    fn consumes(arena: Arena<'_>) -> usize {
        arena.alloc_slice_fill_copy(10, 0_u8);
        arena.used()
    }
    static SITE: Site = Site::new("reborrow", module_path!(), file!(), line!());
    scope(&SITE, |mut arena| {
        let kept = arena.alloc(3);
        assert_eq!(consumes(arena.reborrow()), 14);
        assert_eq!(consumes(arena.reborrow().reborrow()), 24);
        assert_eq!((*kept, arena.used()), (3, 24));
    });
}

#[test]
fn the_handle_is_one_pointer() {
    assert_eq!(size_of::<Arena<'_>>(), size_of::<usize>());
    assert_eq!(size_of::<Option<Arena<'_>>>(), size_of::<usize>());
}

#[test]
fn the_handle_can_be_sent_but_not_shared() {
    fn send<T: Send>() {}
    send::<Arena<'_>>();
    send::<Option<(Arena<'_>, &mut str)>>();
    trait NotSync<A> {
        fn holds() {}
    }
    struct IfSync;
    impl<T: ?Sized> NotSync<()> for T {}
    impl<T: ?Sized + Sync> NotSync<IfSync> for T {}
    // If the handle were `Sync`, this call would be ambiguous and would not compile.
    <Arena<'_> as NotSync<_>>::holds();
    <Arena<'static> as NotSync<_>>::holds();
    <RequestScope as NotSync<_>>::holds();
    send::<RequestScope>();
    trait NotClone<A> {
        fn holds() {}
    }
    struct IfClone;
    impl<T: ?Sized> NotClone<()> for T {}
    impl<T: Clone> NotClone<IfClone> for T {}
    <Arena<'_> as NotClone<_>>::holds();
    <Arena<'static> as NotClone<_>>::holds();
}

#[test]
fn a_borrowed_bump_is_the_same_arena_and_makes_the_peak_a_lower_bound() {
    static SITE: Site = Site::new("bump", module_path!(), file!(), line!());
    scope(&SITE, |arena| arena.alloc_str("exact").len());
    assert_eq!(figures(&SITE).peak_exactness, Exactness::Exact);
    scope(&SITE, |arena| {
        let bump: &Bump = arena.bump();
        let text = bump.alloc_str("raw");
        assert_eq!((&*text, arena.used()), ("raw", 3));
    });
    assert_eq!(figures(&SITE).peak_exactness, Exactness::AtLeast);
    assert_eq!(figures(&SITE).used.sum, 5 + 3);
}

#[test]
fn a_consumed_handle_gives_a_bump_for_the_whole_request() {
    fn words(arena: Arena<'_>) -> &[&str] {
        let bump = arena.into_bump();
        bump.alloc_slice_fill_iter(["a", "b", "c"].map(|word| &*bump.alloc_str(word)))
    }
    static SITE: Site = Site::new("into_bump", module_path!(), file!(), line!());
    scope(&SITE, |arena| assert_eq!(words(arena), ["a", "b", "c"]));
    assert_eq!(figures(&SITE).peak_exactness, Exactness::AtLeast);
}

#[test]
fn a_raw_bump_of_a_fork_or_a_child_marks_the_whole_request() {
    static FORK: Site = Site::new("bump of a fork", module_path!(), file!(), line!());
    static CHILD: Site = Site::new("bump of a child", module_path!(), file!(), line!());
    scope(&FORK, |arena| *arena.fork().bump().alloc(1));
    scope(&CHILD, |arena| arena.scope(|child| *child.into_bump().alloc(1)));
    assert_eq!(figures(&FORK).peak_exactness, Exactness::AtLeast);
    assert_eq!(figures(&CHILD).peak_exactness, Exactness::AtLeast);
}

#[test]
fn a_guard_lends_its_bump_too() {
    static SITE: Site = Site::new("guard's bump", module_path!(), file!(), line!());
    let mut owner = RequestScope::enter(&SITE);
    assert_eq!(*owner.bump().alloc(5), 5);
    assert_eq!(owner.arena().used(), 4);
    drop(owner);
    assert_eq!(figures(&SITE).peak_exactness, Exactness::AtLeast);
}

#[test]
fn the_handle_knows_its_site_and_says_it_when_debugged() {
    static SITE: Site =
        Site::new("known", module_path!(), file!(), line!()).with_limit(1 << 20).with_initial(512);
    let mut owner = RequestScope::enter(&SITE);
    assert!(std::format!("{owner:?}").contains("known at "));
    let arena = owner.arena();
    assert_eq!(arena.site(), &SITE);
    assert_eq!(arena.fork().site(), &SITE);
    assert_eq!(arena.scope(|child| child.site().name()), "known");
    let text = std::format!("{arena:?}");
    assert!(text.starts_with("Arena { scope: \"known\", used: "), "{text}");
    assert_eq!(
        (SITE.name(), SITE.file(), SITE.limit(), SITE.initial()),
        ("known", file!(), Some(1 << 20), 512)
    );
    assert_eq!(SITE.module_path(), module_path!());
    assert!(SITE.line() > 0);
}

#[test]
fn handles_and_their_owners_may_be_moved() {
    fn is_unpin<T: Unpin>() {}
    is_unpin::<Arena<'static>>();
    is_unpin::<RequestScope>();
    is_unpin::<request_arena::collections::owned::Vec<'static, u8>>();
    is_unpin::<request_arena::collections::owned::String<'static>>();
    is_unpin::<request_arena::collections::owned::HashMap<'static, u8, u8>>();
    is_unpin::<request_arena::collections::owned::HashSet<'static, u8>>();
}
