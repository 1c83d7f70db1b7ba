//! The owner of a call stack: the first function, from the allocation outward, that is not there to manage memory; and whether what it allocates is an arena's chunk.

use super::owners::OWN;

/// A function on a call stack; where one was inlined into another, each is a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// As the program's symbols have it, without the compiler's hash; empty if there is none.
    pub(super) function: String,
    pub(super) file: Option<String>,
    pub(super) line: Option<u32>,
}

/// Who owns what is allocated from a call stack.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Owned<'a> {
    /// The owner's frame, and those that called it, without frames that say nothing.
    pub(super) frames: Vec<&'a Frame>,
    /// The arena crate whose chunk it is.
    pub(super) arena: Option<&'static str>,
}

/// Arenas: the crate, and the functions in which it takes chunks from the heap. Where none are named it is all of them: what else they run that allocates is the caller's code, which is an
/// owner of its own, unless it is a function of the standard library's (`alloc_with(Vec::new)`).
const ARENAS: [(&str, &[&str]); 7] = [
    ("blink_alloc", &[]),
    ("bump_scope", &[]),
    ("bumpalo", &["new_chunk", "alloc_layout_slow", "with_capacity", "with_min_align_and_capacity"]),
    ("bumpalo_herd", &[]),
    ("multitude", &[]),
    ("oxc_allocator", &[]),
    ("typed_arena", &["alloc_slow_path", "reserve", "with_capacity"]),
];

/// What manages memory for others: the allocator, the standard library, collections. None of them is an owner.
const MANAGERS: [&str; 13] = [
    "__rustc",
    "alloc",
    "allocator_api2",
    "bytes",
    "core",
    "hashbrown",
    "indexmap",
    "mimalloc",
    "smallvec",
    "std",
    "tikv_jemalloc_ctl",
    "tikv_jemalloc_sys",
    "tikv_jemallocator",
];

/// Where request-arena's own code is, if it is no registry's.
const OWN_FOLDERS: [&str; 2] = ["/arena-core/src/", "/arena-telemetry/src/"];

/// What the compiler puts between the program and its global allocator.
const ALLOCATOR_SHIMS: [&str; 3] = ["__rust_", "__rg_", "__rdl_"];

/// What begins or ends a stack of C's, and owns nothing.
const C_RUNTIME: [&str; 9] =
    ["main", "_start", "start", "start_thread", "clone", "clone3", "__clone", "__clone3", "thread_start"];
const C_ALLOCATORS: [&str; 12] = [
    "_rjem_",
    "je_",
    "prof_",
    "imalloc",
    "malloc",
    "calloc",
    "realloc",
    "ialloc",
    "aligned_alloc",
    "posix_memalign",
    "do_rallocx",
    "__libc_start",
];

/// What a function is to the question who the owner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Manager,
    /// request-arena itself.
    Own,
    Arena {
        name: &'static str,
        takes_chunks: bool,
    },
    /// C, or a function without a name.
    Foreign,
    Program,
}

/// The owner of a stack, of which the innermost frame comes first.
pub(super) fn owned(stack: &[Frame]) -> Owned<'_> {
    let roles: Vec<Role> = stack.iter().map(role).collect();
    let first = |wanted: Role| roles.iter().position(|role| *role == wanted);
    let program = first(Role::Program);
    let within = &roles[..program.unwrap_or(roles.len())];
    let chunk = within.iter().find_map(|role| match role {
        Role::Arena { name, takes_chunks: true } => Some(*name),
        _ => None,
    });
    let is_own = within.contains(&Role::Own);
    let foreign = || stack.iter().position(|frame| role(frame) == Role::Foreign && is_code_of_c(&frame.function));
    let of_std = || stack.iter().position(|frame| package(frame).is_some_and(|package| package == "std"));
    let owner = program.or_else(|| first(Role::Own)).or_else(foreign).or_else(of_std);
    let tells = |&place: &usize| match roles[place] {
        // What a closure without a path belongs to comes after it.
        Role::Program => !without_closures(&stack[place].function).starts_with('{'),
        Role::Foreign => is_code_of_c(&stack[place].function),
        Role::Own | Role::Manager | Role::Arena { .. } => Some(place) == owner,
    };
    let frames = (owner.unwrap_or(stack.len())..stack.len()).filter(tells).map(|place| &stack[place]).collect();
    Owned { frames, arena: chunk.map(|name| if is_own { OWN } else { name }) }
}

fn role(frame: &Frame) -> Role {
    // The compiler's, at the place of the `#[global_allocator]`.
    if ALLOCATOR_SHIMS.iter().any(|prefix| method(&frame.function).starts_with(prefix)) {
        return Role::Manager;
    }
    let Some(name) = package(frame) else {
        let is_rust = frame.file.as_ref().is_some_and(|file| file.ends_with(".rs"));
        return if is_rust { Role::Program } else { Role::Foreign };
    };
    let name = name.as_str();
    if name.starts_with("request_arena") {
        return Role::Own;
    }
    if let Some((name, functions)) = ARENAS.iter().find(|(arena, _)| *arena == name) {
        let takes_chunks =
            functions.is_empty() || functions.iter().any(|function| method(&frame.function).contains(function));
        return Role::Arena { name, takes_chunks };
    }
    if MANAGERS.contains(&name) { Role::Manager } else { Role::Program }
}

/// The crate that a function is in: the first name of the first path in its own, as in `<bumpalo::Bump as core::ops::Drop>::drop`; or else what its file says, as debug information of line tables
/// alone has functions without paths. `None` if it is no Rust, or nobody knows.
fn package(frame: &Frame) -> Option<String> {
    let name = &*frame.function;
    // Parameters are others' names, but in front is the type that the function is of.
    let name = if name.starts_with('<') { name } else { name.split('<').next().unwrap_or(name) };
    let last_word = |place: usize| {
        let before = &name[..place];
        let word = before.rfind(|c: char| c != '_' && !c.is_alphanumeric()).map_or(before, |end| &before[end + 1..]);
        (!word.is_empty()).then(|| word.to_owned())
    };
    let in_name = name.match_indices("::").find_map(|(place, _)| last_word(place));
    in_name.or_else(|| package_of_file(frame.file.as_deref()?))
}

/// The crate of a file of the standard library, or of a registry: `.../registry/src/index.crates.io-1949/smallvec-1.15.1/src/lib.rs`; or of request-arena, where it is a folder of a workspace.
fn package_of_file(file: &str) -> Option<String> {
    let standard = || file.split_once("/library/")?.1.split('/').next();
    let registry = || file.split_once("/registry/src/")?.1.split('/').nth(1);
    let own = || OWN_FOLDERS.iter().any(|folder| file.contains(folder)).then_some(OWN);
    let folder = registry().or_else(standard).or_else(own)?;
    let is_version = |place: &usize| folder[place + 1..].starts_with(|c: char| c.is_ascii_digit());
    let version = folder.match_indices('-').map(|(place, _)| place).find(is_version);
    Some(folder[..version.unwrap_or(folder.len())].replace('-', "_"))
}

/// The last name of a path, without the names of closures in it.
fn method(function: &str) -> &str {
    let function = without_closures(function);
    function.rsplit("::").find(|name| !name.starts_with('<')).unwrap_or(function)
}

/// The function that a closure is in, which is what people know it by; without parameters, if it has no path.
pub(super) fn without_closures(mut function: &str) -> &str {
    match function.find('<') {
        Some(parameters) if parameters > 0 && !function[..parameters].contains("::") => &function[..parameters],
        _ => {
            while let Some((outer, last)) = function.rsplit_once("::") {
                if !last.starts_with('{') {
                    break;
                }
                function = outer;
            }
            function
        }
    }
}

fn is_code_of_c(function: &str) -> bool {
    !function.is_empty()
        && !C_RUNTIME.contains(&function)
        && !C_ALLOCATORS.iter().any(|prefix| function.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stack of these functions, the innermost first.
    fn stack(functions: &[&str]) -> Vec<Frame> {
        let frame = |function: &&str| Frame { function: (*function).to_owned(), ..Frame::default() };
        functions.iter().map(frame).collect()
    }

    fn owner(functions: &[&str]) -> (String, Option<&'static str>) {
        let stack = stack(functions);
        let owned = owned(&stack);
        (owned.frames.first().map(|frame| frame.function.clone()).unwrap_or_default(), owned.arena)
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
        let bumpalo =
            ["bumpalo::Bump<_>::new_chunk", "bumpalo::Bump<_>::alloc_layout_slow", "bumpalo::Bump::alloc_str"];
        let callers = ["index::intern", "index::search::{{closure}}", "core::ops::function::FnOnce::call_once", "main"];
        let all = [&INNERMOST[..], &bumpalo, &callers].concat();
        assert_eq!(owner(&all), ("index::intern".into(), Some("bumpalo")));
        let owned_by =
            |frames: &Owned<'_>| frames.frames.iter().map(|frame| frame.function.clone()).collect::<Vec<_>>();
        assert_eq!(owned_by(&owned(&stack(&all))), ["index::intern", "index::search::{{closure}}"]);
        let request = ["request_arena_core::lease::Lease::another_chunk", "request_arena_core::handle::Arena::alloc"];
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
        let all = [&INNERMOST[..], &library, &["<sessions::Store as tower::Service<R>>::call", "tokio::run"]].concat();
        assert_eq!(owner(&all), ("<sessions::Store as tower::Service<R>>::call".into(), None));
    }

    #[test]
    fn code_of_c_is_an_owner_if_there_is_no_rust_above_it() {
        let c = ["mdb_txn_begin", "heed::txn::RwTxn::new", "main"];
        assert_eq!(owner(&[&INNERMOST[..2], &c].concat()).0, "heed::txn::RwTxn::new");
        assert_eq!(owner(&[&INNERMOST[..2], &["compress", "start_thread", "clone3"]].concat()).0, "compress");
        assert_eq!(owner(&["", "", "std::rt::lang_start", "main", "_start"]).0, "std::rt::lang_start");
        assert_eq!(owner(&["", "", "main", "_start"]).0, "", "nobody knows");
        let own = [&INNERMOST[..], &["request_arena_telemetry::doctor::history::push", "std::thread::spawn"]].concat();
        assert_eq!(owner(&own).0, "request_arena_telemetry::doctor::history::push");
    }

    #[test]
    fn a_function_without_a_path_is_of_the_crate_that_its_file_is_in() {
        let of = |file: &str| {
            let frame = Frame { function: "grow".into(), file: Some(file.into()), line: None };
            package(&frame)
        };
        assert_eq!(
            of("/home/cargo/registry/src/index.crates.io-1949/allocator-api2-0.2.21/src/vec.rs").unwrap(),
            "allocator_api2"
        );
        assert_eq!(of("/rustc/0123/library/alloc/src/vec/mod.rs").unwrap(), "alloc");
        assert_eq!(of("/build/jemalloc/src/prof.c"), None);
        let role_of = |file: &str| role(&Frame { function: "grow".into(), file: Some(file.into()), line: None });
        assert_eq!([role_of("/home/service/src/index.rs"), role_of("/build/prof.c")], [Role::Program, Role::Foreign]);
    }

    #[test]
    fn inlined_functions_without_paths_are_told_by_their_files() {
        let frame =
            |function: &str, file: &str| Frame { function: function.into(), file: Some(file.into()), line: None };
        let all = [
            frame("alloc", "/rustc/0123/library/alloc/src/alloc.rs"),
            frame("new_chunk", "/home/cargo/registry/src/index.crates.io-1949/bumpalo-3.20.4/src/lib.rs"),
            frame("{closure#0}<index::Word>", "/home/service/src/index.rs"),
            frame("{closure#0}<&[u8], index::Word>", "/rustc/0123/library/core/src/iter/adapters/map.rs"),
            frame("intern", "/home/service/src/index.rs"),
        ];
        let owned = owned(&all);
        assert_eq!((owned.frames, owned.arena), (vec![&all[4]], Some("bumpalo")));
        let shim = frame("__rust_alloc", "/home/service/src/main.rs");
        assert_eq!(role(&shim), Role::Manager);
        let own = frame("another_chunk", "/home/request-arena/arena-core/src/lease/allocation.rs");
        assert_eq!(role(&own), Role::Own);
    }

    #[test]
    fn a_closure_is_known_by_the_function_that_it_is_in() {
        assert_eq!(without_closures("index::search::{{closure}}::{{closure}}"), "index::search");
        assert_eq!(without_closures("index::search::{closure#0}"), "index::search");
        assert_eq!(without_closures("map_fold<index::Word, usize>"), "map_fold");
        assert_eq!(without_closures("main"), "main");
        assert_eq!(method("bumpalo::Bump<_>::alloc_layout_slow"), "alloc_layout_slow");
        assert_eq!(method("<bumpalo::Bump>::try_with_min_align_and_capacity"), "try_with_min_align_and_capacity");
    }
}
