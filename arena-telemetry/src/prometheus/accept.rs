//! The format that a scraper wants, by its header `Accept`.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

/// A format of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    OpenMetrics,
    #[cfg(feature = "native-histograms")]
    Protobuf,
}

/// A range of types in the header, with its weight from 0 to 1.
struct Range<'h> {
    kind: &'h str,
    parameters: &'h str,
    weight: f32,
}

impl<'h> Range<'h> {
    fn of(text: &'h str) -> Self {
        let (kind, parameters) = text.split_once(';').unwrap_or((text, ""));
        let range = Self { kind: kind.trim(), parameters, weight: 1.0 };
        let weight = range.parameter("q").and_then(|weight| weight.parse().ok());
        // `NaN`, infinity and 7 are no weights, and must not decide for the whole header.
        let weight = weight.filter(|weight| (0.0..=1.0).contains(weight));
        Self { weight: weight.unwrap_or(1.0), ..range }
    }

    fn parameter(&self, name: &str) -> Option<&'h str> {
        let mut all = self.parameters.split(';').filter_map(|parameter| parameter.split_once('='));
        let found = all.find(|(known, _)| known.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().trim_matches('"'))
    }

    /// The format that the range names. A wildcard is for people and simple tools, who get text.
    fn format(&self) -> Option<Format> {
        match self.kind.to_ascii_lowercase().as_str() {
            "text/plain" | "text/*" | "*/*" => Some(Format::Text),
            "application/openmetrics-text" => {
                let version = self.parameter("version");
                version
                    .is_none_or(|known| matches!(known, "1.0.0" | "0.0.1"))
                    .then_some(Format::OpenMetrics)
            }
            #[cfg(feature = "native-histograms")]
            "application/vnd.google.protobuf" => {
                let is = |name, value| self.parameter(name) == Some(value);
                let is_known =
                    is("proto", "io.prometheus.client.MetricFamily") && is("encoding", "delimited");
                is_known.then_some(Format::Protobuf)
            }
            _ => None,
        }
    }

    /// How exactly the range names the text format: RFC 9110, section 12.5.1. `None` if it does
    /// not.
    fn exactness(&self) -> Option<usize> {
        ["*/*", "text/*", "text/plain"].iter().position(|kind| kind.eq_ignore_ascii_case(self.kind))
    }
}

/// The format with the highest weight. Of equal ones the first counts, but a named format counts
/// before text, since a scraper that names one can read it.
pub(super) fn format(headers: &HeaderMap) -> Format {
    let lines = || headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges = || lines().flat_map(|value| value.split(',')).map(Range::of);
    // `text/plain;q=0, */*` accepts all but text.
    let exactness = ranges().filter_map(|range| range.exactness()).max();
    let mut best = (Format::Text, 0.0);
    for range in ranges().filter(|range| range.exactness().is_none_or(|of| Some(of) == exactness)) {
        let Some(format) = range.format() else { continue };
        let is_first = range.weight == best.1 && best.0 == Format::Text && format != Format::Text;
        if range.weight > 0.0 && (range.weight > best.1 || is_first) {
            best = (format, range.weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> Format {
        format(&HeaderMap::from_iter([(ACCEPT, value.parse().unwrap())]))
    }

    #[test]
    fn open_metrics_is_for_those_who_name_it() {
        for accept in [
            "application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1",
            "text/plain;q=0.5, application/openmetrics-text",
            "text/plain, Application/OpenMetrics-Text ; version=1.0.0",
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
             application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.2,\
             */*;q=0.1",
        ] {
            assert_eq!(accepting(accept), Format::OpenMetrics, "{accept}");
        }
        for accept in [
            "text/plain;version=0.0.4;q=1,*/*;q=0.1",
            "text/plain;q=0.9,application/openmetrics-text;q=0.1",
            "application/openmetrics-text;q=0, */*",
            "application/json",
            "text/html,application/xhtml+xml,*/*;q=0.8",
            ",;=,;q=;q=x",
        ] {
            assert_eq!(accepting(accept), Format::Text, "{accept}");
        }
        assert_eq!(format(&HeaderMap::new()), Format::Text);
        let lines = ["text/plain;q=0.5", "application/openmetrics-text"];
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT, line.parse().unwrap());
        }
        assert_eq!(format(&headers), Format::OpenMetrics);
    }

    #[test]
    fn what_is_no_weight_counts_as_none() {
        for weight in ["NaN", "inf", "-1", "7", "1e9", "1.001", "", "\"\""] {
            let other = HeaderMap::from_iter([(
                ACCEPT,
                format!("text/plain;q={weight}, application/openmetrics-text").parse().unwrap(),
            )]);
            assert_eq!(format(&other), Format::OpenMetrics, "{weight}");
            let own = HeaderMap::from_iter([(
                ACCEPT,
                format!("application/openmetrics-text;q={weight}, */*;q=0.9").parse().unwrap(),
            )]);
            assert_eq!(format(&own), Format::OpenMetrics, "{weight}");
        }
    }

    #[test]
    fn a_wildcard_does_not_overrule_what_is_named() {
        for accept in [
            "text/plain;q=0, application/openmetrics-text;q=0.5, */*",
            "*/*, application/openmetrics-text;q=0.5, Text/Plain;q=0.1",
            "text/*;q=0.1, application/openmetrics-text;q=0.5, */*",
        ] {
            assert_eq!(accepting(accept), Format::OpenMetrics, "{accept}");
        }
        assert_eq!(
            accepting("text/*;q=0, text/plain, application/openmetrics-text;q=0.5"),
            Format::Text
        );
    }

    #[test]
    fn another_version_of_open_metrics_is_another_format() {
        let later = "application/openmetrics-text;version=2.0.0";
        assert_eq!(accepting("application/openmetrics-text;version=2.0.0"), Format::Text);
        let both = format!("{later},application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1");
        let both = HeaderMap::from_iter([(ACCEPT, both.parse().unwrap())]);
        assert_eq!(format(&both), Format::OpenMetrics);
        assert_eq!(
            accepting("application/openmetrics-text;version=\"0.0.1\""),
            Format::OpenMetrics
        );
    }

    #[cfg(feature = "native-histograms")]
    #[test]
    fn protobuf_is_for_those_who_name_its_message() {
        // Of Prometheus 2.42 and 3 with native histograms.
        for accept in [
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
             encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,\
             application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,\
             */*;q=0.1",
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
             encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,\
             text/plain;version=1.0.0;q=0.3,*/*;q=0.1",
        ] {
            assert_eq!(accepting(accept), Format::Protobuf, "{accept}");
        }
        for accept in [
            "application/vnd.google.protobuf",
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
            "application/vnd.google.protobuf;proto=other.Message;encoding=delimited,*/*;q=0.1",
        ] {
            assert_eq!(accepting(accept), Format::Text, "{accept}");
        }
    }
}
