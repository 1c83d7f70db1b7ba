//! The figures of a scope: terms of the statistics, histograms, and the counters of each site.

pub(crate) mod cells;
pub(crate) mod histogram;
pub(crate) mod ledger;
pub(crate) mod measures;
pub(crate) mod recent;
pub(crate) mod stats;
