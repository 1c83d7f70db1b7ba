//! The container of an owner's memory: a channel, a task, a span, a cache. The type path of the
//! functions between the allocation and its owner shows it, and the remedy follows it.

use serde::{Deserialize, Serialize};

#[cfg(any(feature = "heap-profile", test))]
use super::frames::Frame;

/// The kind of container that an [`Owner`](super::Owner) allocates for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Container {
    /// Messages of a channel, or its blocks.
    Channel,
    /// Tasks of a runtime, also in a `JoinSet`.
    Tasks,
    /// Data of spans.
    Spans,
    /// Series of a metric, one for each combination of its labels.
    Labels,
    /// Caches of a regular expression, one for each thread that matches.
    RegexCache,
    /// A cache with a bound.
    Cache,
    /// Buffers of `bytes`, which slices share.
    Buffers,
    /// Values in an `Arc` or `Rc`.
    Shared,
    /// A map or a set.
    Map,
    /// A vector, a queue or a string.
    List,
}

/// A container, the paths of its functions, and its files as a crate and a folder.
#[cfg(any(feature = "heap-profile", test))]
type Paths = (Container, &'static [&'static str], &'static [(&'static str, &'static str)]);

/// The paths of each container's functions, the most telling first. A function without a path, as
/// inlined functions have with line tables alone, counts by its file: a crate and a folder.
#[cfg(any(feature = "heap-profile", test))]
const PATHS: [Paths; 10] = [
    (
        Container::Channel,
        &[
            "tokio::sync::mpsc::",
            "tokio::sync::broadcast::",
            "std::sync::mpsc::",
            "std::sync::mpmc::",
            "futures_channel::",
            "crossbeam_channel::",
            "flume::",
            "async_channel::",
            "kanal::",
        ],
        &[
            ("/tokio-", "/sync/mpsc/"),
            ("/tokio-", "/sync/broadcast"),
            ("/library/std/", "/sync/mpmc/"),
            ("/crossbeam-channel-", ""),
            ("/flume-", ""),
            ("/async-channel-", ""),
            ("/futures-channel-", ""),
        ],
    ),
    (
        Container::Tasks,
        &[
            "tokio::runtime::task::",
            "tokio::task::",
            "tokio::util::idle_notified_set::",
            "futures_util::stream::futures_unordered::",
            "async_task::",
        ],
        &[
            ("/tokio-", "/runtime/task/"),
            ("/tokio-", "/task/join_set"),
            ("/tokio-", "/util/idle_notified_set"),
            ("/futures-util-", "/futures_unordered/"),
            ("/async-task-", ""),
        ],
    ),
    (
        Container::Spans,
        &["tracing_subscriber::registry::", "sharded_slab::", "tracing_opentelemetry::"],
        &[("/tracing-subscriber-", "/registry/"), ("/sharded-slab-", "")],
    ),
    (
        Container::Labels,
        &["prometheus::", "prometheus_client::", "metrics_util::", "metrics_exporter_prometheus::"],
        &[("/prometheus-", ""), ("/metrics-util-", ""), ("/metrics-exporter-prometheus-", "")],
    ),
    (
        Container::RegexCache,
        &["regex_automata::util::pool::", "regex_automata::hybrid::", "regex_automata::meta::"],
        &[
            ("/regex-automata-", "/util/pool"),
            ("/regex-automata-", "/hybrid/"),
            ("/regex-automata-", "/meta/"),
        ],
    ),
    (
        Container::Cache,
        &["moka::", "mini_moka::", "lru::", "quick_cache::", "cached::", "foyer", "schnellru::"],
        &[("/moka-", ""), ("/mini-moka-", ""), ("/lru-", ""), ("/quick_cache-", "")],
    ),
    (
        Container::Buffers,
        &["bytes::bytes_mut::", "bytes::bytes::", "bytes::buf::"],
        &[("/bytes-", "/src/")],
    ),
    (
        Container::Map,
        &["hashbrown::", "std::collections::hash", "alloc::collections::btree", "dashmap::"],
        &[("/hashbrown-", ""), ("/library/alloc/", "/btree/"), ("/dashmap-", "")],
    ),
    (
        Container::Shared,
        &["alloc::sync::Arc<", "alloc::rc::Rc<", "<alloc::sync::Arc<", "<alloc::rc::Rc<"],
        &[("/library/alloc/", "/sync.rs"), ("/library/alloc/", "/rc.rs")],
    ),
    (
        Container::List,
        &["alloc::vec::", "alloc::raw_vec::", "alloc::string::", "alloc::collections::vec_deque"],
        &[("/library/alloc/", "/vec/"), ("/library/alloc/", "/raw_vec")],
    ),
];

impl Container {
    /// The container of an allocation, by the frames from it to its owner.
    #[cfg(any(feature = "heap-profile", test))]
    pub(super) fn of(within: &[Frame]) -> Option<Self> {
        let is_in = |paths: &[&str], files: &[(&str, &str)]| {
            within.iter().any(|frame| {
                // Generic functions name the types of other code after their own path.
                let function = frame.function.trim_start_matches('<');
                let is_named =
                    paths.iter().any(|path| function.starts_with(path.trim_start_matches('<')));
                let of_file = |file: &str| {
                    files.iter().any(|(of, folder)| {
                        file.split_once(of).is_some_and(|(_, rest)| rest.contains(folder))
                    })
                };
                is_named || frame.file.as_deref().is_some_and(of_file)
            })
        };
        PATHS.iter().find(|(_, paths, files)| is_in(paths, files)).map(|(container, ..)| *container)
    }

    /// Why memory in such a container stays, and what to do. A sentence or two after the name of
    /// its owner.
    pub(crate) const fn remedy(self) -> &'static str {
        match self {
            Self::Channel => {
                "Messages wait in a channel, since its receiver is slower than its senders. Use a \
                 bounded channel, so that senders wait, and watch its length."
            }
            Self::Tasks => {
                "Tasks start faster than they end, or a `JoinSet` keeps ended ones until \
                 `join_next` takes them. Take them, give each task a timeout, and limit their \
                 number with a `Semaphore`."
            }
            Self::Spans => {
                "A span's data stays until its last handle is dropped. Look for a `Span` that is \
                 stored, or that a task without an end holds."
            }
            Self::Labels => {
                "Each new combination of labels is a series, and no series is removed. Use labels \
                 with few values: the route's template, and no path, user or address."
            }
            Self::RegexCache => {
                "Each thread that matches keeps a cache for each regular expression. Match on \
                 fewer threads, or set `RegexBuilder::dfa_size_limit` lower."
            }
            Self::Cache => {
                "A cache grows. Give it a capacity in bytes (a weigher), and entries a time to \
                 live."
            }
            Self::Buffers => {
                "A short slice of a `Bytes` keeps its whole buffer alive. Copy the slice where it \
                 is stored (`Bytes::copy_from_slice`, `to_vec`, `to_owned`)."
            }
            Self::Shared => {
                "The last `Arc` or `Rc` is never dropped. If values refer to each other in a \
                 cycle, hold the way back as a `Weak`."
            }
            Self::Map => {
                "A map or a set keeps its entries. Remove entries that are out of use, or use a \
                 cache with a bound."
            }
            Self::List => {
                "A vector, a queue or a string is kept. Look where it is stored, and why it is \
                 never removed or shortened."
            }
        }
    }

    /// What is unusual about much memory in such a container. `None` for containers that hold a
    /// program's usual data.
    pub(crate) const fn unusual(self) -> Option<&'static str> {
        match self {
            Self::Channel => Some("in channels: messages that wait, or capacity of a longer queue"),
            Self::Tasks => Some("in tasks that have not ended, or that a `JoinSet` keeps"),
            Self::Spans => Some("data of spans that are open"),
            Self::Labels => Some("series of metrics: one for each combination of labels"),
            Self::RegexCache => {
                Some("caches of regular expressions, one for each thread that matches")
            }
            Self::Buffers => Some("buffers of `bytes`: a short slice keeps its whole buffer alive"),
            Self::Cache | Self::Shared | Self::Map | Self::List => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(frames: &[(&str, &str)]) -> Option<Container> {
        let frame = |&(function, file): &(&str, &str)| Frame {
            function: function.into(),
            file: (!file.is_empty()).then(|| file.into()),
            line: None,
        };
        Container::of(&frames.iter().map(frame).collect::<Vec<_>>())
    }

    #[test]
    fn the_type_path_between_an_allocation_and_its_owner_shows_the_container() {
        let push = ("alloc::raw_vec::RawVec<T,A>::grow_one", "");
        let owner = ("service::handler", "/home/service/src/main.rs");
        let with = |function: &str| of(&[push, (function, ""), owner]);
        let tx = "tokio::sync::mpsc::list::Tx<T>::find_block";
        assert_eq!(with(tx), Some(Container::Channel));
        assert_eq!(
            with("<tokio::sync::mpsc::chan::Tx<T,S>>::send"),
            Some(Container::Channel),
            "a qualified path"
        );
        assert_eq!(with("tokio::task::join_set::JoinSet<T>::spawn"), Some(Container::Tasks));
        let span = "tracing_subscriber::registry::sharded::Registry::new_span";
        assert_eq!(with(span), Some(Container::Spans));
        let labels = "prometheus::vec::MetricVec<T>::with_label_values";
        assert_eq!(with(labels), Some(Container::Labels));
        let regex = "regex_automata::util::pool::inner::Pool<T,F>::get_slow";
        assert_eq!(with(regex), Some(Container::RegexCache));
        assert_eq!(with("moka::sync::cache::Cache<K,V,S>::insert"), Some(Container::Cache));
        let bytes = "bytes::bytes_mut::BytesMut::reserve_inner";
        assert_eq!(with(bytes), Some(Container::Buffers));
        assert_eq!(with("alloc::sync::Arc<T>::new"), Some(Container::Shared));
        assert_eq!(with("hashbrown::raw::RawTable<T,A>::reserve_rehash"), Some(Container::Map));
        assert_eq!(of(&[push, owner]), Some(Container::List));
        assert_eq!(of(&[owner]), None);
        let boxed = "alloc::boxed::Box<tokio::sync::mpsc::Sender<T>>::new";
        assert_eq!(of(&[(boxed, ""), owner]), None, "a type parameter is no path");
    }

    #[test]
    fn an_inlined_function_without_a_path_counts_by_its_file() {
        let registry = "/home/cargo/registry/src/a-registry-1949";
        let file = |path: &str| format!("{registry}/{path}");
        assert_eq!(
            of(&[("grow", &file("tokio-1.48.0/src/sync/mpsc/block.rs"))]),
            Some(Container::Channel)
        );
        assert_eq!(
            of(&[("spawn", &file("tokio-1.48.0/src/runtime/task/core.rs"))]),
            Some(Container::Tasks)
        );
        assert_eq!(
            of(&[("new", "/rustc/0123/library/alloc/src/sync.rs")]),
            Some(Container::Shared)
        );
        assert_eq!(of(&[("poll", &file("tokio-1.48.0/src/runtime/park.rs"))]), None);
    }

    #[test]
    fn each_remedy_says_what_to_do() {
        for (container, ..) in PATHS {
            let remedy = container.remedy();
            assert!(remedy.contains(". ") && remedy.ends_with('.'), "{remedy}");
        }
    }
}
