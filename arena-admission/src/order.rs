//! The order of requests that wait.

/// The order in which requests of one priority are served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Order {
    /// The oldest first. It is fair, and it is the default.
    #[default]
    Fifo,
    /// The newest first. Under overload its client still waits for the answer, while the oldest
    /// client has often given up. A full queue refuses the oldest request.
    Lifo,
}

/// The class of a request. A waiting request of a higher class is served before all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Priority {
    /// Before all others.
    High,
    /// The default.
    #[default]
    Normal,
    /// After all others. A full queue refuses these first.
    Low,
}

impl Priority {
    pub(crate) const COUNT: usize = 3;

    /// All classes, the highest first.
    pub const ALL: [Self; Self::COUNT] = [Self::High, Self::Normal, Self::Low];

    /// The name that labels and log fields use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }
}

/// What a gate does with a request that does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Mode {
    /// Nothing, and it reserves and counts nothing.
    Off,
    /// It admits the request at once, and counts that it would have waited or would have been
    /// refused. The default.
    #[default]
    Measure,
    /// The request waits, and is refused if there is no room in time.
    Enforce,
}
