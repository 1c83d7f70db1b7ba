//! Owners of stacks as programs have them: with whole paths, and with inlined functions that have
//! none.

use super::*;

/// A stack of these functions, the innermost first.
fn stack(functions: &[&str]) -> Vec<Frame> {
    let frame = |function: &&str| Frame { function: (*function).into(), ..Frame::default() };
    functions.iter().map(frame).collect()
}

fn owner(functions: &[&str]) -> (String, Option<&'static str>) {
    let stack = stack(functions);
    let owned = owned(&stack);
    (owned.frames.first().map(|frame| frame.function.to_string()).unwrap_or_default(), owned.arena)
}

const INNERMOST: [&str; 5] = [
    "prof_backtrace_impl",
    "_rjem_malloc",
    "<tikv_jemallocator::Jemalloc as core::alloc::global::GlobalAlloc>::alloc",
    "__rustc::__rust_alloc",
    "alloc::alloc::alloc",
];

#[test]
fn a_chunk_belongs_to_who_allocates_in_the_arena() {
    let bumpalo = [
        "bumpalo::Bump<_>::new_chunk",
        "bumpalo::Bump<_>::alloc_layout_slow",
        "bumpalo::Bump::alloc_str",
    ];
    let callers = [
        "index::intern",
        "index::search::{{closure}}",
        "core::ops::function::FnOnce::call_once",
        "main",
    ];
    let all = [&INNERMOST[..], &bumpalo, &callers].concat();
    assert_eq!(owner(&all), ("index::intern".into(), Some("bumpalo")));
    let owned_by = |frames: &Owned<'_>| {
        frames.frames.iter().map(|frame| frame.function.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(owned_by(&owned(&stack(&all))), ["index::intern", "index::search::{{closure}}"]);
    let request = [
        "request_arena_core::lease::Lease::another_chunk",
        "request_arena_core::handle::Arena::alloc",
    ];
    let own = [&INNERMOST[..], &bumpalo[..2], &request, &callers].concat();
    assert_eq!(owner(&own), ("index::intern".into(), Some(OWN)));
    // Without debug information inlined functions are not there.
    let bare = [&INNERMOST[1..2], &bumpalo[1..2], &callers].concat();
    assert_eq!(owner(&bare), ("index::intern".into(), Some("bumpalo")));
}

#[test]
fn what_is_allocated_by_code_that_an_arena_runs_is_no_chunk() {
    let all = [&INNERMOST[..], &["bumpalo::Bump<_>::alloc_with", "index::intern"]].concat();
    assert_eq!(owner(&all), ("index::intern".into(), None));
    let closure = ["index::make", "typed_arena::Arena<T>::alloc_extend", "index::intern"];
    assert_eq!(owner(&[&INNERMOST[..], &closure].concat()), ("index::make".into(), None));
}

#[test]
fn collections_and_the_standard_library_own_nothing() {
    let library = [
        "<alloc::vec::Vec<T,A> as core::clone::Clone>::clone",
        "hashbrown::raw::RawTable<T,A>::reserve_rehash",
        "<F as core::ops::function::Fn<A>>::call",
        "core::ptr::drop_in_place<sessions::Session>",
    ];
    let all =
        [&INNERMOST[..], &library, &["<sessions::Store as tower::Service<R>>::call", "serve"]]
            .concat();
    assert_eq!(owner(&all), ("<sessions::Store as tower::Service<R>>::call".into(), None));
}

#[test]
fn code_of_c_is_an_owner_if_there_is_no_rust_above_it() {
    let c = ["mdb_txn_begin", "heed::txn::RwTxn::new", "main"];
    assert_eq!(owner(&[&INNERMOST[..2], &c].concat()).0, "heed::txn::RwTxn::new");
    assert_eq!(
        owner(&[&INNERMOST[..2], &["compress", "start_thread", "clone3"]].concat()).0,
        "compress"
    );
    assert_eq!(owner(&["", "", "std::rt::lang_start", "main", "_start"]).0, "std::rt::lang_start");
    assert_eq!(owner(&["", "", "main", "_start"]).0, "", "unknown");
    let own =
        [&INNERMOST[..], &["request_arena_doctor::history::push", "std::thread::spawn"]].concat();
    assert_eq!(owner(&own).0, "request_arena_doctor::history::push");
}

#[test]
fn a_function_without_a_path_is_of_the_crate_that_its_file_is_in() {
    let of = |file: &str| {
        let frame = Frame { function: "grow".into(), file: Some(file.into()), line: None };
        package(&frame)
    };
    assert_eq!(
        of("/home/cargo/registry/src/a-registry-1949/allocator-api2-0.2.21/src/vec.rs").unwrap(),
        "allocator_api2"
    );
    assert_eq!(of("/rustc/0123/library/alloc/src/vec/mod.rs").unwrap(), "alloc");
    assert_eq!(of("/rust/deps/hashbrown-0.16.1/src/raw/alloc.rs").unwrap(), "hashbrown");
    assert_eq!(of("/build/jemalloc/src/prof.c"), None);
    let role_of =
        |file: &str| role(&Frame { function: "grow".into(), file: Some(file.into()), line: None });
    assert_eq!(
        [role_of("/home/service/src/index.rs"), role_of("/build/prof.c")],
        [Role::Program, Role::Foreign]
    );
}

#[test]
fn inlined_functions_without_paths_are_told_by_their_files() {
    let frame = |function: &str, file: &str| Frame {
        function: function.into(),
        file: Some(file.into()),
        line: None,
    };
    let all = [
        frame("alloc", "/rustc/0123/library/alloc/src/alloc.rs"),
        frame("new_chunk", "/home/cargo/registry/src/a-registry-1949/bumpalo-3.20.4/src/lib.rs"),
        frame("{closure#0}<index::Word>", "/home/service/src/index.rs"),
        frame(
            "{closure#0}<&[u8], index::Word>",
            "/rustc/0123/library/core/src/iter/adapters/map.rs",
        ),
        frame("intern", "/home/service/src/index.rs"),
    ];
    let owned = owned(&all);
    assert_eq!(
        (owned.frames, owned.place, owned.arena),
        (vec![&all[4]], Some(&all[2]), Some("bumpalo"))
    );
    let shim = frame("__rust_alloc", "/home/service/src/main.rs");
    assert_eq!(role(&shim), Role::Manager);
    let own = frame("another_chunk", "/home/request-arena/arena-core/src/lease/allocation.rs");
    assert_eq!(role(&own), Role::Own);
}

#[test]
fn an_inlined_closure_is_named_by_its_outer_function_also_if_a_library_calls_it() {
    let frame = |function: &str, file: &str| Frame {
        function: function.into(),
        file: Some(file.into()),
        line: Some(1),
    };
    let all = [
        frame("alloc::vec::Vec<T,A>::push", "/rustc/0123/library/alloc/src/vec/mod.rs"),
        frame("{closure#0}", "/home/service/src/cases.rs"),
        frame("library::each", "/home/cargo/registry/src/a-1949/library-1.0.0/src/lib.rs"),
        frame("service::cases::leak", "/home/service/src/cases.rs"),
        frame("service::main", "/home/service/src/main.rs"),
    ];
    let owned = owned(&all);
    assert_eq!((owned.frames, owned.place), (vec![&all[3], &all[4]], Some(&all[1])));
    assert_eq!(owned.within, &all[..1]);
}

#[test]
fn runtimes_are_no_callers_and_own_what_nobody_else_does() {
    let of_user = [
        "svc::keep::normalise",
        "hyper::proto::h1::dispatch::Dispatcher::poll",
        "tokio::runtime::task::raw::poll",
        "svc::main",
    ];
    let all = stack(&[&INNERMOST[..], &of_user].concat());
    let names: Vec<_> = owned(&all).frames.iter().map(|frame| &*frame.function).collect();
    assert_eq!(names, ["svc::keep::normalise", "svc::main"]);
    let of_runtime = [
        "hyper::proto::h1::io::Buffered::poll_read",
        "tokio::runtime::task::raw::poll",
        "std::thread::spawn",
    ];
    assert_eq!(
        owner(&[&INNERMOST[..], &of_runtime].concat()).0,
        "hyper::proto::h1::io::Buffered::poll_read"
    );
}

#[test]
fn an_arena_is_known_in_whatever_folder_it_was_copied_to() {
    let of = |file: &str| {
        role(&Frame { function: "new_chunk".into(), file: Some(file.into()), line: None })
    };
    let arena = Role::Arena { name: "bumpalo", takes_chunks: true };
    assert_eq!(
        [of("/home/svc/vendor/bumpalo/src/lib.rs"), of("vendor/bumpalo-3.20.4/src/lib.rs")],
        [arena; 2]
    );
    // A folder of the program's own may be called as one of the standard library's.
    assert_eq!(of("/home/svc/crates/core/src/lib.rs"), Role::Program);
}

#[test]
fn a_closure_is_known_by_the_function_that_it_is_in() {
    assert_eq!(without_closures("index::search::{{closure}}::{{closure}}"), "index::search");
    assert_eq!(without_closures("index::search::{closure#0}"), "index::search");
    assert_eq!(without_closures("map_fold<index::Word, usize>"), "map_fold");
    assert_eq!(without_closures("main"), "main");
    assert_eq!(method("bumpalo::Bump<_>::alloc_layout_slow"), "alloc_layout_slow");
    assert_eq!(
        method("<bumpalo::Bump>::try_with_min_align_and_capacity"),
        "try_with_min_align_and_capacity"
    );
}

#[test]
fn a_function_without_a_path_is_shown_with_its_crate_or_file() {
    let of = |function: &str, file: &str| {
        let file = (!file.is_empty()).then(|| file.into());
        shown(&Frame { function: function.into(), file, line: None }).into_owned()
    };
    let tokio = "/home/cargo/registry/src/a-1949/tokio-1.54.1/src/runtime/park.rs";
    assert_eq!(of("poll<svc::search>", tokio), "tokio::poll<svc::search>");
    assert_eq!(of("{closure#0}", "/rustc/0123/library/core/src/iter/map.rs"), "core::{closure#0}");
    assert_eq!(of("keep", "/home/svc/src/words.rs"), "words::keep");
    assert_eq!(of("keep", "/home/svc/src/words/mod.rs"), "words::keep");
    assert_eq!(of("svc::keep", "/home/svc/src/words.rs"), "svc::keep");
    assert_eq!(of("<svc::Words>::keep", "/home/svc/src/words.rs"), "<svc::Words>::keep");
    assert_eq!([of("keep", ""), of("", "/home/svc/src/words.rs")], ["keep", ""]);
    let long = of(&format!("poll<{}>", "ä".repeat(500)), "/home/svc/src/words.rs");
    assert_eq!(long, format!("words::poll<{}…>", "ä".repeat(95)));
}

#[test]
fn the_allocator_is_known_from_the_program_that_calls_it() {
    let is_one = |function: &&str| is_allocator(&stack(&[function])[0]);
    assert!(INNERMOST[..4].iter().all(is_one));
    assert!(["malloc", "_rjem_je_prof_backtrace", "__rust_realloc"].iter().all(is_one));
    let program = ["alloc::vec::Vec<T>::push", "index::malloc", "index::search", "main", ""];
    assert!(!program.iter().any(is_one));
    for (function, file) in [
        ("exchange_malloc", "/rustc/0123/library/alloc/src/alloc.rs"),
        ("irallocx_prof", "/svc/target/build/tikv-jemalloc-sys-0123/out/build/src/jemalloc.c"),
    ] {
        let inlined = Frame { function: function.into(), file: Some(file.into()), line: None };
        assert!(is_allocator(&inlined), "{function}");
    }
}
