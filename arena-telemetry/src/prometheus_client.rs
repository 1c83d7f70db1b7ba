//! Collectors for registries of `prometheus-client`, one module for each version.
//!
//! The versions have the same interface, but not the same types. So each module has the same code
//! with another package.

use std::borrow::Cow;

use crate::catalog::Family;

/// The name without unit and `_total`, which the encoder adds.
fn base(family: &Family) -> &str {
    let name = family.name.strip_suffix("_total").unwrap_or(&family.name);
    let unit = family.unit.and_then(|unit| name.strip_suffix(unit.as_str()));
    unit.and_then(|name| name.strip_suffix('_')).unwrap_or(name)
}

/// A gauge's number. Some versions have no gauge for `u64`.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The labels of a figure.
type Labels = Vec<(&'static str, Cow<'static, str>)>;

/// The bounds of a histogram's buckets, and their counts.
type Buckets = Vec<(f64, u64)>;

/// From 0.25.2 on.
#[cfg(feature = "__new_prometheus_client")]
mod new {
    use super::{Buckets, Cow, Labels};

    pub(super) fn labels(labels: &Labels) -> Cow<'_, Labels> {
        Cow::Borrowed(labels)
    }

    pub(super) fn buckets(buckets: &Buckets) -> Cow<'_, Buckets> {
        Cow::Borrowed(buckets)
    }
}

/// Before 0.25.2.
#[cfg(feature = "__old_prometheus_client")]
mod old {
    use super::{Buckets, Cow, Labels};

    /// Escapes values. They are written as they are, although a quotation mark or a backslash then
    /// makes the whole text unreadable.
    pub(super) fn labels(labels: &Labels) -> Cow<'_, Labels> {
        let needs = |value: &str| value.contains(['\\', '"', '\n']);
        if !labels.iter().any(|(_, value)| needs(value)) {
            return Cow::Borrowed(labels);
        }
        let escape =
            |value: &str| value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        Cow::Owned(labels.iter().map(|(name, value)| (*name, escape(value).into())).collect())
    }

    /// The last bound is `f64::MAX`, which is written as `+Inf`. Infinity would be `inf`, and
    /// Prometheus computes no quantile without `+Inf`.
    pub(super) fn buckets(buckets: &Buckets) -> Cow<'_, Buckets> {
        Cow::Owned(buckets.iter().map(|&(bound, count)| (bound.min(f64::MAX), count)).collect())
    }
}

/// Imports what only a native histogram needs.
macro_rules! native {
    (old) => {};
    (new) => {
        use crate::catalog::Native;
    };
}

/// Encodes a histogram. From 0.25 on it has a native part, which the encoders of protobuf write.
macro_rules! encode_histogram {
    (old $module:ident $metric:ident $histogram:ident) => {
        encode_histogram!(@classic old $metric $histogram)
    };
    (new $module:ident $metric:ident $histogram:ident) => {
        if let Some(native) = &$histogram.native {
            use ::$module::encoding::{NativeHistogram, NativeHistogramBuckets};
            let (spans, deltas) = (native.spans(), native.deltas());
            let (sum, count) = ($histogram.sum, $histogram.count);
            let buckets = super::new::buckets(&$histogram.buckets);
            let native = NativeHistogram {
                schema: Native::SCHEMA,
                zero_threshold: Native::ZERO_THRESHOLD,
                zero_count: native.zero_count,
                negative: NativeHistogramBuckets { spans: &[], deltas: &[] },
                positive: NativeHistogramBuckets { spans: &spans, deltas: &deltas },
                created: None,
            };
            $metric.encode_histogram_with_native::<NoLabels>(sum, count, &buckets, None, native)?;
        } else {
            encode_histogram!(@classic new $metric $histogram);
        }
    };
    (@classic $age:ident $metric:ident $histogram:ident) => {{
        let (sum, count) = ($histogram.sum, $histogram.count);
        let buckets = super::$age::buckets(&$histogram.buckets);
        $metric.encode_histogram::<NoLabels>(sum, count, &buckets, None)?;
    }};
}

macro_rules! versions {
    ($($feature:literal $module:ident $version:literal $age:ident;)+) => {$(
        /// All figures for a registry of `prometheus-client`
        #[doc = concat!($version, ".")]
        ///
        /// ```
        #[doc = concat!("# use ", stringify!($module), " as prometheus_client;")]
        /// use prometheus_client::registry::Registry;
        #[doc = concat!("use request_arena_telemetry::", stringify!($module), "::Collector;")]
        ///
        /// let mut registry = Registry::default();
        /// registry.register_collector(Box::new(Collector::new()));
        /// // In the service's own route:
        /// let mut text = String::new();
        /// prometheus_client::encoding::text::encode(&mut text, &registry)?;
        /// assert!(text.contains("# TYPE request_arena_retained_bytes gauge"));
        /// # Ok::<(), std::fmt::Error>(())
        /// ```
        #[cfg(feature = $feature)]
        pub mod $module {
            use core::fmt;

            use ::$module::collector;
            use ::$module::encoding::DescriptorEncoder;
            use ::$module::metrics::MetricType;
            use ::$module::registry;

            use super::$age::labels;
            use super::{base, signed};
            use crate::Snapshot;
            use crate::catalog::{self, Family, Kind, Unit, Value};
            native!($age);

            /// Gives all figures of the process to a registry, each time the registry is encoded.
            ///
            /// Register it once. Prometheus refuses a scrape in which a figure occurs twice. Use a
            /// registry without a prefix, since the dashboard and the rules expect names that
            /// start with `request_arena_`.
            ///
            /// Encode the registry on a thread that may block (`tokio::task::spawn_blocking`): each
            /// encoding reads and writes all figures, which takes milliseconds in a service with
            /// hundreds of handlers.
            #[derive(Clone, Copy, Debug, Default)]
            pub struct Collector(());

            impl Collector {
                /// A new collector. All collectors are the same.
                #[must_use]
                pub const fn new() -> Self {
                    Self(())
                }
            }

            impl collector::Collector for Collector {
                fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
                    encode_all(encoder, &catalog::families(&Snapshot::take()))
                }
            }

            pub(crate) fn encode_all(
                mut encoder: DescriptorEncoder<'_>,
                families: &[Family],
            ) -> fmt::Result {
                families.iter().try_for_each(|family| encode(&mut encoder, family))
            }

            fn encode(encoder: &mut DescriptorEncoder<'_>, family: &Family) -> fmt::Result {
                if family.samples.is_empty() {
                    return Ok(());
                }
                let unit = family.unit.map(unit);
                let kind = metric_type(family.kind);
                let mut metric =
                    encoder.encode_descriptor(base(family), family.help, unit.as_ref(), kind)?;
                for sample in &family.samples {
                    let labels = labels(&sample.labels);
                    let mut metric = metric.encode_family(&*labels)?;
                    match (&sample.value, family.kind) {
                        (Value::Distribution(histogram), _) => {
                            encode_histogram!($age $module metric histogram);
                        }
                        (Value::Whole(value), Kind::Counter) => {
                            metric.encode_counter::<NoLabels, _, u64>(value, None)?;
                        }
                        (Value::Real(value), Kind::Counter) => {
                            metric.encode_counter::<NoLabels, _, u64>(value, None)?;
                        }
                        (Value::Whole(value), _) => metric.encode_gauge(&signed(*value))?,
                        (Value::Real(value), _) => metric.encode_gauge(value)?,
                    }
                }
                Ok(())
            }

            /// The labels of an exemplar. A collector cannot make one: `Exemplar` has no public
            /// constructor.
            type NoLabels = [(&'static str, &'static str); 0];

            fn unit(unit: Unit) -> registry::Unit {
                match unit {
                    Unit::Bytes => registry::Unit::Bytes,
                    Unit::Seconds => registry::Unit::Seconds,
                    Unit::BytesPerSecond | Unit::Ratio => {
                        registry::Unit::Other(unit.as_str().to_owned())
                    }
                }
            }

            fn metric_type(kind: Kind) -> MetricType {
                match kind {
                    Kind::Counter => MetricType::Counter,
                    Kind::Gauge => MetricType::Gauge,
                    Kind::Histogram => MetricType::Histogram,
                }
            }
        }
    )+};
}

versions! {
    "prometheus_client_0_22" prometheus_client_0_22 "0.22" old;
    "prometheus_client_0_23" prometheus_client_0_23 "0.23" old;
    "prometheus_client_0_24" prometheus_client_0_24 "0.24" old;
    "prometheus_client_0_25" prometheus_client_0_25 "0.25" new;
    "prometheus_client_0_26" prometheus_client_0_26 "0.26" new;
}
