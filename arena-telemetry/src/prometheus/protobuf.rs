//! Prometheus' protobuf format, the only one with native histograms. It has the classic buckets,
//! too.
//!
//! The messages are those of `io/prometheus/client/metrics.proto`, as far as the catalog needs
//! them. They are written by hand, so that a build needs no `protoc`. A real Prometheus reads them
//! in a test.

use std::time::SystemTime;

use prost::Message;
use request_arena_core::exemplar::Exemplar;

use crate::RenderError;
use crate::catalog::{Distribution, Family, Kind, Native, Sample, Value};

/// These families, each after its length.
pub(super) fn encode(families: &[Family]) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::new();
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        message(family).encode_length_delimited(&mut bytes).map_err(RenderError::new)?;
    }
    Ok(bytes)
}

#[derive(Clone, PartialEq, Message)]
struct MetricFamily {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    help: String,
    #[prost(enumeration = "MetricType", tag = "3")]
    kind: i32,
    #[prost(message, repeated, tag = "4")]
    metrics: Vec<Metric>,
    #[prost(string, tag = "5")]
    unit: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
enum MetricType {
    Counter = 0,
    Gauge = 1,
    Histogram = 4,
}

#[derive(Clone, PartialEq, Message)]
struct Metric {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<LabelPair>,
    /// Counters and gauges are messages with the value alone.
    #[prost(message, optional, tag = "2")]
    gauge: Option<Number>,
    #[prost(message, optional, tag = "3")]
    counter: Option<Number>,
    #[prost(message, optional, tag = "7")]
    histogram: Option<Histogram>,
}

#[derive(Clone, PartialEq, Message)]
struct LabelPair {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Number {
    #[prost(double, tag = "1")]
    value: f64,
}

#[derive(Clone, PartialEq, Message)]
struct Histogram {
    #[prost(uint64, tag = "1")]
    count: u64,
    #[prost(double, tag = "2")]
    sum: f64,
    #[prost(message, repeated, tag = "3")]
    buckets: Vec<Bucket>,
    /// The schema and the fields from here on are those of the native histogram. By the zero
    /// threshold a reader sees that there is one.
    #[prost(sint32, tag = "5")]
    schema: i32,
    #[prost(double, tag = "6")]
    zero_threshold: f64,
    #[prost(uint64, tag = "7")]
    zero_count: u64,
    #[prost(message, repeated, tag = "12")]
    positive_spans: Vec<Span>,
    #[prost(sint64, repeated, tag = "13")]
    positive_deltas: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
struct Bucket {
    #[prost(uint64, tag = "1")]
    cumulative_count: u64,
    #[prost(double, tag = "2")]
    upper_bound: f64,
    /// Prometheus takes the exemplar of a native histogram from here, too.
    #[prost(message, optional, tag = "3")]
    exemplar: Option<ExemplarMessage>,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Span {
    #[prost(sint32, tag = "1")]
    offset: i32,
    #[prost(uint32, tag = "2")]
    length: u32,
}

#[derive(Clone, PartialEq, Message)]
struct ExemplarMessage {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<LabelPair>,
    #[prost(double, tag = "2")]
    value: f64,
    #[prost(message, optional, tag = "3")]
    timestamp: Option<Timestamp>,
}

/// `google.protobuf.Timestamp`.
#[derive(Clone, Copy, PartialEq, Message)]
struct Timestamp {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

fn message(family: &Family) -> MetricFamily {
    let kind = match family.kind {
        Kind::Counter => MetricType::Counter,
        Kind::Gauge => MetricType::Gauge,
        Kind::Histogram => MetricType::Histogram,
    };
    MetricFamily {
        name: family.name.clone().into_owned(),
        help: family.help.to_owned(),
        kind: kind.into(),
        metrics: family.samples.iter().map(|sample| metric(sample, family.kind)).collect(),
        unit: family.unit.map_or("", |unit| unit.as_str()).to_owned(),
    }
}

fn metric(sample: &Sample, kind: Kind) -> Metric {
    let labels = sample.labels.iter().map(|(name, value)| label(name, value)).collect();
    let mut metric = Metric { labels, ..Metric::default() };
    match &sample.value {
        Value::Distribution(value) => metric.histogram = Some(histogram(value)),
        value => {
            let number = Some(Number { value: value.as_f64().unwrap_or_default() });
            match kind {
                Kind::Counter => metric.counter = number,
                _ => metric.gauge = number,
            }
        }
    }
    metric
}

fn label(name: &str, value: impl ToString) -> LabelPair {
    LabelPair { name: name.to_owned(), value: value.to_string() }
}

fn histogram(value: &Distribution) -> Histogram {
    let exemplar = value.exemplar_bucket();
    let mut below = 0;
    let buckets = value.buckets.iter().enumerate().map(|(place, &(upper_bound, values))| {
        below += values;
        let exemplar = exemplar.filter(|&(of, _)| of == place).map(|(_, it)| of_exemplar(it));
        Bucket { cumulative_count: below, upper_bound, exemplar }
    });
    let mut histogram = Histogram {
        count: value.count,
        sum: value.sum,
        buckets: buckets.collect(),
        ..Histogram::default()
    };
    if let Some(native) = &value.native {
        let span = |(offset, length)| Span { offset, length };
        histogram.schema = Native::SCHEMA;
        histogram.zero_threshold = Native::ZERO_THRESHOLD;
        histogram.zero_count = native.zero_count;
        histogram.positive_spans = native.spans().into_iter().map(span).collect();
        histogram.positive_deltas = native.deltas();
    }
    histogram
}

fn of_exemplar(exemplar: &Exemplar) -> ExemplarMessage {
    let at = exemplar.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut labels = vec![label("trace_id", exemplar.trace.trace_id)];
    labels.extend(exemplar.trace.span_id.map(|span_id| label("span_id", span_id)));
    ExemplarMessage {
        labels,
        value: exemplar.peak_used as f64,
        timestamp: Some(Timestamp {
            seconds: at.as_secs().try_into().unwrap_or(i64::MAX),
            nanos: at.subsec_nanos() as i32,
        }),
    }
}
