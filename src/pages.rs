//! Compiles the code of README and guide, if the necessary features are on.
//! `cargo test --workspace` turns them on, because the search server and the framework tests need
//! them. `cargo guide` runs these tests alone.

macro_rules! pages {
    ($($name:ident $path:literal,)+) => {$(
        #[doc = include_str!($path)]
        struct $name;
    )+};
}
pages! {
    Readme "../README.md",
    Admission "../docs/book/src/admission.md",
    Collections "../docs/book/src/collections.md",
    Handlers "../docs/book/src/handlers.md",
    Limits "../docs/book/src/limits.md",
    LiveHeap "../docs/book/src/live-heap.md",
    Operating "../docs/book/src/operating.md",
    PassingOn "../docs/book/src/passing-on.md",
    Responses "../docs/book/src/responses.md",
    Start "../docs/book/src/start.md",
}

#[cfg(feature = "json")]
pages! {
    Deserialising "../docs/book/src/deserialising.md",
    WholeHandler "../docs/book/src/whole-handler.md",
}
