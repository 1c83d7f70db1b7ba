//! Whole `impl` blocks: every method with an arena parameter gets a scope, and the others stay the
//! same.

use core::pin::Pin;
use std::sync::Arc;

use request_arena::{Arena, format, report, request_arena};

use crate::counts;
use crate::support::{pause, poll_at_most, sendable};

struct Library {
    name: &'static str,
    lent: usize,
}

/// The `impl` has the options of all its methods. A method has the options for itself.
#[request_arena(limit = "64 KiB", soft_limit = 1000)]
impl Library {
    const SHELVES: usize = 3;

    fn named(name: &'static str) -> Self {
        Self { name, lent: 0 }
    }

    /// By reference.
    fn title(&self, arena: Arena<'_>) -> String {
        format!(in arena, "{} has {}", self.name, Self::SHELVES).to_owned()
    }

    #[request_arena(name = "library lend", limit = "128 KiB")]
    async fn lend(&mut self, arena: Arena<'_>, books: &[&str]) -> &str {
        let copies = arena.alloc_from_iter(books.iter().map(|book| &*arena.alloc_str(book)));
        pause().await;
        self.lent += copies.len();
        self.name
    }

    fn shared(self: Arc<Self>, arena: Arena<'_>) -> usize {
        arena.alloc_str(self.name).len()
    }

    fn counted(self: &Arc<Self>, arena: Arena<'_>) -> usize {
        *arena.alloc(Arc::strong_count(self))
    }

    async fn pinned(mut self: Pin<&mut Self>, #[arena] memory: Handle<'_>, by: usize) -> usize {
        let by = memory.alloc(by);
        pause().await;
        self.lent += *by;
        self.lent
    }

    #[request_arena]
    fn shut(self, arena: Arena<'_>) -> usize {
        *arena.alloc(self.lent)
    }

    /// Uses the arena of its caller.
    fn helper<'a>(arena: &Arena<'a>, text: &str) -> &'a str {
        arena.alloc_str(text)
    }

    async fn uses_helper(&self, mut arena: Arena<'_>) -> usize {
        let first = Self::helper(&arena, self.name).len();
        first + Self::later(&mut arena, self.name).await.len()
    }

    async fn later<'a>(arena: &mut Arena<'a>, text: &str) -> &'a str {
        pause().await;
        arena.alloc_str(text)
    }
}

type Handle<'a> = Arena<'a>;

#[test]
fn methods_take_self_in_every_way() {
    let mut library = Library::named("Corner");
    assert_eq!(library.title(), "Corner has 3");
    assert_eq!(poll_at_most(library.lend(&["a", "b"]), 2), Some("Corner"));
    assert_eq!(poll_at_most(Pin::new(&mut library).pinned(5), 2), Some(7));
    assert_eq!(poll_at_most(library.uses_helper(), 2), Some(12));
    assert_eq!(library.shut(), 7);
    let shared = Arc::new(Library::named("Shared"));
    assert_eq!((shared.counted(), Arc::clone(&shared).shared()), (1, 6));
    for name in ["title", "library lend", "shared", "counted", "pinned", "shut", "uses_helper"] {
        assert_eq!(counts(name), [1, 0, 0, 0], "{name}");
    }
    let report = report();
    assert!(["named", "helper", "later"].iter().all(|name| report.site(name).is_none()));
    let bounds =
        |name| report.site(name).map(|site| (site.limit_bytes, site.soft_limit_bytes)).unwrap();
    assert_eq!(bounds("title"), (Some(64 << 10), Some(1000)));
    assert_eq!(bounds("library lend"), (Some(128 << 10), Some(1000)));
}

trait Store {
    type Key: Copy;
    const LIMIT: usize;
    fn get(&self, key: Self::Key) -> Option<String>;
    async fn fetch_key(&self, key: Self::Key) -> usize;
    fn count<'s>(&'s self, prefix: &'s str) -> impl Future<Output = usize> + Send + 's;
    fn flush(&mut self) {}
}

struct Memory(Vec<&'static str>);

#[request_arena(limit = Memory::LIMIT)]
impl Store for Memory {
    type Key = usize;
    const LIMIT: usize = 1 << 20;

    fn get(&self, arena: Arena<'_>, key: Self::Key) -> Option<String> {
        let found = arena.alloc_str(self.0.get(key)?);
        Some(found.to_uppercase())
    }

    async fn fetch_key(&self, key: Self::Key, arena: Arena<'_>) -> usize {
        let found = arena.alloc_str(self.0[key]);
        pause().await;
        found.len()
    }

    #[allow(clippy::manual_async_fn, reason = "it is the subject of the test")]
    fn count<'s>(
        &'s self,
        arena: Arena<'_>,
        prefix: &'s str,
    ) -> impl Future<Output = usize> + Send + 's {
        async move {
            let prefix = arena.alloc_str(prefix);
            pause().await;
            self.0.iter().filter(|text| text.starts_with(&*prefix)).count()
        }
    }
}

#[test]
fn methods_of_a_trait_have_scopes_and_the_trait_does_not_know() {
    let mut store = Memory(vec!["one", "two", "three"]);
    store.flush();
    assert_eq!((store.get(1).as_deref(), store.get(9)), (Some("TWO"), None));
    assert_eq!(poll_at_most(store.fetch_key(2), 2), Some(5));
    assert_eq!(poll_at_most(sendable(store.count("t")), 2), Some(2));
    assert_eq!(
        (counts("get"), counts("fetch_key"), counts("count")),
        ([2, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0])
    );
}

#[async_trait::async_trait]
trait Greeter: Send + Sync {
    async fn hello(&self, name: &str) -> Result<String, ()>;
    async fn goodbye<T: Send + 'static>(&self, value: T) -> T
    where
        Self: Sized;
    async fn plain(&self) -> usize;
    async fn joined(&self, words: &[&str]) -> String;
}

struct Polite(&'static str);

#[request_arena]
#[async_trait::async_trait]
impl Greeter for Polite {
    async fn hello(&self, arena: Arena<'_>, name: &str) -> Result<String, ()> {
        let text = format!(in arena, "{} {name}", self.0);
        pause().await;
        if name.is_empty() { Err(()) } else { Ok(text.to_owned()) }
    }

    async fn goodbye<T: Send + 'static>(&self, value: T, arena: Arena<'_>) -> T {
        let kept = arena.alloc_box(value);
        pause().await;
        request_arena::Box::into_inner(kept)
    }

    async fn plain(&self) -> usize {
        self.0.len()
    }

    #[request_arena(into = String, name = "polite joined")]
    async fn joined<'a>(&self, arena: Arena<'a>, words: &[&str]) -> &'a str {
        pause().await;
        arena.alloc_str(&words.join(self.0))
    }
}

#[test]
fn methods_under_async_trait_have_scopes() {
    let polite = Polite("hello");
    let greeter: &dyn Greeter = &polite;
    assert_eq!(poll_at_most(sendable(greeter.hello("you")), 2), Some(Ok("hello you".to_owned())));
    assert_eq!(poll_at_most(polite.hello(""), 2), Some(Err(())));
    assert_eq!(poll_at_most(polite.goodbye(vec![1]), 2), Some(vec![1]));
    assert_eq!(poll_at_most(polite.joined(&["a", "b"]), 2).as_deref(), Some("ahellob"));
    assert_eq!(poll_at_most(polite.plain(), 1), Some(5));
    drop(polite.hello("cancelled"));
    let dropped = poll_at_most(polite.hello("cancelled"), 1);
    assert_eq!((dropped, counts("hello")), (None, [1, 1, 0, 1]));
    assert_eq!((counts("goodbye"), counts("polite joined")), ([1, 0, 0, 0], [1, 0, 0, 0]));
}

macro_rules! macro_made {
    () => {
        fn made(&self) -> T {
            self.0[0]
        }
    };
}

struct Wrapped<T, const N: usize>([T; N]);

#[request_arena]
impl<T: Copy + Send + Sync, const N: usize> Wrapped<T, N>
where
    T: core::fmt::Debug,
{
    fn each(&self, arena: Arena<'_>) -> usize {
        arena.alloc_slice_copy(&self.0).len() + N
    }

    macro_made!();
}

#[test]
fn generic_impls_and_macros_in_them_stay() {
    let wrapped = Wrapped([1, 2, 3]);
    assert_eq!((wrapped.each(), wrapped.made()), (6, 1));
}

macro_rules! service {
    ($service:ident, $implementation:item) => {
        struct $service;

        #[request_arena]
        $implementation
    };
}

service! {
    FromMacro,
    impl FromMacro {
        fn item_length(&self, arena: Arena<'_>) -> usize {
            arena.alloc_str("item").len()
        }

        fn other() -> u8 {
            1
        }
    }
}

#[test]
fn an_impl_may_come_from_a_macro() {
    assert_eq!((FromMacro.item_length(), FromMacro::other()), (4, 1));
    assert_eq!(counts("item_length"), [1, 0, 0, 0]);
}
