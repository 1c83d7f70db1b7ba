//! Many threads end scopes while others read exemplars, and the source does what it must not.
//! `bash .ci/sanitize thread exemplars` checks each memory access.

use std::cell::Cell;
use std::panic::catch_unwind;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use request_arena_core::exemplar::{self, SpanId, Trace, TraceId};
use request_arena_core::{Site, maintain, report, scope};

const THREADS: usize = 100;
const SCOPES: usize = 100;

static SITES: [Site; 3] = [
    Site::new("one", "exemplars", file!(), line!()),
    Site::new("two", "exemplars", file!(), line!()),
    Site::new("three", "exemplars", file!(), line!()),
];
static INNER: Site = Site::new("inner", "exemplars", file!(), line!());

thread_local! {
    /// The bytes of the scope that runs, and the number of its site.
    static RUNNING: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// A payload that panics again when it is dropped.
struct Again;

impl Drop for Again {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new("expected by the test"));
    }
}

/// The trace has the bytes and the site in each of its parts, so a torn one is noticed.
fn trace_of(bytes: u64, site: u64) -> Trace {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&bytes.to_be_bytes());
    id[8..].copy_from_slice(&site.to_be_bytes());
    let span = SpanId::new((bytes << 8 | site).to_be_bytes()).unwrap();
    Trace::new(TraceId::new(id).unwrap()).with_span(span)
}

/// Some calls answer. Others panic, report, or open larger scopes first.
fn source() -> Option<Trace> {
    let (bytes, site) = RUNNING.get();
    let asked = ASKED.replace(ASKED.get() + 1);
    match asked % 5 {
        0 => return None,
        1 => std::panic::resume_unwind(Box::new(Again)),
        2 => drop(report()),
        3 => scope(&INNER, |arena| {
            let list = arena.alloc_slice_fill_copy(10 * bytes as usize, 1_u8);
            assert_eq!(list.len() as u64, 10 * bytes);
            scope(&SITES[0], |arena| _ = arena.alloc_slice_fill_copy(1 << 20, 0_u8));
        }),
        _ => {}
    }
    Some(trace_of(bytes, site))
}

fn read() -> usize {
    let report = report();
    let known = SITES.iter().zip(1..).filter_map(|(site, number)| {
        let read = report.site(site.name())?;
        let exemplar = read.exemplar?;
        assert_eq!(exemplar.trace, trace_of(exemplar.peak_used, number), "{}", site.name());
        assert!(exemplar.peak_used <= read.peak_used.max && read.peak_used.count() > 0);
        Some(())
    });
    let known = known.count();
    assert_eq!(report.site("inner").and_then(|inner| inner.exemplar), None);
    known
}

#[test]
fn each_exemplar_is_of_one_scope() {
    let (ended, start) = (AtomicBool::new(false), Barrier::new(THREADS + 3));
    // ThreadSanitizer does not see how the standard library's `OnceLock` orders its value.
    if cfg!(request_arena_visible_locks) {
        exemplar::trace_by(source).unwrap();
    }
    thread::scope(|threads| {
        let readers = [read as fn() -> usize, read, || {
            maintain();
            0
        }];
        let readers = readers.map(|look| {
            let (ended, start) = (&ended, &start);
            threads.spawn(move || {
                start.wait();
                while !ended.load(Relaxed) {
                    look();
                }
            })
        });
        let runners = (0..THREADS).map(|thread| {
            let start = &start;
            threads.spawn(move || {
                start.wait();
                // Scopes before it find no source.
                if thread == 50 && !cfg!(request_arena_visible_locks) {
                    exemplar::trace_by(source).unwrap();
                }
                for step in 0..SCOPES {
                    let number = (thread + step) % SITES.len();
                    let bytes = 1 + ((thread * 7919 + step * 104_729) % 4096);
                    RUNNING.set((bytes as u64, number as u64 + 1));
                    let run = || {
                        scope(&SITES[number], |arena| {
                            arena.alloc_slice_fill_copy(bytes, 0_u8);
                            if step % 3 == 0 {
                                std::panic::resume_unwind(Box::new("expected by the test"));
                            }
                        });
                    };
                    assert_eq!(catch_unwind(run).is_err(), step % 3 == 0);
                }
            })
        });
        let runners: Vec<_> = runners.collect();
        let results: Vec<_> = runners.into_iter().map(thread::ScopedJoinHandle::join).collect();
        ended.store(true, Relaxed);
        readers.into_iter().for_each(|reader| reader.join().unwrap());
        assert!(results.iter().all(Result::is_ok));
    });
    // A scope that is larger than all, with a source that answers.
    ASKED.set(4);
    for (site, number) in SITES.iter().zip(1..) {
        ASKED.set(4);
        RUNNING.set((5000, number));
        scope(site, |arena| _ = arena.alloc_slice_fill_copy(5000, 0_u8));
    }
    assert_eq!(read(), SITES.len());
    let live: Vec<_> = report().sites.iter().map(|site| site.live_scopes).collect();
    assert_eq!(live, vec![0; live.len()]);
}
