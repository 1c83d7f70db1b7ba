//! Admission control by memory: a request enters if what its handler needs fits into the container.
//! Otherwise it waits, and is refused if there is no room in time. So a service under too much load
//! answers some requests with `503`, and is not killed with all of them.
//!
//! Nothing here is a guess of the user: a handler's weight is what its own requests have taken,
//! arena and heap, as request-arena counts it.
//!
//! ```
//! use request_arena_admission::{Admission, Options, Refused};
//! use request_arena_core::{Site, scope};
//!
//! static SEARCH: Site = Site::new("search", module_path!(), file!(), line!());
//!
//! async fn search(admission: Admission, text: &str) -> Result<usize, Refused> {
//!     let _permit = admission.admit(&SEARCH).await?;
//!     Ok(scope(&SEARCH, |arena| arena.alloc_str(text).len()))
//! }
//!
//! # fn main() -> Result<(), request_arena_admission::OptionsError> {
//! let admission = Admission::start(Options::default())?;
//! # let found = futures_util::FutureExt::now_or_never(search(admission, "a text"));
//! # assert_eq!(found, Some(Ok(6)));
//! # Ok(())
//! # }
//! ```
//!
//! Services of `tower` use [`Admission::layer`] (feature `tower`).
//!
//! # Modes
//!
//! [`Mode::Measure`] is the default. It admits every request, and counts those that would have
//! waited or would have been refused. [`Mode::Enforce`] lets them wait, and refuses them.
//! [`Mode::Off`] does nothing.
//!
//! # The limit
//!
//! A thread of the gate reads the limit and the memory below it, by default every 100 ms. It takes
//! the first of these that exists, and of several limits the one with the least room:
//!
//! * the limits of the process's control group and of all groups above it, `memory.max` and
//!   `memory.high`,
//! * the machine's memory.
//!
//! [`Options::limit_bytes`] is a limit in addition. Without any limit every request fits.
//!
//! Only memory that cannot be given back counts. Page cache never does: the kernel drops it before
//! it refuses memory to a process.
//!
//! # What is reserved
//!
//! A request reserves its handler's weight from its admission to the end of its [`Permit`]. All
//! weights together are at most the limit, less a reserve, less the memory that no request holds.
//! That last part is the *base*. It follows from the reading: it is the memory that is kept, less
//! the part of the reservations that running requests have used by then. That part is not counted
//! twice, and it is rather taken as too small. `src/base.rs` has the rule and its reasons.
//!
//! A request takes its weight from a share that its thread keeps ready. It takes no lock, allocates
//! nothing, and writes no cache line that other threads write all the time. The shares count as
//! reserved. When a request does not fit, the gate takes all shares back, and from then on requests
//! pass one by one until there is plenty of room.
//!
//! The weight covers the handler itself. A nested scope of another handler is not in it. Chunks of
//! arenas count whole, as the pool reuses them and later requests write the rest.
//!
//! A handler without figures starts slowly, see [`Options::unseen_bytes`]. Memory that lies idle in
//! the pool of arenas counts as room.
//!
//! # Waiting
//!
//! Requests wait in one queue, first in, first out or last in, first out, with three
//! [priorities](Priority). It is bounded, and each request has a deadline. The gate's own thread
//! ends the wait, so no timer of an async runtime is needed.
//!
//! A request inside of an admitted one is admitted without a wait, as its outer request may hold
//! the room that it waits for. [`Permit::around`] and the layer mark the code inside of a request.
//! A task that it spawns is not inside. A call to oneself over the network, or of such a task,
//! carries [`Admission::own_call`]. Without it, the deadline ends the wait.
//!
//! # Cost
//!
//! An empty admitted request costs 147 instructions more than one without admission. The guide's
//! page [Admission] has the figures, and says what other systems do.
//!
//! [Admission]: https://github.com/request-arena/request-arena/blob/main/docs/book/src/admission.md

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod admission;
mod base;
mod central;
mod credit;
mod gate;
mod keeper;
#[cfg(feature = "tower")]
mod layer;
mod learning;
mod options;
mod order;
mod permit;
mod queue;
mod reading;
mod refused;
mod reservations;
mod snapshot;
mod start;
mod sync;
mod thread;
mod unseen;
mod wakers;

pub use admission::{Admission, snapshots};
#[cfg(feature = "tower")]
pub use layer::{AdmissionFuture, AdmissionLayer, AdmissionService};
pub use options::{Options, OptionsError, Reading, Source, relieve};
pub use order::{Mode, Order, Priority};
pub use permit::{Admit, Admitted, Permit};
pub use reading::LimitOf;
pub use refused::{Reason, Refused};
pub use snapshot::{HandlerWeight, Refusals, Snapshot, Waiting};
