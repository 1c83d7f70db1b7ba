//! The OpenMetrics text format 1.0, with exemplars.
//!
//! `prometheus-client` writes this format, too. But its `Exemplar` has no public constructor, as of
//! 0.26.0, so a collector cannot pass one on. A test compares both texts.
//!
//! The format permits `_created`, and this text has none: Prometheus would store a second series
//! for each counter and histogram.

use core::fmt::{self, Display, Write};
use std::time::SystemTime;

use request_arena_core::exemplar::Exemplar;

use crate::catalog::{Distribution, Family, Kind, Sample, Value};

/// The text of these families.
pub(super) fn encode(families: &[Family]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        encode_family(&mut text, family)?;
    }
    text.push_str("# EOF\n");
    Ok(text)
}

fn encode_family(text: &mut String, family: &Family) -> fmt::Result {
    let kind = match family.kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    };
    // The name of a counter's family has no `_total`, and its samples have it.
    let name = family.name.strip_suffix("_total").unwrap_or(&family.name);
    writeln!(text, "# HELP {name} {}", Escaped(family.help))?;
    writeln!(text, "# TYPE {name} {kind}")?;
    if let Some(unit) = family.unit {
        writeln!(text, "# UNIT {name} {}", unit.as_str())?;
    }
    for sample in &family.samples {
        match &sample.value {
            Value::Whole(value) => {
                writeln!(text, "{}{} {value}", family.name, Labels(None, sample))?;
            }
            Value::Real(value) => {
                writeln!(text, "{}{} {}", family.name, Labels(None, sample), Number(*value))?;
            }
            Value::Distribution(value) => encode_histogram(text, name, sample, value)?,
        }
    }
    Ok(())
}

fn encode_histogram(
    text: &mut String,
    name: &str,
    sample: &Sample,
    value: &Distribution,
) -> fmt::Result {
    let labels = Labels(None, sample);
    writeln!(text, "{name}_sum{labels} {}", Number(value.sum))?;
    writeln!(text, "{name}_count{labels} {}", value.count)?;
    let (place, exemplar) = value.exemplar_bucket().unzip();
    let mut below = 0;
    for (bucket, &(bound, values)) in value.buckets.iter().enumerate() {
        below += values;
        write!(text, "{name}_bucket{} {below}", Labels(Some(bound), sample))?;
        if let (true, Some(exemplar)) = (place == Some(bucket), exemplar) {
            encode_exemplar(text, exemplar)?;
        }
        text.push('\n');
    }
    Ok(())
}

/// An exemplar has at most 128 characters of labels: this has 63.
fn encode_exemplar(text: &mut String, exemplar: &Exemplar) -> fmt::Result {
    write!(text, " # {{trace_id=\"{}\"", exemplar.trace.trace_id)?;
    if let Some(span_id) = exemplar.trace.span_id {
        write!(text, ",span_id=\"{span_id}\"")?;
    }
    let at = exemplar.at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    write!(text, "}} {} {:.3}", Number(exemplar.peak_used as f64), at.as_secs_f64())
}

/// The bound of a bucket, and the labels of its sample.
struct Labels<'a>(Option<f64>, &'a Sample);

impl Display for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bound, sample) = self;
        let mut separator = '{';
        if let Some(bound) = bound {
            write!(f, "{{le=\"{}\"", Number(*bound))?;
            separator = ',';
        }
        for (name, value) in &sample.labels {
            write!(f, "{separator}{name}=\"{}\"", Escaped(value))?;
            separator = ',';
        }
        if separator == ',' { f.write_char('}') } else { Ok(()) }
    }
}

/// Text in which a backslash, a quotation mark and a line feed are escaped.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(place) = rest.find(['\\', '"', '\n']) {
            let (plain, special) = rest.split_at(place);
            f.write_str(plain)?;
            f.write_str(match special.as_bytes() {
                [b'\n', ..] => r"\n",
                [b'"', ..] => r#"\""#,
                _ => r"\\",
            })?;
            rest = &special[1..];
        }
        f.write_str(rest)
    }
}

/// A number with a point, or `+Inf`.
struct Number(f64);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            value if value == f64::INFINITY => f.write_str("+Inf"),
            value if value.fract() == 0.0 => write!(f, "{value:.1}"),
            value => write!(f, "{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::sync::LazyLock;

    use prometheus_client_0_26::collector::Collector;
    use prometheus_client_0_26::encoding::{DescriptorEncoder, text};
    use prometheus_client_0_26::registry::Registry;
    use request_arena_core::exemplar::{SpanId, Trace, TraceId};
    use request_arena_core::{Nanoseconds, Site, scope};

    use super::*;
    use crate::Snapshot;
    use crate::catalog::{Options, families_with};

    /// Always these families.
    #[derive(Debug)]
    struct Fixed(Vec<Family>);

    impl Collector for Fixed {
        fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
            crate::prometheus_client_0_26::encode_all(encoder, &self.0)
        }
    }

    /// Families with figures of every kind. The tests share them, so that the counts are known.
    static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
        static SITE: Site = Site::new("open \"metrics\" \\\n", "service::open", file!(), line!())
            .with_limit(1 << 20);
        for bytes in [100, 5000, 70_000] {
            scope(&SITE, |arena| {
                arena.alloc_slice_fill_copy(bytes, 0_u8);
            });
        }
        let mut snapshot = Snapshot::take();
        let mut duration = Nanoseconds::default();
        [20_000, 1_234_567, 3 << 30].into_iter().for_each(|nanos| duration.record(nanos));
        for site in &mut snapshot.report.sites {
            site.duration = Some(duration);
        }
        families_with(&snapshot, &Options::default())
    });

    fn exemplar(peak_used: u64, span_id: Option<SpanId>) -> Exemplar {
        let trace = Trace::new(TraceId::new([0xab; 16]).unwrap());
        let trace = span_id.map_or(trace, |span_id| trace.with_span(span_id));
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_520_879_607_789);
        Exemplar::new(trace, peak_used, at)
    }

    #[test]
    fn without_exemplars_it_is_the_text_of_prometheus_client() {
        let families = FAMILIES.clone();
        let mut theirs = String::new();
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Fixed(families.clone())));
        text::encode(&mut theirs, &registry).unwrap();
        let ours = encode(&families).unwrap();
        assert!(ours.lines().count() > 100);
        // It does not escape quotation marks in descriptions, as the format demands.
        let escaped = |line: &str| match line.strip_prefix("# HELP ") {
            Some(help) => format!("# HELP {}", help.replace('"', "\\\"")),
            None => line.to_owned(),
        };
        for (ours, theirs) in ours.lines().zip(theirs.lines()) {
            assert_eq!(ours, escaped(theirs));
        }
        assert_eq!(ours.lines().count(), theirs.lines().count());
    }

    #[test]
    fn the_exemplar_is_on_the_bucket_of_its_value() {
        let mut families = FAMILIES.clone();
        let peaks = families.iter_mut().find(|it| it.name == "request_arena_peak_used_bytes");
        let samples = &mut peaks.unwrap().samples;
        let sample =
            samples.iter_mut().find(|it| it.label("module") == Some("service::open")).unwrap();
        let Value::Distribution(distribution) = &mut sample.value else { panic!("a histogram") };
        distribution.exemplar = Some(exemplar(70_000, SpanId::new([0xcd; 8])));
        let text = encode(&families).unwrap();
        let marked: Vec<_> = text.lines().filter(|line| line.contains(" # ")).collect();
        let [line] = marked[..] else { panic!("{marked:?}") };
        let (series, exemplar) = line.split_once(" # ").unwrap();
        assert_eq!(
            series,
            "request_arena_peak_used_bytes_bucket{le=\"262144.0\",\
             scope=\"open \\\"metrics\\\" \\\\\\\\n\",module=\"service::open\"} 3"
        );
        assert_eq!(
            exemplar,
            "{trace_id=\"abababababababababababababababab\",span_id=\"cdcdcdcdcdcdcdcd\"} \
             70000.0 1520879607.789"
        );
    }

    #[test]
    fn a_trace_without_a_span_has_one_label() {
        let mut text = String::new();
        encode_exemplar(&mut text, &exemplar(5, None)).unwrap();
        assert_eq!(text, r#" # {trace_id="abababababababababababababababab"} 5.0 1520879607.789"#);
    }

    #[test]
    fn text_of_any_kind_stays_in_its_quotation_marks() {
        let escaped = |text| Escaped(text).to_string();
        assert_eq!(escaped("a\\b\"c\nd é"), r#"a\\b\"c\nd é"#);
        assert_eq!(escaped("\"\"\\"), r#"\"\"\\"#);
        assert_eq!(escaped(""), "");
    }
}
