//! The owner of a call stack: the first function, from the allocation outward, that is not there to
//! manage memory; and whether what it allocates is an arena's chunk.

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
    /// Where it allocates: in the owner, or in a closure of its, which has no name of its own.
    pub(super) place: Option<&'a Frame>,
    /// The arena crate whose chunk it is.
    pub(super) arena: Option<&'static str>,
}

/// Arenas: the crate, and the functions in which it takes chunks from the heap. Where none are
/// named it is all of them: what else they run that allocates is the caller's code, which is an
/// owner of its own, unless it is a function of the standard library's (`alloc_with(Vec::new)`).
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

/// Runtimes and frameworks, which run what others wrote: owners of what they allocate where nobody
/// else is on the stack, and never callers that tell something.
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

/// What manages memory for others: the allocator, the standard library, collections. None of them
/// is an owner.
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
const OWN_FOLDERS: [&str; 6] = [
    "/arena-chart/src/",
    "/arena-core/src/",
    "/arena-doctor/src/",
    "/arena-memory/src/",
    "/arena-telemetry/src/",
    "/arena-testing/src/",
];

/// What the compiler puts between the program and its global allocator.
const ALLOCATOR_SHIMS: [&str; 3] = ["__rust_", "__rg_", "__rdl_"];

/// What begins or ends a stack of C's, and owns nothing.
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

/// What a function is to the question who the owner is.
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
    let foreign = || {
        stack.iter().position(|frame| role(frame) == Role::Foreign && is_code_of_c(&frame.function))
    };
    let of_std =
        || stack.iter().position(|frame| package(frame).is_some_and(|package| package == "std"));
    let runtime = || first(Role::Runtime);
    let owner =
        program.or_else(|| first(Role::Own)).or_else(runtime).or_else(foreign).or_else(of_std);
    let tells = |&place: &usize| match roles[place] {
        // What a closure without a path belongs to comes after it.
        Role::Program => !without_closures(&stack[place].function).starts_with('{'),
        Role::Foreign => is_code_of_c(&stack[place].function),
        Role::Own | Role::Manager | Role::Runtime | Role::Arena { .. } => Some(place) == owner,
    };
    let frames = (owner.unwrap_or(stack.len())..stack.len())
        .filter(tells)
        .map(|place| &stack[place])
        .collect();
    Owned {
        frames,
        place: owner.map(|place| &stack[place]),
        arena: chunk.map(|name| if is_own { OWN } else { name }),
    }
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

/// The crate that a function is in: the first name of the first path in its own, as in
/// `<bumpalo::Bump as core::ops::Drop>::drop`; or else what its file says, as debug information of
/// line tables alone has functions without paths. `None` if it is no Rust, or nobody knows.
fn package(frame: &Frame) -> Option<String> {
    let name = &*frame.function;
    // Parameters are others' names, but in front is the type that the function is of.
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

/// The crate of a file of the standard library, or of a registry:
/// `.../registry/src/a-registry-1949/smallvec-1.15.1/src/lib.rs`; or of request-arena, where it is
/// a folder of a workspace; or of an arena, whatever folder it was copied to.
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

/// The crate of a folder that may have its version, too.
fn crate_of_folder(folder: &str) -> String {
    let is_version = |place: &usize| folder[place + 1..].starts_with(|c: char| c.is_ascii_digit());
    let version = folder.match_indices('-').map(|(place, _)| place).find(is_version);
    folder[..version.unwrap_or(folder.len())].replace('-', "_")
}

/// The last name of a path, without the names of closures in it.
fn method(function: &str) -> &str {
    let function = without_closures(function);
    function.rsplit("::").find(|name| !name.starts_with('<')).unwrap_or(function)
}

/// The function that a closure is in, which is what people know it by; without parameters, if it
/// has no path.
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

fn is_code_of_c(function: &str) -> bool {
    !function.is_empty()
        && !C_RUNTIME.contains(&function)
        && !C_ALLOCATORS.iter().any(|prefix| function.starts_with(prefix))
}

#[cfg(test)]
mod tests;
