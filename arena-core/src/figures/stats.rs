//! Terms of the statistics: the outcome of a scope, its figures, and the exactness of a peak.

/// How a scope ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Outcome {
    /// The body returned, with `Ok` if it returns a `Result`.
    Returned,
    /// The body returned `Err`.
    Error,
    /// The body panicked.
    Panicked,
    /// The future was dropped before it was ready, for example by a client that hung up, a timeout
    /// or a `select!`.
    Cancelled,
    /// The body reached its `limit`, or the [budget](crate::Settings::budget) of the service: the
    /// arena refused an allocation by a panic, and the body panicked.
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

/// Scopes that ended, by outcome.
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
    /// Scopes that ended with this outcome.
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

/// Whether a site's `peak_used` is exact or a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Exactness {
    /// Exactly the most bytes in use at any moment.
    Exact,
    /// An upper bound. Forks or child scopes gave bytes back before their end. The figure is the
    /// sum of their peaks, which may have come at different moments.
    AtMost,
    /// A lower bound. A `&Bump` was handed out, and bytes given back through it are not seen.
    AtLeast,
    /// An estimate, because both of the above apply.
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

    /// The sign that tables print before the figure.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Estimate => "~",
        }
    }
}

/// The figures of one scope: its own arena, its forks and its child scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Bytes in use at the end, in the arena and its forks.
    pub(crate) used: usize,
    /// Most bytes in use at any moment, child scopes included.
    pub(crate) peak_used: usize,
    /// Most chunk bytes held at any moment, child scopes included.
    pub(crate) reserved: usize,
    /// Chunks requested from the global allocator.
    pub(crate) chunks: usize,
    /// Allocations refused by the limit or the global allocator.
    pub(crate) refusals: usize,
    /// Allocations refused by the budget of the service.
    pub(crate) budget_refusals: usize,
    /// 1 if the scope passed a limit that is only measured.
    pub(crate) over_limit: usize,
    /// Bytes that collections left behind when they grew into new memory.
    pub(crate) abandoned: usize,
    /// The most abandoned bytes within `peak_used`: those of the scope, of its forks, and of one
    /// child scope.
    pub(crate) wasted: usize,
    /// Whether `peak_used` may be too low, because a `&Bump` was handed out and its rewinds are not
    /// seen.
    pub(crate) peak_is_lower_bound: bool,
    /// Whether `peak_used` may be too high, because it is a sum of peaks from different moments.
    pub(crate) peak_is_upper_bound: bool,
    /// Whether a refusal ended in a panic.
    pub(crate) limit_panicked: bool,
    /// Whether code with a raw `&Bump` is stopped by the budget before the site's limit stops it.
    pub(crate) raw_is_at_budget: bool,
}

/// Heap bytes that one scope allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeapTaken {
    /// Bytes allocated by the scope's code.
    pub(crate) inside: u64,
    /// Bytes that the request allocated before the scope. `None` unless it is an outermost scope of
    /// the request.
    pub(crate) before: Option<u64>,
}

impl Figures {
    /// The most bytes in use at any moment, without abandoned ones.
    #[inline(always)]
    pub(crate) fn useful(&self) -> u64 {
        self.peak_used.saturating_sub(self.wasted) as u64
    }

    /// Whether any figure is set that most scopes leave at zero.
    #[inline(always)]
    pub(crate) fn is_unusual(&self) -> bool {
        (self.chunks | self.refusals | self.budget_refusals | self.over_limit | self.abandoned) != 0
            || self.peak_is_lower_bound | self.peak_is_upper_bound
    }
}
