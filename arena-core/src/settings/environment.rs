//! Settings from environment variables. The operator sets them, and they override the settings from
//! code.

use core::time::Duration;
use std::ffi::OsString;

use crate::printable::printable;
use crate::settings::Settings;

/// Overrides settings by environment variables. It ignores a value that it cannot parse, and adds a
/// line to `problems`.
pub(crate) fn override_with(settings: &mut Settings, variable: impl Fn(&str) -> Option<OsString>) {
    let mut problems = Vec::new();
    let mut read = |name: &str, example: &str, set: &mut dyn FnMut(&str) -> bool| {
        let Some(value) = variable(name) else { return };
        if !value.to_str().is_some_and(|text| set(text.trim())) {
            problems.push(std::format!(
                "{name}={} is ignored: it is not of the form {example}",
                printable(&value.to_string_lossy())
            ));
        }
    };
    read("REQUEST_ARENA_RETAIN", "`64 MiB` or `0`", &mut |text| {
        put(&mut settings.retain_bytes, size(text))
    });
    read("REQUEST_ARENA_BUDGET", "`1 GiB` or `off`", &mut |text| {
        put(&mut settings.budget, budget(text))
    });
    read("REQUEST_ARENA_DECAY", "`5s`, `1m` or `off`", &mut |text| {
        put(&mut settings.decay, time(text))
    });
    read("REQUEST_ARENA_MAINTENANCE", "`500ms` (at least `10ms`) or `off`", &mut |text| {
        let is_long_enough = |time: &Option<Duration>| {
            time.is_none_or(|time| time >= Settings::SHORTEST_MAINTENANCE)
        };
        put(&mut settings.maintenance, time(text).filter(is_long_enough))
    });
    read("REQUEST_ARENA_WARN_OPEN", "`60s`, `2h` or `off`", &mut |text| {
        put(&mut settings.warn_open, time(text))
    });
    read("REQUEST_ARENA_DURATIONS", "`on` or `off`", &mut |text| {
        put(&mut settings.durations, switch(text))
    });
    settings.problems = problems;
}

fn put<T>(setting: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *setting = value;
            true
        }
        None => false,
    }
}

fn size(text: &str) -> Option<usize> {
    parse_size::parse_size(text).ok().and_then(|bytes| usize::try_from(bytes).ok())
}

fn budget(text: &str) -> Option<Option<usize>> {
    if text == "off" { Some(None) } else { size(text).map(Some) }
}

fn time(text: &str) -> Option<Option<Duration>> {
    if text == "off" { Some(None) } else { humantime::parse_duration(text).ok().map(Some) }
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Settings {
        let mut settings = Settings::default();
        override_with(&mut settings, |name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| OsString::from(value))
        });
        settings
    }

    #[test]
    fn the_environment_is_read() {
        let settings = with(&[
            ("REQUEST_ARENA_RETAIN", "16 MiB"),
            ("REQUEST_ARENA_BUDGET", "1 GiB"),
            ("REQUEST_ARENA_DECAY", "1m 30s"),
            ("REQUEST_ARENA_MAINTENANCE", "off"),
            ("REQUEST_ARENA_WARN_OPEN", "2h"),
            ("REQUEST_ARENA_DURATIONS", "on"),
        ]);
        assert_eq!(settings.problems, [""; 0]);
        assert_eq!(settings.budget, Some(1 << 30));
        assert_eq!(with(&[("REQUEST_ARENA_BUDGET", "off")]).budget, None);
        assert_eq!(
            (settings.retain_bytes, settings.decay),
            (16 << 20, Some(Duration::from_secs(90)))
        );
        assert_eq!(
            (settings.maintenance, settings.warn_open),
            (None, Some(Duration::from_secs(7200)))
        );
        assert!(settings.durations);
    }

    #[test]
    fn a_maintenance_that_would_never_sleep_is_ignored_and_said() {
        for text in ["0s", "1ns", "9ms"] {
            let settings = with(&[("REQUEST_ARENA_MAINTENANCE", text)]);
            assert_eq!(settings.maintenance, Settings::default().maintenance);
            let wrong = "is ignored: it is not of the form `500ms` (at least `10ms`) or `off`";
            assert_eq!(settings.problems, [format!("REQUEST_ARENA_MAINTENANCE={text} {wrong}")]);
        }
        assert_eq!(
            with(&[("REQUEST_ARENA_MAINTENANCE", "10ms")]).maintenance,
            Some(Duration::from_millis(10))
        );
    }

    #[test]
    fn what_cannot_be_read_changes_nothing_and_is_said() {
        let settings = with(&[
            ("REQUEST_ARENA_RETAIN", "much"),
            ("REQUEST_ARENA_BUDGET", "half"),
            ("REQUEST_ARENA_DECAY", "5"),
            ("REQUEST_ARENA_MAINTENANCE", "0s"),
            ("REQUEST_ARENA_DURATIONS", "maybe"),
        ]);
        assert_eq!(settings.problems.len(), 5);
        assert_eq!(
            settings.problems[0],
            "REQUEST_ARENA_RETAIN=much is ignored: it is not of the form `64 MiB` or `0`"
        );
        assert_eq!(Settings { problems: Vec::new(), ..settings }, Settings::default());
    }
}
