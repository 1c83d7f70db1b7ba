//! A service that has `prometheus` 0.13, with a registry and figures of its own.

use prometheus::{Encoder, IntCounter, ProtobufEncoder, Registry, TextEncoder};
use request_arena::telemetry::prometheus_0_13::Collector;
use request_arena::{Arena, request_arena};

/// A handler.
#[request_arena]
pub fn greet(arena: Arena<'_>, name: &str) -> usize {
    arena.alloc_str(name).len()
}

/// The service's registry.
///
/// # Errors
///
/// If a name is taken.
pub fn registry() -> prometheus::Result<Registry> {
    let registry = Registry::new();
    registry.register(Box::new(IntCounter::new("greetings_total", "Greetings")?))?;
    registry.register(Box::new(Collector::new()))?;
    Ok(registry)
}

/// The answer to `GET /metrics`.
///
/// # Errors
///
/// If a figure has no value.
pub fn metrics(registry: &Registry) -> prometheus::Result<String> {
    TextEncoder::new().encode_to_string(&registry.gather())
}

#[test]
fn the_registry_has_the_figures_of_the_handler() {
    let registry = registry().unwrap();
    assert_eq!((greet("Ada"), greet("Grace")), (3, 5));
    let text = metrics(&registry).unwrap();
    let labels = format!("scope=\"greet\",module=\"{}\"", module_path!());
    for line in [
        "greetings_total 0".to_owned(),
        "# TYPE request_arena_scopes_total counter".to_owned(),
        format!("request_arena_scopes_total{{{labels},outcome=\"returned\"}} 2"),
        format!("request_arena_used_bytes_sum{{{labels}}} 8"),
        format!("request_arena_used_bytes_bucket{{{labels},le=\"+Inf\"}} 2"),
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
    }
    // The other format of the library.
    let mut message = Vec::new();
    ProtobufEncoder::new().encode(&registry.gather(), &mut message).unwrap();
    assert!(message.len() > 1000, "{}", message.len());
}

#[test]
fn a_second_collector_is_refused() {
    let registry = registry().unwrap();
    let second = registry.register(Box::new(Collector::new()));
    assert!(matches!(second, Err(prometheus::Error::AlreadyReg)), "{second:?}");
}
