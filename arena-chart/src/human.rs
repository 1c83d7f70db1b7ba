//! Figures for people: sizes in powers of 1024, counts with separators, times with units.

use core::time::Duration;

use bytesize::ByteSize;
use maud::{Markup, html};

/// The sign for a missing figure.
pub const NONE: &str = "–";

/// `1536` as `1.5 KiB`, and without a decimal from a hundred on.
#[must_use]
pub fn size(bytes: u64) -> String {
    let display = ByteSize::b(bytes).display().iec();
    let text = display.to_string();
    match text.find('.') {
        Some(digits) if digits >= 3 => format!("{display:.0}"),
        _ => text,
    }
}

/// The size, with the exact number of bytes as a tooltip.
#[must_use]
pub fn bytes(bytes: u64) -> Markup {
    html! { span title={ (count(bytes)) " bytes" } { (size(bytes)) } }
}

/// The size, or a dash.
#[must_use]
pub fn bytes_or_none(value: Option<u64>) -> Markup {
    html! { @match value { Some(value) => (bytes(value)), None => (NONE) } }
}

/// `1234567` as `1,234,567`.
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `2m 10s`; below a second in whole milliseconds, above it in whole seconds.
#[must_use]
pub fn time(duration: Duration) -> String {
    let whole = match duration.as_secs() {
        0 => Duration::from_millis(duration.as_millis().try_into().unwrap_or(0)),
        seconds => Duration::from_secs(seconds),
    };
    humantime::format_duration(whole).to_string()
}

/// `1.2ms`: a short time in a suitable unit.
#[must_use]
pub fn nanoseconds(nanos: u64) -> String {
    format!("{:.1?}", Duration::from_nanos(nanos))
}

/// The time, or `off`.
#[must_use]
pub fn time_or_off(duration: Option<Duration>) -> String {
    duration.map_or_else(|| "off".to_owned(), time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_powers_of_1024() {
        let sizes = [0, 1023, 1024, 1536, 150_000, 64 << 20, u64::MAX].map(size);
        assert_eq!(
            sizes,
            ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "146 KiB", "64.0 MiB", "16.0 EiB"]
        );
        assert_eq!(bytes(1536).into_string(), r#"<span title="1,536 bytes">1.5 KiB</span>"#);
    }

    #[test]
    fn counts_have_a_comma_before_each_three_digits() {
        assert_eq!(
            [0, 999, 1000, 123_456, 1_234_567].map(count),
            ["0", "999", "1,000", "123,456", "1,234,567"]
        );
    }

    #[test]
    fn times_are_in_words_and_short() {
        let times = [0, 42, 1_999, 130_500].map(|millis| time(Duration::from_millis(millis)));
        assert_eq!(times, ["0s", "42ms", "1s", "2m 10s"]);
        assert_eq!(time_or_off(None), "off");
        assert_eq!(
            [17_000, 1_234_567, 2_500_000_000].map(nanoseconds),
            ["17.0µs", "1.2ms", "2.5s"]
        );
    }
}
