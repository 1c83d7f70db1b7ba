//! `name`, `limit`, `initial` and `crate`, as literals, texts with units and `const` expressions.

#![allow(unused_qualifications, reason = "paths of every length are the subject of the test")]

use request_arena::{Arena, SiteReport, report, request_arena};

const KIB: usize = 1 << 10;

fn site(name: &str) -> SiteReport {
    report().site(name).cloned().unwrap_or_else(|| panic!("no site `{name}`"))
}

#[request_arena(name = "a name of its own")]
fn has_a_name(arena: Arena<'_>) -> usize {
    arena.site().name().len()
}

#[request_arena]
fn r#match(arena: Arena<'_>) -> &'static str {
    arena.site().name()
}

#[test]
fn a_site_is_called_as_its_function_or_as_the_name_says() {
    assert_eq!((has_a_name(), r#match()), (17, "match"));
    let site = site("a name of its own");
    assert_eq!((site.module_path, site.file), (module_path!(), file!()));
    assert!(site.line > 0 && report().site("has_a_name").is_none());
}

macro_rules! sized {
    ($($function:ident($($options:tt)*) = $limit:expr, $initial:expr;)*) => {
        $(
            #[request_arena($($options)*)]
            fn $function(arena: Arena<'_>) -> usize {
                arena.alloc(1);
                arena.reserved()
            }
        )*
        #[test]
        fn sizes_may_be_written_in_many_ways() {
            $({
                let reserved = $function();
                let site = site(stringify!($function));
                let expected: (Option<usize>, usize) = ($limit, $initial);
                assert_eq!((site.limit_bytes, site.initial_bytes), expected, stringify!($function));
                assert!(reserved >= site.initial_bytes, stringify!($function));
            })*
        }
    };
}

sized! {
    without_options() = None, 0;
    limit_text(limit = "64 KiB") = Some(64 << 10), 0;
    limit_short(limit = "1MiB") = Some(1 << 20), 0;
    limit_decimal(limit = "10 kB") = Some(10_000), 0;
    limit_number(limit = 4096) = Some(4096), 0;
    limit_grouped(limit = 1_000_000) = Some(1_000_000), 0;
    limit_suffix(limit = 5000usize) = Some(5000), 0;
    limit_constant(limit = 4 * KIB) = Some(4096), 0;
    limit_path(limit = crate::options::KIB) = Some(1024), 0;
    limit_block(limit = { let kib = KIB; kib << 3 }) = Some(8192), 0;
    initial_text(initial = "16 KiB") = None, 16 << 10;
    initial_constant(initial = size_of::<[u64; 1000]>()) = None, 8000;
    both(initial = 1 << 12, limit = "1 MiB") = Some(1 << 20), 4096;
    all_of_them(
        name = "all_of_them",
        limit = 100_000,
        initial = "1 KiB",
        crate = ::request_arena,
    ) = Some(100_000), 1024;
}

mod renamed {
    pub(super) use request_arena as arenas;
}

#[request_arena(crate = renamed::arenas)]
fn under_another_path(arena: renamed::arenas::Arena<'_>) -> Result<usize, ()> {
    Ok(arena.alloc_str("renamed").len())
}

#[request_arena(crate = crate::options::renamed::arenas, into = Option<usize>)]
fn turned_under_another_path(arena: Arena<'_>) -> usize {
    arena.alloc_str("renamed").len()
}

#[test]
fn the_crate_may_be_found_under_another_path() {
    assert_eq!((under_another_path(), turned_under_another_path()), (Ok(7), Some(7)));
}

#[test]
fn initial_is_asked_for_once() {
    #[request_arena(initial = "40 KiB")]
    fn uses_its_initial_size(arena: Arena<'_>) {
        arena.alloc_slice_fill_copy(30_000, 1_u8);
        arena.alloc_slice_fill_copy(10_000, 1_u8);
    }
    for _ in 0..5 {
        uses_its_initial_size();
    }
    let site = site("uses_its_initial_size");
    assert_eq!((site.chunks, site.resets, site.used.max), (1, 5, 40_000));
}
