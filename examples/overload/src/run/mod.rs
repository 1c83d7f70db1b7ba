//! The runs: each is a service in a group of its own, a load, and checks of what was seen.

pub(crate) mod checks;
mod observe;
mod others;
pub(crate) mod process;
mod scenario;
mod watch;

pub(crate) use self::checks::Check;
pub(crate) use self::observe::Observed;
pub(crate) use self::scenario::{Lab, Scale, Scenario};
