//! The owner of a call stack: the first function, from the allocation outward, outside of code that
//! manages memory. And whether the allocation is a chunk of an arena.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use super::owners::OWN;

/// A function on a call stack. Inlined functions are frames of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// The name in the program's symbols, without the compiler's hash. Empty if there is none.
    pub(super) function: Arc<str>,
    pub(super) file: Option<Arc<str>>,
    pub(super) line: Option<u32>,
}

/// The owner of a call stack.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Owned<'a> {
    /// The owner's frame and its callers, without uninformative frames.
    pub(super) frames: Vec<&'a Frame>,
    /// The place of the allocation: in the owner, or in one of its closures, which have no name.
    pub(super) place: Option<&'a Frame>,
    /// The arena crate, if the allocation is a chunk.
    pub(super) arena: Option<&'static str>,
    /// The frames from the allocation to the owner, without the owner.
    pub(super) within: &'a [Frame],
}

/// Arenas: the crate, and its functions that allocate chunks from the heap. If the list is empty,
/// all functions count. Other code that they call and that allocates is the caller's, and an owner
/// of its own. The exception is a function of the standard library, as in `alloc_with(Vec::new)`.
const ARENAS: [(&str, &[&str]); 7] = [
    ("blink_alloc", &[]),
    ("bump_scope", &[]),
    (
        "bumpalo",
        &["new_chunk", "alloc_layout_slow", "with_capacity", "with_min_align_and_capacity"],
    ),
    ("bumpalo_herd", &[]),
    ("multitude", &[]),
    ("oxc_allocator", &[]),
    ("typed_arena", &["alloc_slow_path", "reserve", "with_capacity"]),
];

/// Runtimes and frameworks. They own an allocation only if there is no other owner on the stack,
/// and are never shown as callers.
const RUNTIMES: [&str; 32] = [
    "actix_http",
    "actix_rt",
    "actix_server",
    "actix_service",
    "actix_web",
    "async_executor",
    "async_std",
    "async_task",
    "axum",
    "axum_core",
    "futures_core",
    "futures_executor",
    "futures_util",
    "h2",
    "hyper",
    "hyper_util",
    "poem",
    "rayon",
    "rayon_core",
    "rocket",
    "salvo_core",
    "smol",
    "tokio",
    "tokio_util",
    "tonic",
    "tower",
    "tower_http",
    "tower_layer",
    "tower_service",
    "tracing",
    "tracing_core",
    "warp",
];

/// Code that manages memory: the allocator, the standard library, collections. It is never an
/// owner.
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

/// The folders of request-arena's own code in its workspace.
const OWN_FOLDERS: [&str; 7] = [
    "/arena-admission/src/",
    "/arena-chart/src/",
    "/arena-core/src/",
    "/arena-doctor/src/",
    "/arena-memory/src/",
    "/arena-telemetry/src/",
    "/arena-testing/src/",
];

/// Functions that the compiler puts between the program and its global allocator.
const ALLOCATOR_SHIMS: [&str; 3] = ["__rust_", "__rg_", "__rdl_"];

/// Functions at the beginning or end of a C stack. They are never owners.
const C_RUNTIME: [&str; 9] = [
    "main",
    "_start",
    "start",
    "start_thread",
    "clone",
    "clone3",
    "__clone",
    "__clone3",
    "thread_start",
];
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

/// The role of a function in the search for the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Manager,
    Runtime,
    /// request-arena itself.
    Own,
    Arena {
        name: &'static str,
        takes_chunks: bool,
    },
    /// A C function, or a function without a name.
    Foreign,
    Program,
}

/// The owner of a stack. The innermost frame comes first.
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
    let foreign = || {
        stack.iter().position(|frame| role(frame) == Role::Foreign && is_code_of_c(&frame.function))
    };
    let of_std =
        || stack.iter().position(|frame| package(frame).is_some_and(|package| package == "std"));
    let runtime = || first(Role::Runtime);
    let owner =
        program.or_else(|| first(Role::Own)).or_else(runtime).or_else(foreign).or_else(of_std);
    // A closure that a library calls is inlined into the library's function. The function that made
    // the closure is the next one in the closure's file.
    let start = owner.map(|owner| outer_function(stack, &roles, owner));
    let is_informative = |&place: &usize| match roles[place] {
        // The function of a closure without a path comes after it.
        Role::Program => !without_closures(&stack[place].function).starts_with('{'),
        Role::Foreign => is_code_of_c(&stack[place].function),
        Role::Own | Role::Manager | Role::Runtime | Role::Arena { .. } => Some(place) == owner,
    };
    let frames = (start.unwrap_or(stack.len())..stack.len())
        .filter(is_informative)
        .map(|place| &stack[place])
        .collect();
    Owned {
        frames,
        place: owner.map(|place| &stack[place]),
        arena: chunk.map(|name| if is_own { OWN } else { name }),
        within: &stack[..owner.unwrap_or(0)],
    }
}

/// The function that an owner is named by: itself, or for a closure without a path the next one
/// with a name in the same file.
fn outer_function(stack: &[Frame], roles: &[Role], owner: usize) -> usize {
    if !without_closures(&stack[owner].function).starts_with('{') {
        return owner;
    }
    let is_outer = |&place: &usize| {
        roles[place] == Role::Program
            && stack[place].file.is_some()
            && stack[place].file == stack[owner].file
            && !without_closures(&stack[place].function).starts_with('{')
    };
    (owner + 1..stack.len()).find(is_outer).unwrap_or(owner)
}

fn role(frame: &Frame) -> Role {
    // The compiler's function at the `#[global_allocator]`.
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
        let takes_chunks = functions.is_empty()
            || functions.iter().any(|function| method(&frame.function).contains(function));
        return Role::Arena { name, takes_chunks };
    }
    if MANAGERS.contains(&name) {
        Role::Manager
    } else if RUNTIMES.contains(&name) {
        Role::Runtime
    } else {
        Role::Program
    }
}

/// The crate of a function: the first name of the first path in its name, as in `<bumpalo::Bump as
/// core::ops::Drop>::drop`. With line tables alone functions have no paths, and the file decides.
/// `None` for other languages, or if unknown.
fn package(frame: &Frame) -> Option<String> {
    let name = &*frame.function;
    // Type parameters belong to other crates. The type of the function comes first.
    let name = if name.starts_with('<') { name } else { name.split('<').next().unwrap_or(name) };
    let last_word = |place: usize| {
        let before = &name[..place];
        let word = before
            .rfind(|c: char| c != '_' && !c.is_alphanumeric())
            .map_or(before, |end| &before[end + 1..]);
        (!word.is_empty()).then(|| word.to_owned())
    };
    let in_name = name.match_indices("::").find_map(|(place, _)| last_word(place));
    in_name.or_else(|| package_of_file(frame.file.as_deref()?))
}

/// The crate of a file: of the standard library, of a registry
/// (`.../registry/src/a-registry-1949/smallvec-1.15.1/src/lib.rs`), of request-arena's workspace,
/// or of a copied arena.
fn package_of_file(file: &str) -> Option<String> {
    let standard = || file.split_once("/library/")?.1.split('/').next();
    let registry = || file.split_once("/registry/src/")?.1.split('/').nth(1);
    let of_standard = || file.split_once("/rust/deps/")?.1.split('/').next();
    let own = || OWN_FOLDERS.iter().any(|folder| file.contains(folder)).then_some(OWN);
    let known = registry().or_else(of_standard).or_else(standard).or_else(own).map(crate_of_folder);
    known.or_else(|| {
        let copied = crate_of_folder(file.rsplit_once("/src/")?.0.rsplit('/').next()?);
        ARENAS.iter().any(|(arena, _)| *arena == copied).then_some(copied)
    })
}

/// The crate of a folder, which may have a version in its name.
fn crate_of_folder(folder: &str) -> String {
    let is_version = |place: &usize| folder[place + 1..].starts_with(|c: char| c.is_ascii_digit());
    let version = folder.match_indices('-').map(|(place, _)| place).find(is_version);
    folder[..version.unwrap_or(folder.len())].replace('-', "_")
}

/// The last name of a path, without names of closures.
fn method(function: &str) -> &str {
    let function = without_closures(function);
    function.rsplit("::").find(|name| !name.starts_with('<')).unwrap_or(function)
}

/// The function of a closure, which people know by name. Without type parameters, if it has no
/// path.
pub(super) fn without_closures(mut function: &str) -> &str {
    match function.find('<') {
        Some(parameters) if parameters > 0 && !function[..parameters].contains("::") => {
            &function[..parameters]
        }
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

/// The name of a function in a profile for people. A function without a path, as inlined functions
/// have with line tables alone, gets its crate before it, or its file: `tokio::poll`. Its type
/// parameters may name a handler, so they stay, up to a length.
pub(super) fn shown(frame: &Frame) -> Cow<'_, str> {
    const MOST: usize = 96;
    let name = &*frame.function;
    let parameters = name.find('<').unwrap_or(name.len());
    let (Some(file), false) = (&frame.file, name[..parameters].contains("::") || parameters == 0)
    else {
        return Cow::Borrowed(name);
    };
    let path = Path::new(&**file);
    let is_module = |stem: &&str| !matches!(*stem, "mod" | "lib" | "main");
    let stem = || path.file_stem()?.to_str().filter(is_module);
    let folder = || path.parent()?.file_name()?.to_str();
    let place = package_of_file(file).or_else(|| stem().or_else(folder).map(str::to_owned));
    let place = place.unwrap_or_default();
    match name[parameters..].char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{place}::{}…>", &name[..parameters + end])),
        None => Cow::Owned(format!("{place}::{name}")),
    }
}

/// Whether a function is a part of the allocator, or calls it for the program.
pub(super) fn is_allocator(frame: &Frame) -> bool {
    const CRATES: [&str; 2] = ["tikv_jemallocator", "tikv_jemalloc_sys"];
    ALLOCATOR_SHIMS.iter().any(|prefix| method(&frame.function).starts_with(prefix))
        || C_ALLOCATORS.iter().any(|prefix| frame.function.starts_with(prefix))
        || frame.function.starts_with("alloc::alloc::")
        || frame.file.as_ref().is_some_and(|file| {
            file.ends_with("/library/alloc/src/alloc.rs") || file.contains("/tikv-jemalloc-sys-")
        })
        || package(frame).is_some_and(|package| CRATES.contains(&package.as_str()))
}

fn is_code_of_c(function: &str) -> bool {
    !function.is_empty()
        && !C_RUNTIME.contains(&function)
        && !C_ALLOCATORS.iter().any(|prefix| function.starts_with(prefix))
}

#[cfg(test)]
mod tests;
