//! One request of 64 MiB among small ones: how much memory stays afterwards, and for how long.

use std::hint::black_box;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use worker_harness::Installed;

use super::{Process, Workload};
use crate::candidates::{self, Peer, Visitor};
use crate::memory::{Body, Space};
use crate::protocol::{Effort, Figure, Unit};
use crate::resident::Resident;

const CANDIDATES: [&str; 4] =
    ["request_arena scope", "bumpalo thread-local pool", "bump-scope BumpPool", "heap"];

const PIECE: [u8; 1 << 10] = [0x5a; 1 << 10];
/// A usual request, of 16 KiB.
const USUAL: Pieces = Pieces(16);
/// The spike, of 64 MiB.
const SPIKE: Pieces = Pieces(64 << 10);

/// Usual requests before the spike. They are enough for the pool to learn the size.
const BEFORE: usize = 10_000;
/// Usual requests right after the spike. Later ones come at a rate of a hundred per second.
const AT_ONCE: usize = 1000;
const PAUSE: Duration = Duration::from_millis(10);

/// A request of this many KiB, in pieces of one KiB.
struct Pieces(usize);

impl Pieces {
    const fn bytes(&self) -> usize {
        self.0 * PIECE.len()
    }
}

impl Body for Pieces {
    fn in_arena<'a>(&self, space: impl Space<'a>) {
        for _ in 0..self.0 {
            black_box(space.bytes(&PIECE));
        }
    }

    fn on_heap(&self) {
        let pieces: Vec<Box<[u8]>> = (0..self.0).map(|_| Box::from(&PIECE[..])).collect();
        black_box(&pieces);
    }

    crate::handlers!("spike");
}

/// The workload `spike`.
pub(super) struct Spike;

impl Workload for Spike {
    fn name(&self) -> &'static str {
        "spike"
    }

    fn about(&self) -> &'static str {
        "Requests of 16 KiB, one of 64 MiB, and requests of 16 KiB again, in a process for each \
         candidate: what the pool retains, and the process's anonymous memory."
    }

    fn process(&self) -> Process {
        Process::Together
    }

    fn rounds(&self, effort: Effort) -> usize {
        effort.choose(1, 1, 2)
    }

    fn candidates(&self, _: &Installed) -> Result<Vec<&'static str>, String> {
        Ok(candidates::NAMES.iter().copied().filter(|name| CANDIDATES.contains(name)).collect())
    }

    fn measure(
        &self,
        candidate: &str,
        effort: Effort,
        _: &Installed,
    ) -> anyhow::Result<Vec<Figure>> {
        candidates::with(
            candidate,
            Measure { seconds: effort.choose(&[], &[1, 2, 6], &[1, 2, 5, 10, 15]) },
        )
        .with_context(|| format!("there is no candidate `{candidate}`"))?
    }
}

struct Measure {
    /// The moments of the readings, in seconds after the spike.
    seconds: &'static [u64],
}

impl Visitor for Measure {
    type Result = anyhow::Result<Vec<Figure>>;

    fn visit<P: Peer>(self) -> anyhow::Result<Vec<Figure>> {
        let mut peer = P::new();
        let mut figures = Vec::new();
        (0..BEFORE).for_each(|_| peer.request(&USUAL));
        look::<P>("before", &mut figures)?;
        peer.request(&SPIKE);
        let spike = Instant::now();
        look::<P>("at once", &mut figures)?;
        for request in 1..=AT_ONCE {
            peer.request(&USUAL);
            if [1, 10, AT_ONCE].contains(&request) {
                look::<P>(&format!("after {request} request(s)"), &mut figures)?;
            }
        }
        for &seconds in self.seconds {
            while spike.elapsed() < Duration::from_secs(seconds) {
                thread::sleep(PAUSE);
                peer.request(&USUAL);
            }
            look::<P>(&format!("after {seconds} s"), &mut figures)?;
        }
        if let Some(retained) = P::retained_bytes() {
            let share = retained as f64 / USUAL.bytes() as f64;
            figures.push(Figure::new(
                "retained at the end, over the usual peak",
                Unit::Ratio,
                share,
            ));
        }
        Ok(figures)
    }
}

/// Adds the figures of this moment.
fn look<P: Peer>(moment: &str, figures: &mut Vec<Figure>) -> anyhow::Result<()> {
    if let Some(retained) = P::retained_bytes() {
        figures.push(Figure::new(format!("retained {moment}"), Unit::Bytes, retained as f64));
    }
    if let Some(memory) = Resident::of(process::id())? {
        figures.push(Figure::new(
            format!("RssAnon {moment}"),
            Unit::Bytes,
            memory.anonymous as f64,
        ));
    }
    Ok(())
}
