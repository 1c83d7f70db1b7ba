//! The words of the statistics: how a scope ends, what one scope took, and whether a peak is exact.

/// How a scope ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Outcome {
    /// The body returned, with `Ok` where it returns a `Result`.
    Returned,
    /// The body returned `Err`.
    Error,
    /// The body panicked.
    Panicked,
    /// The future was dropped before it was ready: the client hung up, a timeout or a `select!`
    /// dropped it.
    Cancelled,
    /// The body panicked after its arena had refused it memory by a panic: it was at its `limit`.
    LimitExceeded,
}

impl Outcome {
    /// All outcomes, in the order of [`Outcomes`]' fields.
    pub const ALL: [Self; 5] =
        [Self::Returned, Self::Error, Self::Panicked, Self::Cancelled, Self::LimitExceeded];

    /// The name that labels and log fields use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::Error => "error",
            Self::Panicked => "panicked",
            Self::Cancelled => "cancelled",
            Self::LimitExceeded => "limit_exceeded",
        }
    }
}

/// Scopes that ended, by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Outcomes {
    /// See [`Outcome::Returned`].
    pub returned: u64,
    /// See [`Outcome::Error`].
    pub error: u64,
    /// See [`Outcome::Panicked`].
    pub panicked: u64,
    /// See [`Outcome::Cancelled`].
    pub cancelled: u64,
    /// See [`Outcome::LimitExceeded`].
    pub limit_exceeded: u64,
}

impl Outcomes {
    /// Scopes that ended this way.
    #[must_use]
    pub fn of(&self, outcome: Outcome) -> u64 {
        let mut all = *self;
        *all.slot(outcome)
    }

    /// All scopes that ended.
    #[must_use]
    pub fn total(&self) -> u64 {
        Outcome::ALL.iter().map(|&outcome| self.of(outcome)).sum()
    }

    pub(crate) fn slot(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Returned => &mut self.returned,
            Outcome::Error => &mut self.error,
            Outcome::Panicked => &mut self.panicked,
            Outcome::Cancelled => &mut self.cancelled,
            Outcome::LimitExceeded => &mut self.limit_exceeded,
        }
    }
}

/// What a site's `peak_used` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Exactness {
    /// Exactly the most bytes in use at any moment.
    Exact,
    /// Never less than the truth: forks or child scopes gave bytes back before their end, and their
    /// peaks, which may have come at different moments, are added up.
    AtMost,
    /// Never more than the truth: a `&Bump` was handed out, and what is given back through it is
    /// not seen.
    AtLeast,
    /// Both of the above.
    Estimate,
}

impl Exactness {
    pub(crate) fn of_peak(is_lower_bound: bool, is_upper_bound: bool) -> Self {
        match (is_lower_bound, is_upper_bound) {
            (false, false) => Self::Exact,
            (false, true) => Self::AtMost,
            (true, false) => Self::AtLeast,
            (true, true) => Self::Estimate,
        }
    }

    /// The sign that tables put before the figure.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Estimate => "~",
        }
    }
}

/// What one scope took: its own arena, its forks, and its child scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Bytes in use at the end, in the arena and its forks.
    pub(crate) used: usize,
    /// Most bytes in use at any moment, with those of child scopes.
    pub(crate) peak_used: usize,
    /// Most chunk bytes held at any moment, with those of child scopes.
    pub(crate) reserved: usize,
    /// Chunks that were asked of the global allocator.
    pub(crate) chunks: usize,
    /// Calls that the limit (or the global allocator) refused.
    pub(crate) refusals: usize,
    /// Bytes that collections left behind when they grew into new memory.
    pub(crate) abandoned: usize,
    /// Of `peak_used`, at most so much was such bytes: its own, its forks', and those of one child
    /// scope.
    pub(crate) wasted: usize,
    /// `&Bump` was handed out, so rewinds may have gone unseen and `peak_used` may be too low.
    pub(crate) peak_is_lower_bound: bool,
    /// Peaks of several arenas were added up that may not have come at the same moment, so
    /// `peak_used` may be too high.
    pub(crate) peak_is_upper_bound: bool,
    /// A refusal ended in a panic.
    pub(crate) limit_panicked: bool,
}

/// What one scope took from the heap, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeapTaken {
    /// By its code.
    pub(crate) inside: u64,
    /// Before it opened, by the request that it is an outermost scope of.
    pub(crate) before: Option<u64>,
}

impl Figures {
    /// The most bytes that were in use for something.
    #[inline(always)]
    pub(crate) fn useful(&self) -> u64 {
        self.peak_used.saturating_sub(self.wasted) as u64
    }

    /// Whether anything is to be counted that most scopes do not have.
    #[inline(always)]
    pub(crate) fn is_unusual(&self) -> bool {
        (self.chunks | self.refusals | self.abandoned) != 0
            || self.peak_is_lower_bound | self.peak_is_upper_bound
    }
}
