//! OpenTelemetry up to 0.33.0 drops a context while its own stack of contexts is borrowed. A scope
//! that ends there loses its exemplar, and nothing else.

use ::opentelemetry_0_32::Context;
use ::opentelemetry_0_32::trace::{
    SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState,
};
use request_arena_core::{Site, SiteReport, exemplar, report, scope};
use request_arena_telemetry::opentelemetry_0_32::current_trace;

static SITE: Site = Site::new("context", module_path!(), file!(), line!());

fn run(bytes: usize) {
    scope(&SITE, |arena| {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
    });
}

/// Ends a scope when it is dropped.
struct Opens(usize);

impl Drop for Opens {
    fn drop(&mut self) {
        run(self.0);
    }
}

fn site() -> SiteReport {
    report().site("context").unwrap().clone()
}

/// A context with a sampled span, which has a value, too.
fn traced(value: Opens) -> Context {
    let (trace, span) = (TraceId::from_bytes([7; 16]), SpanId::from_bytes([7; 8]));
    let span = SpanContext::new(trace, span, TraceFlags::SAMPLED, true, TraceState::default());
    Context::new().with_remote_span_context(span).with_value(value)
}

#[test]
fn a_scope_that_ends_in_the_drop_of_a_context_ends() {
    exemplar::trace_by(current_trace).unwrap();
    let entered = traced(Opens(2000)).attach();
    run(1000);
    assert_eq!(site().exemplar.unwrap().peak_used, 1000);
    // The scope ends while the context is dropped.
    drop(entered);
    let read = site();
    assert_eq!((read.outcomes.returned, read.live_scopes), (2, 0));
    assert_eq!(read.exemplar.unwrap().peak_used, 1000, "the source has panicked");
    // The next one is asked as before.
    let entered = traced(Opens(1)).attach();
    run(3000);
    drop(entered);
    assert_eq!(site().exemplar.unwrap().peak_used, 3000);
    assert_eq!(site().outcomes.returned, 4);
}

/// Another thread local of the thread ends a scope after OpenTelemetry's has gone.
#[test]
fn a_scope_that_ends_with_its_thread_ends() {
    static LATE: Site = Site::new("late", module_path!(), file!(), line!());
    struct Late;
    impl Drop for Late {
        fn drop(&mut self) {
            scope(&LATE, |arena| _ = arena.alloc(1_u8));
        }
    }
    thread_local!(static KEPT: Late = const { Late });
    std::thread::spawn(|| {
        KEPT.with(|_| {});
        assert_eq!(current_trace(), None);
    })
    .join()
    .unwrap();
    assert_eq!(report().site("late").unwrap().outcomes.returned, 1);
}
