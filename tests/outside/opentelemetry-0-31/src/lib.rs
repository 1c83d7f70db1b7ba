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
                used.extend(sum.data_points().map(|point| point.value()));
            }
        }
    }
    assert_eq!(used, [8]);
}
