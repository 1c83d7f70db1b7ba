//! The goals: bounds for figures. A goal with several figures shows the one that is nearest to its
//! bound, or farthest beyond it.

use std::collections::BTreeMap;

use serde::Serialize;
use worker_harness::Allocator;

use super::samples::{Key, Samples, quartiles};

/// A goal, and whether it holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Goal {
    pub(super) goal: &'static str,
    /// The value of the part nearest to its bound, or farthest beyond it. `None` if a part was not
    /// measured.
    pub(super) value: Option<f64>,
    /// The bound of that part.
    pub(super) bound: f64,
    pub(super) relation: Relation,
    pub(super) holds: bool,
    /// Why it does not hold.
    pub(super) reason: Option<String>,
    pub(super) parts: Vec<Part>,
}

/// One figure with a bound.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Part {
    pub(super) figure: String,
    pub(super) value: Option<f64>,
    pub(super) bound: f64,
    pub(super) relation: Relation,
    /// Why its workload could not be measured.
    #[serde(skip)]
    missing: Option<String>,
}

/// The relation of the value to the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) enum Relation {
    #[serde(rename = "at most")]
    AtMost,
    #[serde(rename = "at least")]
    AtLeast,
    #[serde(rename = "more than")]
    MoreThan,
    #[serde(rename = "less than")]
    LessThan,
}

use Relation::{AtLeast, AtMost, LessThan, MoreThan};

impl Relation {
    pub(super) const fn text(self) -> &'static str {
        match self {
            AtMost => "at most",
            AtLeast => "at least",
            MoreThan => "more than",
            LessThan => "less than",
        }
    }

    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            AtMost => value <= bound,
            AtLeast => value >= bound,
            MoreThan => value > bound,
            LessThan => value < bound,
        }
    }

    /// How much of the bound is used up: 1 at the bound, more beyond it.
    fn strain(self, value: f64, bound: f64) -> f64 {
        let (small, large) = match self {
            AtMost | LessThan => (bound, value),
            AtLeast | MoreThan => (value, bound),
        };
        if large <= 0.0 { 0.0 } else { large / small }
    }
}

impl Part {
    fn holds(&self) -> bool {
        self.value.is_some_and(|value| self.relation.holds(value, self.bound))
    }

    fn strain(&self) -> f64 {
        self.value.map_or(f64::INFINITY, |value| self.relation.strain(value, self.bound))
    }
}

/// The goals over the samples.
struct Goals<'s> {
    samples: &'s Samples,
    missing: &'s BTreeMap<String, String>,
    found: Vec<Goal>,
}

/// All goals, in the order of the table.
///
/// `missing` says why workloads could not be measured, by their names.
pub(super) fn all(samples: &Samples, missing: &BTreeMap<String, String>) -> Vec<Goal> {
    const OURS: &str = "request_arena macro";
    const SMALL: &str = "100 x 48 bytes";
    let allocators = Allocator::ALL.map(Allocator::name);
    let mut goals = Goals { samples, missing, found: Vec::new() };
    let on = |workload: &str, candidate: &str, figure: &str| {
        Key::new(workload, candidate, "jemalloc", figure)
    };
    let request = |candidate: &str, figure: &str| on("requests", candidate, figure);

    goals.add(
        "empty scope, all statistics on: ns over the bare thread-local pool",
        vec![goals.more(
            &request("request_arena scope", "empty"),
            &request("bumpalo thread-local pool", "empty"),
            AtMost,
            10.0,
        )],
    );
    let parts = allocators.map(|allocator| {
        let request = |candidate: &str| Key::new("requests", candidate, allocator, SMALL);
        goals.ratio(&request(OURS), &request("bumpalo reset"), AtMost, 1.1)
    });
    goals.add(
        "100 x 48 bytes: `#[request_arena]` over one `Bump` with `reset` by hand",
        parts.to_vec(),
    );
    goals.add(
        "100 x 48 bytes: jemalloc `Box` over `#[request_arena]`",
        vec![goals.ratio(&request("heap", SMALL), &request(OURS, SMALL), AtLeast, 4.0)],
    );
    goals.add(
        "search path in-process, arena over std collections on jemalloc: throughput, p99",
        vec![
            goals.ratio(
                &on("search", "arena", "throughput"),
                &on("search", "heap", "throughput"),
                AtLeast,
                1.5,
            ),
            goals.ratio(&on("search", "arena", "p99"), &on("search", "heap", "p99"), AtMost, 0.7),
        ],
    );
    let parts = allocators.iter().flat_map(|allocator| {
        let service =
            |candidate: &str, figure: &str| Key::new("service", candidate, allocator, figure);
        let (throughput, p99) = ("closed loop, throughput", "closed loop, p99");
        [
            goals.ratio(&service("arena", throughput), &service("heap", throughput), MoreThan, 1.0),
            goals.ratio(&service("arena", p99), &service("heap", p99), LessThan, 1.0),
        ]
    });
    let parts = parts.collect();
    goals.add(
        "over sockets at 64 connections, arena over heap on every allocator: throughput, p99",
        parts,
    );
    let parts = ["empty", SMALL, "1000 mixed sizes"].map(|figure| {
        let figure = format!("{figure}, from the allocator");
        goals.plain(&request(OURS, &figure), AtMost, 0.0)
    });
    goals.add(
        "bytes that a request allocates from the global allocator in the steady state, on jemalloc",
        parts.to_vec(),
    );
    let parts = allocators.map(|allocator| {
        let key = Key::new(
            "spike",
            "request_arena scope",
            allocator,
            "retained at the end, over the usual peak",
        );
        goals.plain(&key, AtMost, 2.0)
    });
    goals.add("after the spike: retained over the site's usual peak", parts.to_vec());
    let parts = ["empty", SMALL].map(|figure| {
        goals.plain(
            &on("threads", "request_arena scope", &format!("{figure}, 2 threads over 1")),
            AtLeast,
            1.9,
        )
    });
    goals.add("2 threads over 1: throughput", parts.to_vec());
    goals.add(
        "an order of 4 KB, parsed, priced and serialised on jemalloc: instructions, arena over \
         serde_json on the heap",
        vec![goals.ratio(
            &on("orders-instructions", "arena, serde_json", "4 KB"),
            &on("orders-instructions", "heap, serde_json", "4 KB"),
            AtMost,
            0.75,
        )],
    );
    let orders = |candidate: &str, figure: &str| on("orders-service", candidate, figure);
    let (throughput, p99) = ("4 KB, throughput", "4 KB, p99");
    let parts = [
        goals.ratio(&orders("arena", throughput), &orders("heap", throughput), AtLeast, 1.15),
        goals.ratio(&orders("arena", p99), &orders("heap", p99), AtMost, 1.0),
    ];
    goals.add(
        "orders of 4 KB over sockets at 64 connections, arena over heap on jemalloc: throughput, \
         p99",
        parts.to_vec(),
    );
    goals.found
}

impl Goals<'_> {
    fn plain(&self, key: &Key, relation: Relation, bound: f64) -> Part {
        self.part(key, name(key), self.samples.of(key), relation, bound)
    }

    fn ratio(&self, one: &Key, other: &Key, relation: Relation, bound: f64) -> Part {
        let values = self.samples.of_both(one, other, |one, other| one / other);
        self.part(one, format!("{} over {}", name(one), other.candidate), values, relation, bound)
    }

    fn more(&self, one: &Key, other: &Key, relation: Relation, bound: f64) -> Part {
        let values = self.samples.of_both(one, other, |one, other| one - other);
        self.part(one, format!("{} less {}", name(one), other.candidate), values, relation, bound)
    }

    fn part(
        &self,
        key: &Key,
        figure: String,
        values: Option<Vec<f64>>,
        relation: Relation,
        bound: f64,
    ) -> Part {
        let value = values.map(|values| quartiles(values)[1]);
        Part { figure, value, bound, relation, missing: self.missing.get(&key.workload).cloned() }
    }

    /// Judges a goal by its parts. There is at least one.
    fn add(&mut self, goal: &'static str, parts: Vec<Part>) {
        let holds = parts.iter().all(Part::holds);
        let Some(worst) = parts.iter().max_by(|one, other| one.strain().total_cmp(&other.strain()))
        else {
            return;
        };
        let Part { value, bound, relation, .. } = *worst;
        let reason = (!holds).then(|| reason(&parts));
        self.found.push(Goal { goal, value, bound, relation, holds, reason, parts });
    }
}

fn name(key: &Key) -> String {
    format!("{}: {}, {}", key.workload, key.candidate, key.figure)
}

fn reason(parts: &[Part]) -> String {
    let parts =
        parts.iter().filter(|part| !part.holds()).map(|part| match (part.value, &part.missing) {
            (None, Some(reason)) => format!("{} was not measured: {reason}", part.figure),
            (None, None) => format!("{} was not measured", part.figure),
            (Some(value), _) => format!(
                "{} is {value:.3}, not {} {}",
                part.figure,
                part.relation.text(),
                part.bound
            ),
        });
    parts.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Unit;

    fn judged(goal: usize, measured: &[(&str, &str, &str, f64)]) -> Goal {
        let mut samples = Samples::default();
        for &(workload, candidate, figure, value) in measured {
            samples.add(
                Key::new(workload, candidate, "jemalloc", figure),
                Unit::Nanoseconds,
                value,
            );
        }
        all(&samples, &BTreeMap::new()).swap_remove(goal)
    }

    #[test]
    fn there_is_a_row_for_each_goal_also_when_nothing_was_measured() {
        let goals = all(&Samples::default(), &BTreeMap::new());
        assert_eq!(goals.len(), 10);
        assert!(goals.iter().all(|goal| !goal.holds && goal.value.is_none()));
        assert!(goals.iter().all(|goal| {
            goal.reason.as_ref().is_some_and(|reason| reason.ends_with("was not measured"))
        }));
    }

    #[test]
    fn what_could_not_be_measured_says_why() {
        let missing = [("requests".to_owned(), "there is no clock".to_owned())].into();
        let reason = all(&Samples::default(), &missing).swap_remove(0).reason.unwrap();
        assert!(reason.ends_with("was not measured: there is no clock"), "{reason}");
    }

    #[test]
    fn a_ratio_at_its_bound_holds_and_one_beyond_it_says_how_far() {
        let of = |heap| {
            judged(
                2,
                &[
                    ("requests", "heap", "100 x 48 bytes", heap),
                    ("requests", "request_arena macro", "100 x 48 bytes", 100.0),
                ],
            )
        };
        let (at, beyond) = (of(400.0), of(375.0));
        assert_eq!((at.value, at.bound, at.holds, at.reason), (Some(4.0), 4.0, true, None));
        assert_eq!((beyond.value, beyond.holds), (Some(3.75), false));
        assert!(beyond.reason.unwrap().ends_with("is 3.750, not at least 4"));
    }

    #[test]
    fn a_goal_of_parts_shows_the_one_that_is_the_farthest_beyond_its_bound() {
        let goal = judged(
            3,
            &[
                ("search", "arena", "throughput", 320.0),
                ("search", "heap", "throughput", 200.0),
                ("search", "arena", "p99", 90.0),
                ("search", "heap", "p99", 100.0),
            ],
        );
        assert_eq!((goal.value, goal.bound, goal.holds), (Some(0.9), 0.7, false));
        assert!(goal.reason.unwrap().contains("p99"));
        assert_eq!(goal.parts[0].value, Some(1.6));
    }

    #[test]
    fn none_is_at_most_none_and_one_is_not() {
        let of = |bytes| {
            let figures = ["empty", "100 x 48 bytes", "1000 mixed sizes"]
                .map(|figure| format!("{figure}, from the allocator"));
            let [first, second, third] = figures.each_ref().map(String::as_str);
            let ours = "request_arena macro";
            judged(
                5,
                &[
                    ("requests", ours, first, 0.0),
                    ("requests", ours, second, bytes),
                    ("requests", ours, third, 0.0),
                ],
            )
        };
        assert_eq!((of(0.0).value, of(0.0).holds), (Some(0.0), true));
        assert_eq!((of(1.0).value, of(1.0).holds), (Some(1.0), false));
    }
}
