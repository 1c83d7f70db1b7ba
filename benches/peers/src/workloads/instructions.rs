//! Instructions, counted by Valgrind's callgrind: of an allocation of eight bytes, and of an empty
//! request.
//!
//! A worker runs itself under Valgrind: `WORKER --serve ALLOCATIONS TIMES CANDIDATE` serves so many
//! requests with so many allocations each, and nothing else. What an allocation takes is the
//! difference between requests with more and with fewer of them.

use std::env;
use std::hint::black_box;
use std::process::Command;

use anyhow::{Context, bail};
use worker_harness::{Allocator, Installed};

use super::requests::Empty;
use super::{Process, Workload, callgrind};
use crate::candidates::{self, Peer, Visitor};
use crate::memory::{Body, Space};
use crate::protocol::{Effort, Figure, Unit};

const CANDIDATES: [&str; 4] =
    ["request_arena macro", "request_arena scope", "bumpalo reset", "bumpalo thread-local pool"];

/// The pool learns in rounds of 4096 requests: a multiple of them counts each part of its work as
/// often as it comes.
const REQUESTS: u64 = 8192;
/// Allocations of a request, few and many; both have room in the first chunk of each candidate.
const FEW: u64 = 8;
const MANY: u64 = 40;

/// The argument of a worker that serves requests and nothing else.
pub(crate) const SERVE: &str = "--serve";

/// A request with so many allocations of eight bytes.
struct Numbers(u64);

impl Body for Numbers {
    #[inline(always)]
    fn in_arena<'a>(&self, space: impl Space<'a>) {
        allocate(space, self.0);
    }

    fn on_heap(&self) {
        // No candidate here is the heap.
    }

    crate::handlers!("numbers");
}

/// A function of its own, so that what is around it does not decide which of its variables have a
/// register.
#[inline(never)]
fn allocate<'a>(space: impl Space<'a>, times: u64) {
    (0..times).for_each(|value| {
        black_box(space.value(black_box(value)));
    });
}

/// The workload.
pub(super) struct Instructions;

impl Workload for Instructions {
    fn name(&self) -> &'static str {
        "instructions"
    }

    fn about(&self) -> &'static str {
        "Instructions, as callgrind counts them: they are the same in every run."
    }

    fn process(&self) -> Process {
        Process::Together
    }

    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 1, 2)
    }

    fn bases(&self) -> &'static [&'static str] {
        &["bumpalo reset", "bumpalo thread-local pool"]
    }

    fn candidates(&self, allocator: &Installed) -> Result<Vec<&'static str>, String> {
        // No candidate asks it for anything in the steady state; with jemalloc request-arena counts
        // the heap's bytes, too.
        if ![Allocator::Glibc, Allocator::Jemalloc].contains(&allocator.allocator) {
            return Ok(Vec::new());
        }
        let found = Command::new("valgrind").arg("--version").output();
        found.map(|_| CANDIDATES.to_vec()).map_err(|error| {
            format!(
                "`valgrind` does not start ({error}): install it, as by `apt-get install valgrind`"
            )
        })
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        _: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        let program = env::current_exe().context("where is this program?")?;
        let requests = effort.choose(8, REQUESTS, REQUESTS);
        let count = |allocations: u64| {
            callgrind::per_iteration(requests, |times| {
                let mut command = Command::new(&program);
                command.args([SERVE, &allocations.to_string(), &times.to_string(), candidate]);
                // jemalloc's thread would be counted, too.
                command.env("_RJEM_MALLOC_CONF", "background_thread:false");
                command
            })
        };
        let (empty, few, many) = (count(0)?, count(FEW)?, count(MANY)?);
        let alloc = (many - few) / (MANY - FEW) as f64;
        // One start of a process differs from the next by some hundred instructions, which is less
        // than this.
        let rounded = |value: f64, parts: f64| (value * parts).round() / parts;
        Ok(vec![
            Figure::new("empty", Unit::Instructions, rounded(empty, 10.0)),
            Figure::new("alloc of u64", Unit::Instructions, rounded(alloc, 100.0)),
        ])
    }
}

/// What a worker does that was started with [`SERVE`] and these arguments.
pub(crate) fn serve(arguments: &[String]) -> anyhow::Result<()> {
    let [allocations, times, candidate] = arguments else {
        bail!("`{SERVE}` takes a number of allocations, a number of requests, and a candidate");
    };
    // Its thread would be counted, too.
    request_arena::configure(|settings| settings.maintenance = None);
    let times = times.parse()?;
    let served = match allocations.parse()? {
        0 => candidates::with(candidate, Serve { body: Empty, times }),
        allocations => candidates::with(candidate, Serve { body: Numbers(allocations), times }),
    };
    served.with_context(|| format!("there is no candidate `{candidate}`"))
}

struct Serve<B> {
    body: B,
    times: u64,
}

impl<B: Body> Visitor for Serve<B> {
    type Result = ();

    fn visit<P: Peer>(self) {
        let mut peer = P::new();
        (0..self.times).for_each(|_| peer.request(&self.body));
    }
}
