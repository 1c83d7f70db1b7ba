//! The crates to compile: the same modules of ten handlers each, with arenas from different
//! sources.

use std::fs;
use std::path::{Path, PathBuf};

/// The handlers of one module.
const HANDLERS: &str = include_str!("handlers.rs");

/// How many handlers of a module have an arena.
pub(crate) const PER_MODULE: usize = 10;

/// Where a handler's arena comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// `#[request_arena]`.
    Annotated,
    /// `let arena = Bump::new();` in the body.
    ByHand,
    /// `let arena = take();` in the body: a `Bump` from a thread-local stack, which a guard resets
    /// and gives back.
    Pooled,
}

impl Way {
    pub(crate) const ALL: [Self; 3] = [Self::Annotated, Self::ByHand, Self::Pooled];

    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Annotated => "annotated",
            Self::ByHand => "by-hand",
            Self::Pooled => "pooled",
        }
    }

    fn imports(self) -> &'static str {
        match self {
            Self::Annotated => "request_arena::{Arena, request_arena}",
            Self::ByHand => "bumpalo::Bump",
            Self::Pooled => "crate::take",
        }
    }

    /// The source of one module.
    fn module(self, number: usize) -> String {
        let source = HANDLERS
            .replace("ARENA", self.imports())
            .replace("NUMBER", &format!("{}_u32", number + 16));
        let begin = match self {
            Self::Annotated => return source,
            Self::ByHand => "let arena = Bump::new();",
            Self::Pooled => "let mut arena = take();\nlet arena = arena.bump();",
        };
        let borrow = if self == Self::Pooled { "&*arena" } else { "&arena" };
        let lines = source.lines().filter_map(|line| match line.trim() {
            "#[request_arena]" | "arena: Arena<'_>," => None,
            "// arena" => Some(begin.to_owned()),
            _ => Some(line.replace("&arena", borrow)),
        });
        lines.map(|line| line + "\n").collect()
    }
}

/// The types that every module uses, and a future to await.
const SHARED: &str = r#"
pub struct Request { pub path: String, pub query: String, pub body: String, pub limit: usize }
pub struct Response { pub status: u16, pub body: String }

#[derive(Debug)]
pub enum Error { NotFound(u32), Invalid(&'static str), Internal(&'static str) }

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

pub async fn fetch(seed: u32, count: usize) -> Result<Vec<u32>, Error> {
    std::future::ready(()).await;
    if count > 1 << 20 {
        return Err(Error::Internal("too many"));
    }
    Ok((seed..).take(count).collect())
}
"#;

const POOL: &str = r"
use bumpalo::Bump;

thread_local! {
    static POOL: std::cell::RefCell<Vec<Bump>> = const { std::cell::RefCell::new(Vec::new()) };
}

pub struct Pooled(Option<Bump>);

pub fn take() -> Pooled {
    Pooled(Some(POOL.with_borrow_mut(Vec::pop).unwrap_or_default()))
}

impl Pooled {
    pub fn bump(&mut self) -> &mut Bump {
        self.0.get_or_insert_default()
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        if let Some(mut bump) = self.0.take() {
            bump.reset();
            let _ = POOL.try_with(|pool| pool.borrow_mut().push(bump));
        }
    }
}
";

/// Writes a workspace into `folder`, with one crate for each source of arenas. The dependencies
/// have the versions that `root` has.
pub(crate) fn write(root: &Path, folder: &Path, modules: usize) {
    let members = Way::ALL.map(|way| format!("'{}'", way.package())).join(", ");
    let workspace = format!("[workspace]\nresolver = '3'\nmembers = [{members}]\n");
    save(&folder.join("Cargo.toml"), &workspace);
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))
        .expect("the versions of the workspace");
    for way in Way::ALL {
        let arena = match way {
            Way::Annotated => format!("request-arena = {{ path = '{}' }}", root.display()),
            Way::ByHand | Way::Pooled => {
                "bumpalo = { version = '3', features = ['allocator-api2'] }".into()
            }
        };
        let package = folder.join(way.package());
        let manifest = format!(
            "[package]\nname = '{}'\nversion = '0.0.0'\nedition = '2024'\n\
             [dependencies]\nallocator-api2 = '0.2'\n{arena}\n",
            way.package()
        );
        save(&package.join("Cargo.toml"), &manifest);
        // An earlier run may have left more modules.
        let _ = fs::remove_dir_all(package.join("src"));
        let names = (0..modules).map(|number| format!("pub mod handlers_{number};\n"));
        let pool = if way == Way::Pooled { POOL } else { "" };
        save(&source(folder, way), &(names.collect::<String>() + SHARED + pool));
        for number in 0..modules {
            save(&package.join(format!("src/handlers_{number}.rs")), &way.module(number));
        }
    }
}

/// The root of a crate's source.
pub(crate) fn source(folder: &Path, way: Way) -> PathBuf {
    folder.join(way.package()).join("src/lib.rs")
}

fn save(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}
