//! Collectors for registries of the package `prometheus`, one module for each version.
//!
//! The versions have the same interface, but not the same types. So each module has the same code
//! with another package.

macro_rules! versions {
    ($($feature:literal $module:ident $version:literal;)+) => {$(
        /// All figures for a registry of the package `prometheus`
        #[doc = concat!($version, ",")]
        /// by TiKV's authors.
        ///
        /// ```
        #[doc = concat!("# use ", stringify!($module), " as prometheus;")]
        /// use prometheus::{Registry, TextEncoder};
        #[doc = concat!("use request_arena_telemetry::", stringify!($module), "::Collector;")]
        ///
        /// let registry = Registry::new();
        /// registry.register(Box::new(Collector::new()))?;
        /// // In the service's own route:
        /// let text = TextEncoder::new().encode_to_string(&registry.gather())?;
        /// assert!(text.contains("# TYPE request_arena_retained_bytes gauge"));
        /// # Ok::<(), prometheus::Error>(())
        /// ```
        ///
        /// The default registry takes it by `prometheus::register`.
        #[cfg(feature = $feature)]
        pub mod $module {
            use std::collections::HashMap;

            use ::$module::core::{self, Desc};
            use ::$module::proto::{
                Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType,
            };

            use crate::Snapshot;
            use crate::catalog::{self, Distribution, Family, Kind, Sample, Value};

            /// Gives all figures of the process to a registry, each time the registry gathers.
            ///
            /// A registry refuses a second one. Use a registry without a prefix, since the
            /// dashboard and the rules expect names that start with `request_arena_`.
            ///
            /// Gather and encode on a thread that may block (`tokio::task::spawn_blocking`): it
            /// reads and writes all figures, which takes milliseconds in a service with hundreds of
            /// handlers.
            #[derive(Clone, Debug)]
            pub struct Collector {
                /// By them a registry finds out that a name is taken.
                described: Vec<Desc>,
            }

            impl Collector {
                /// A new collector. All collectors are the same.
                #[must_use]
                pub fn new() -> Self {
                    let families = catalog::families(&Snapshot::take());
                    let described = families.iter().filter_map(|family| {
                        let (name, help) = (family.name.to_string(), family.help.to_owned());
                        // It refuses invalid names, and the catalog has none.
                        Desc::new(name, help, Vec::new(), HashMap::new()).ok()
                    });
                    Self { described: described.collect() }
                }
            }

            impl Default for Collector {
                fn default() -> Self {
                    Self::new()
                }
            }

            impl core::Collector for Collector {
                fn desc(&self) -> Vec<&Desc> {
                    self.described.iter().collect()
                }

                fn collect(&self) -> Vec<MetricFamily> {
                    let families = catalog::families(&Snapshot::take());
                    // The encoder refuses a family without figures.
                    families.iter().filter(|it| !it.samples.is_empty()).map(collected).collect()
                }
            }

            #[allow(
                clippy::useless_conversion,
                reason = "protobuf's lists are of another type if the service enables `protobuf`"
            )]
            fn collected(family: &Family) -> MetricFamily {
                let mut collected = MetricFamily::default();
                collected.set_name(family.name.to_string());
                collected.set_help(family.help.to_owned());
                collected.set_field_type(match family.kind {
                    Kind::Counter => MetricType::COUNTER,
                    Kind::Gauge => MetricType::GAUGE,
                    Kind::Histogram => MetricType::HISTOGRAM,
                });
                let samples = family.samples.iter().map(|sample| metric(sample, family.kind));
                collected.set_metric(samples.collect::<Vec<_>>().into());
                collected
            }

            #[allow(clippy::useless_conversion, reason = "as above")]
            fn metric(sample: &Sample, kind: Kind) -> Metric {
                let mut metric = Metric::default();
                let labels = sample.labels.iter().map(|(name, value)| {
                    let mut label = LabelPair::default();
                    label.set_name((*name).to_owned());
                    label.set_value(value.to_string());
                    label
                });
                metric.set_label(labels.collect::<Vec<_>>().into());
                match &sample.value {
                    Value::Distribution(distribution) => {
                        metric.set_histogram(histogram(distribution));
                    }
                    value => {
                        let value = value.as_f64().unwrap_or_default();
                        if kind == Kind::Counter {
                            let mut counter = Counter::default();
                            counter.set_value(value);
                            metric.set_counter(counter);
                        } else {
                            let mut gauge = Gauge::default();
                            gauge.set_value(value);
                            metric.set_gauge(gauge);
                        }
                    }
                }
                metric
            }

            #[allow(clippy::useless_conversion, reason = "as above")]
            fn histogram(distribution: &Distribution) -> Histogram {
                let mut below = 0;
                // The encoder adds the last bucket, and would write another infinity as `inf`.
                let finite = distribution.buckets.iter().filter(|(bound, _)| bound.is_finite());
                let buckets = finite.map(|&(bound, values)| {
                    below += values;
                    let mut bucket = Bucket::default();
                    bucket.set_upper_bound(bound);
                    bucket.set_cumulative_count(below);
                    bucket
                });
                let mut histogram = Histogram::default();
                histogram.set_bucket(buckets.collect::<Vec<_>>().into());
                histogram.set_sample_sum(distribution.sum);
                histogram.set_sample_count(distribution.count);
                histogram
            }
        }
    )+};
}

versions! {
    "prometheus_0_13" prometheus_0_13 "0.13";
    "prometheus_0_14" prometheus_0_14 "0.14";
}
