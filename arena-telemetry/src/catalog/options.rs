//! The number of series: which families are exported, how fine their histograms are, and how many
//! handlers have series of their own.

use core::fmt;
use std::borrow::Cow;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock};
use std::time::Instant;

use request_arena_core::SiteReport;

use super::own::{Own, Split};
use crate::Snapshot;

/// How much the catalog has. [`configure`] sets it for all exporters of the process.
///
/// A handler has about 35 series with the defaults, 55 with heap bytes, and 90 with durations and
/// response buffers, too. In Prometheus' text format a series takes 100 to 150 bytes.
///
/// ```
/// use request_arena_telemetry::catalog::{self, Detail, Options, QuantileError};
///
/// let options = Options::default()
///     .with_most_sites(1000)
///     .with("request_arena_used_bytes", Detail::Buckets(QuantileError::Twofold))
///     .with("request_arena_resets_total", Detail::Absent);
/// catalog::configure(options)?;
/// # Ok::<(), catalog::UnknownFamily>(())
/// ```
///
/// Options remember which handlers have series of their own, for all scrapes with them and with
/// their clones. Options are equal if they have the same settings.
#[derive(Clone, Debug)]
pub struct Options {
    most_sites: usize,
    own: Arc<Mutex<Own>>,
    /// The families that differ from [`Detail::default`].
    families: Vec<(Cow<'static, str>, Detail)>,
}

/// How much of a family is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing.
    Absent,
    /// Of a histogram only its sum and count, with the one bucket `+Inf`. Other families are
    /// complete.
    Totals,
    /// A histogram with buckets for this error. Other families are complete.
    Buckets(QuantileError),
}

/// The most by which a quantile of a histogram differs from the true one. Values below the first
/// bound, and above the last, are not distinguished.
///
/// All bounds are powers of two, and the bounds of a larger error are among those of a smaller one.
/// So processes with different errors can be added up by the bounds that they share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuantileError {
    /// A factor of 2: 25 buckets, for bytes from 128 B to 1 GiB.
    Twofold,
    /// A factor of 4: 13 buckets, for bytes from 256 B to 1 GiB.
    #[default]
    Fourfold,
    /// A factor of 16: 7 buckets, for bytes from 1 KiB to 1 GiB.
    Sixteenfold,
}

impl Default for Options {
    /// The 250 heaviest handlers have series of their own. `request_arena_used_bytes` and
    /// `request_arena_reserved_bytes` have only totals, and all other histograms have buckets for
    /// [`QuantileError::Fourfold`].
    fn default() -> Self {
        let totals = ["request_arena_used_bytes", "request_arena_reserved_bytes"];
        let families = totals.map(|name| (name.into(), Detail::Totals)).into();
        Self { most_sites: 250, own: Arc::default(), families }
    }
}

impl PartialEq for Options {
    fn eq(&self, other: &Self) -> bool {
        (self.most_sites, &self.families) == (other.most_sites, &other.families)
    }
}

impl Eq for Options {}

impl Default for Detail {
    fn default() -> Self {
        Self::Buckets(QuantileError::default())
    }
}

impl Options {
    /// Gives at most this many handlers series of their own. All others are added up under the
    /// labels `scope="other", module=""`. The family `request_arena_other_handlers` has their
    /// number.
    ///
    /// The handlers with series of their own are the heaviest ones: those with the largest share of
    /// all scopes, or of the bytes of all peaks. While fewer handlers have been called, each gets
    /// series at once. Later, a handler keeps its series until one of `other` weighs at least twice
    /// as much. That is looked at every ten minutes, and takes effect at the next scrape. Handlers
    /// with less than a quarter of an equal share replace none, and at most a tenth of the handlers
    /// change at a time.
    ///
    /// No counter ever falls. When a handler gets series of its own, they begin at 0, and its
    /// counts until then stay in `other`. When it loses them, they end, and later events count in
    /// `other`. If it gets them again, they go on where they ended. So `rate` and `increase` are
    /// right for each series, and sums over all of them are those of the service.
    #[must_use]
    pub fn with_most_sites(self, sites: usize) -> Self {
        Self { most_sites: sites, own: Arc::default(), ..self }
    }

    /// Exports the family `name` in this detail. The name is the whole one, as in
    /// [`Family::name`](super::Family::name).
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, detail: Detail) -> Self {
        let name = name.into();
        self.families.retain(|(known, _)| *known != name);
        self.families.push((name, detail));
        self
    }

    /// Exports all histograms with buckets for this error, also those that have only totals by
    /// default.
    #[must_use]
    pub fn with_buckets(mut self, error: QuantileError) -> Self {
        let histograms = [
            #[cfg(feature = "admission")]
            "request_arena_admission_wait_seconds",
            "request_arena_heap_bytes",
            "request_arena_peak_used_bytes",
            "request_arena_reserved_bytes",
            "request_arena_response_bytes",
            "request_arena_scope_duration_seconds",
            "request_arena_used_bytes",
        ];
        for name in histograms {
            self = self.with(name, Detail::Buckets(error));
        }
        self
    }

    /// How many handlers have series of their own at most.
    #[cfg(feature = "admission")]
    pub(super) const fn most_sites(&self) -> usize {
        self.most_sites
    }

    /// Splits the handlers of a report into those with series of their own, and others.
    pub(super) fn split(&self, sites: Vec<SiteReport>, now: Instant) -> Split {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        own.split(sites, self.most_sites, now)
    }

    /// How the family is exported.
    #[must_use]
    pub fn detail(&self, name: &str) -> Detail {
        let known = self.families.iter().find(|(known, _)| known == name);
        known.map_or_else(Detail::default, |(_, detail)| *detail)
    }
}

impl Detail {
    /// A histogram keeps each bound at a multiple of this. `None` for no bound.
    pub(super) const fn step(self) -> Option<usize> {
        match self {
            Self::Absent | Self::Totals => None,
            Self::Buckets(QuantileError::Twofold) => Some(1),
            Self::Buckets(QuantileError::Fourfold) => Some(2),
            Self::Buckets(QuantileError::Sixteenfold) => Some(4),
        }
    }
}

/// [`Options`] name a family that the catalog does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFamily {
    name: String,
}

impl fmt::Display for UnknownFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no family is called `{}`; `catalog::families(&Snapshot::take())` lists all of them",
            self.name
        )
    }
}

impl core::error::Error for UnknownFamily {}

static DEFAULTS: LazyLock<Arc<Options>> = LazyLock::new(Arc::default);

/// `None` for the defaults.
static OPTIONS: RwLock<Option<Arc<Options>>> = RwLock::new(None);

/// Sets what all exporters of this process export from now on. Call it once, before the first
/// scrape: a series that ends, or buckets that change, are a gap in every graph.
/// `register` of OpenTelemetry keeps the options of its call.
///
/// # Errors
///
/// If the options name a family that does not exist. Then nothing changes.
pub fn configure(options: Options) -> Result<(), UnknownFamily> {
    let all = Options { families: Vec::new(), ..Options::default() };
    let families = super::families_with(&Snapshot::take(), &all);
    let is_unknown =
        |name: &&Cow<'static, str>| !families.iter().any(|family| family.name == **name);
    if let Some(unknown) = options.families.iter().map(|(name, _)| name).find(is_unknown) {
        return Err(UnknownFamily { name: unknown.clone().into_owned() });
    }
    *OPTIONS.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(options));
    Ok(())
}

/// The options that [`configure`] has set, or the defaults.
#[must_use]
pub fn options() -> Arc<Options> {
    let set = OPTIONS.read().unwrap_or_else(PoisonError::into_inner).clone();
    set.unwrap_or_else(|| Arc::clone(&DEFAULTS))
}
