//! The operator's options: the environment variable that jemalloc reads, and the one that it
//! ignores.

use std::env;

/// The variable of a build with prefixed functions, which is tikv-jemallocator's default.
const PREFIXED: &str = "_RJEM_MALLOC_CONF";
/// The variable of a build that is the program's `malloc`.
const UNPREFIXED: &str = "MALLOC_CONF";

/// jemalloc's options in the environment.
#[derive(Debug)]
pub(super) struct Environment {
    /// The variable that this build reads.
    pub(super) read: &'static str,
    /// The variable that this build ignores.
    pub(super) ignored: &'static str,
    options: Option<String>,
    ignored_options: Option<String>,
}

impl Environment {
    pub(super) fn of(prefixed: bool) -> Self {
        let (read, ignored) = (variable_of(prefixed), variable_of(!prefixed));
        Self { read, ignored, options: variable(read), ignored_options: variable(ignored) }
    }

    /// Whether the ignored variable is set, and its options differ from those of the other one.
    pub(super) fn is_missed(&self) -> bool {
        self.ignored_options.is_some() && self.ignored_options != self.options
    }

    /// The value of an option in the variable that jemalloc reads.
    pub(super) fn option(&self, key: &str) -> Option<&str> {
        value(self.options.as_deref()?, key)
    }
}

/// The environment variable from which jemalloc reads its options: `_RJEM_MALLOC_CONF` in a build
/// with prefixed functions, `MALLOC_CONF` in a build without.
///
/// ```
/// use request_arena_memory::jemalloc::{is_prefixed, variable_of};
///
/// println!("jemalloc reads {}", variable_of(is_prefixed()));
/// ```
#[must_use]
pub fn variable_of(prefixed: bool) -> &'static str {
    if prefixed { PREFIXED } else { UNPREFIXED }
}

fn variable(name: &str) -> Option<String> {
    env::var_os(name)
        .map(|text| text.to_string_lossy().into_owned())
        .filter(|text| !text.is_empty())
}

/// The value of an option in jemalloc's `key:value,key:value`. The last one counts.
pub(super) fn value<'a>(options: &'a str, key: &str) -> Option<&'a str> {
    options
        .rsplit(',')
        .filter_map(|option| option.split_once(':'))
        .find_map(|(k, value)| (k == key).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::{Environment, value};

    #[test]
    fn the_last_value_of_an_option_counts() {
        let options = "background_thread:true,dirty_decay_ms:-1,background_thread:false";
        assert_eq!(value(options, "background_thread"), Some("false"));
        assert_eq!(value(options, "dirty_decay_ms"), Some("-1"));
        assert_eq!(value(options, "decay_ms"), None);
        assert_eq!(value("", "background_thread"), None);
        assert_eq!(value("background_thread", "background_thread"), None);
    }

    #[test]
    fn options_in_the_ignored_variable_are_missed_unless_they_are_in_the_other_too() {
        let environment = |options: Option<&str>, ignored: Option<&str>| Environment {
            options: options.map(str::to_owned),
            ignored_options: ignored.map(str::to_owned),
            ..Environment::of(true)
        };
        assert!(environment(None, Some("narenas:1")).is_missed());
        assert!(environment(Some("narenas:2"), Some("narenas:1")).is_missed());
        assert!(!environment(Some("narenas:1"), Some("narenas:1")).is_missed());
        assert!(!environment(Some("narenas:1"), None).is_missed());
    }
}
