//! A service that has OpenTelemetry 0.31, with a meter provider of its own.

use opentelemetry::metrics::MeterProvider;
use request_arena::telemetry::opentelemetry_0_31::{Instruments, register};
use request_arena::{Arena, request_arena};

/// A handler.
#[request_arena]
pub fn greet(arena: Arena<'_>, name: &str) -> usize {
    arena.alloc_str(name).len()
}

/// Registers all figures with the service's provider.
pub fn observe(provider: &impl MeterProvider) -> Instruments {
    register(&provider.meter("request_arena"))
}

#[test]
fn a_collection_has_the_figures_of_the_handler() {
    use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
    use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

    let exporter = InMemoryMetricExporter::default();
    let reader = PeriodicReader::builder(exporter.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let _instruments = observe(&provider);
    assert_eq!((greet("Ada"), greet("Grace")), (3, 5));
    provider.force_flush().unwrap();
    let mut used = Vec::new();
    for resource in exporter.get_finished_metrics().unwrap() {
        for metric in resource.scope_metrics().flat_map(|scope| scope.metrics()) {
            let AggregatedMetrics::U64(MetricData::Sum(sum)) = metric.data() else { continue };
            if metric.name() == "request_arena_used_bytes_sum" {
                let mut points = sum.data_points();
                let is_greet = |it: &opentelemetry::KeyValue| it.value.as_str() == "greet";
                let greet = points.find(|point| point.attributes().any(is_greet));
                used.extend(greet.map(|point| point.value()));
            }
        }
    }
    assert_eq!(used, [8]);
}

#[test]
fn the_largest_request_has_the_trace_of_its_span() {
    use opentelemetry::trace::TracerProvider;
    use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
    use request_arena::exemplar;
    use request_arena::telemetry::opentelemetry_0_31::current_trace;
    use tracing_subscriber::layer::SubscriberExt;

    /// Another handler than that of the other test.
    #[request_arena]
    fn resize(arena: Arena<'_>, bytes: usize) -> usize {
        arena.alloc_slice_fill_copy(bytes, 0_u8).len()
    }

    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("service"));
    exemplar::trace_by(current_trace).unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        for (name, bytes) in [("small", 100), ("large", 5000), ("smaller", 10)] {
            let span = tracing::info_span!("request", otel.name = name);
            assert_eq!(span.in_scope(|| resize(bytes)), bytes);
        }
    });
    assert_eq!(resize(9000), 9000, "without a span");
    let spans = exporter.get_finished_spans().unwrap();
    let large = spans.iter().find(|span| span.name == "large").unwrap();
    let found = request_arena::report().site("resize").unwrap().exemplar.unwrap();
    assert_eq!(found.peak_used, 5000);
    assert_eq!(found.trace.trace_id.to_bytes(), large.span_context.trace_id().to_bytes());
    assert_eq!(
        found.trace.span_id.map(|id| id.to_bytes()),
        Some(large.span_context.span_id().to_bytes())
    );
}
