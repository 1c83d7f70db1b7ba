//! A budget for arenas that is a share of the container's memory.

use core::fmt;

use request_arena_core::{BudgetReport, configure};
use request_arena_memory::container::{Container, Error};

/// Sets the [budget](request_arena_core::Settings::budget) of the service to a share (0 to 1) of
/// the lowest memory limit of its container. Returns the budget in bytes.
///
/// Call it at the start of the program, and again if the container's limit changes. The arenas are
/// one part of the memory, so the share is below 1: the rest is for the heap, for caches, and for
/// the kernel's buffers.
///
/// ```
/// use request_arena_telemetry::budget_of_container;
///
/// match budget_of_container(0.5) {
///     Ok(bytes) => println!("arenas take at most {bytes} bytes"),
///     Err(error) => eprintln!("no budget for arenas: {error}"),
/// }
/// ```
///
/// # Errors
///
/// Fails if the share is not above 0 and at most 1, if the container has no memory limit or cannot
/// be read, and if `REQUEST_ARENA_BUDGET` sets another budget. The budget then stays as it is.
pub fn budget_of_container(share: f64) -> Result<usize, BudgetError> {
    set(share, Container::find)
}

/// Why [`budget_of_container`] has not set a budget.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BudgetError {
    /// The share is not above 0 and at most 1.
    Share(f64),
    /// The container cannot be read.
    Container(Error),
    /// The container has no memory limit.
    NoLimit,
    /// The environment variable `REQUEST_ARENA_BUDGET` overrides the settings.
    Overridden {
        /// The budget in force, in bytes. `None` if the variable is `off`.
        in_force: Option<usize>,
    },
}

impl fmt::Display for BudgetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => write!(
                f,
                "{share} is no share of the container's memory: pass a number above 0, and at \
                 most 1, as in `budget_of_container(0.5)`"
            ),
            Self::Container(error) => error.fmt(f),
            Self::NoLimit => f.write_str(
                "the container has no memory limit: set one, or set `Settings::budget` in bytes",
            ),
            Self::Overridden { in_force: Some(bytes) } => write!(
                f,
                "the environment variable REQUEST_ARENA_BUDGET sets the budget to {bytes} bytes: \
                 unset it to use a share of the container"
            ),
            Self::Overridden { in_force: None } => f.write_str(
                "the environment variable REQUEST_ARENA_BUDGET turns the budget off: unset it to \
                 use a share of the container",
            ),
        }
    }
}

impl core::error::Error for BudgetError {}

fn set(share: f64, find: impl FnOnce() -> Result<Container, Error>) -> Result<usize, BudgetError> {
    if !(share > 0.0 && share <= 1.0) {
        return Err(BudgetError::Share(share));
    }
    let reading = find().and_then(|mut container| container.read());
    let reading = reading.map_err(BudgetError::Container)?;
    let limit = reading.limit().ok_or(BudgetError::NoLimit)?;
    let bytes = (limit.bytes as f64 * share) as usize;
    configure(|settings| settings.budget = Some(bytes));
    match BudgetReport::read().limit_bytes {
        Some(in_force) if in_force == bytes => Ok(bytes),
        in_force => Err(BudgetError::Overridden { in_force }),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// One of the machines in `arena-memory/tests/containers`.
    fn machine(case: &str) -> impl FnOnce() -> Result<Container, Error> {
        let machines = concat!(env!("CARGO_MANIFEST_DIR"), "/../arena-memory/tests/containers");
        let root = std::path::Path::new(machines).join(case);
        || Container::beneath(root)
    }

    #[test]
    fn the_budget_is_a_share_of_the_lowest_limit() {
        assert_eq!(set(0.5, machine("v2-namespace")), Ok(128 << 20));
        assert_eq!(request_arena_core::report().budget.limit_bytes, Some(128 << 20));
        assert_eq!(set(0.25, machine("v2-nested")), Ok(128 << 20), "of 512 MiB");
        for share in [0.0, -0.5, 1.5, f64::NAN] {
            assert!(matches!(set(share, machine("v2-nested")), Err(BudgetError::Share(_))));
        }
        assert_eq!(set(0.5, machine("v2-controller-above")), Err(BudgetError::NoLimit));
        let missing = set(0.5, machine("no-such-machine"));
        assert!(matches!(missing, Err(BudgetError::Container(_))), "{missing:?}");
        assert_eq!(request_arena_core::report().budget.limit_bytes, Some(128 << 20), "it stays");
        configure(|settings| settings.budget = None);
    }
}
