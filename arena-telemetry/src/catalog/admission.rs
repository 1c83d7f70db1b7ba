//! The families of admission control. They exist once for each gate, with the label `gate`.
//!
//! Telemetry depends on admission, and not the other way: a gate needs no exporter to work.

use core::cmp::Reverse;
use std::collections::HashSet;

use request_arena_admission::{HandlerWeight, Mode, Priority, Reason, Snapshot};

use super::{Distribution, Family, Options, Sample, Unit, Value, counter, gauge, histogram};

pub(super) fn families(gates: &[Snapshot], options: &Options) -> Vec<Family> {
    let mut families = of_requests(gates);
    families.extend(of_waits(gates, options));
    families.extend(of_memory(gates, options));
    families
}

fn of_requests(gates: &[Snapshot]) -> Vec<Family> {
    let count = |name, help, value| counter(name, None, help, each(gates, value));
    let by_reason = |name, help, value: fn(&Snapshot, Reason) -> u64| {
        let all = gates.iter().flat_map(|gate| {
            Reason::ALL.map(|reason| {
                of(gate, Value::Whole(value(gate, reason))).with("reason", reason.as_str())
            })
        });
        counter(name, None, help, all.collect())
    };
    vec![
        gauge(
            "request_arena_admission_enforced",
            None,
            "1 if requests that do not fit wait or are refused, 0 if they are only counted.",
            each(gates, |gate| Some(u64::from(gate.mode == Mode::Enforce))),
        ),
        count(
            "request_arena_admission_admitted_total",
            "Requests that were admitted, without exempt ones.",
            |gate| Some(gate.admitted),
        ),
        count(
            "request_arena_admission_nested_total",
            "Requests inside of an admitted one, admitted although there was no room.",
            |gate| Some(gate.nested),
        ),
        count(
            "request_arena_admission_exempt_total",
            "Requests that did not need admission.",
            |gate| Some(gate.exempt),
        ),
        by_reason(
            "request_arena_admission_refused_total",
            "Refused requests, by reason.",
            |gate, reason| gate.refused.of(reason),
        ),
        by_reason(
            "request_arena_admission_would_have_refused_total",
            "Requests that measure mode admitted and enforce mode would have refused, by reason.",
            |gate, reason| gate.would_have_refused.of(reason),
        ),
        count(
            "request_arena_admission_would_have_waited_total",
            "Requests that measure mode admitted and enforce mode would have let wait.",
            |gate| Some(gate.would_have_waited),
        ),
        count(
            "request_arena_admission_left_total",
            "Requests that were dropped while they waited.",
            |gate| Some(gate.left),
        ),
        gauge(
            "request_arena_admission_unseen_handlers",
            None,
            "Handlers with a guessed weight, as few of their requests have ended with figures.",
            each(gates, |gate| Some(gate.unseen_handlers)),
        ),
    ]
}

fn of_waits(gates: &[Snapshot], options: &Options) -> Vec<Family> {
    let name = "request_arena_admission_wait_seconds";
    let waited = gates.iter().map(|gate| {
        let distribution = Distribution::of_seconds(&gate.waited, options.detail(name));
        of(gate, Value::Distribution(distribution))
    });
    let waiting = gates.iter().flat_map(|gate| {
        Priority::ALL.map(|class| {
            of(gate, Value::Whole(gate.waiting.of(class) as u64)).with("priority", class.as_str())
        })
    });
    vec![
        histogram(
            name,
            Unit::Seconds,
            "How long admitted requests waited, without those that did not wait.",
            waited.collect(),
        ),
        gauge(
            "request_arena_admission_deadline_seconds",
            Some(Unit::Seconds),
            "How long a request waits at most, unless its layer says otherwise.",
            gates.iter().map(|gate| of(gate, Value::Real(gate.deadline.as_secs_f64()))).collect(),
        ),
        gauge(
            "request_arena_admission_waiting",
            None,
            "Requests that wait for memory, by priority.",
            waiting.collect(),
        ),
    ]
}

fn of_memory(gates: &[Snapshot], options: &Options) -> Vec<Family> {
    let bytes = |name, help, value| gauge(name, Some(Unit::Bytes), help, each(gates, value));
    vec![
        bytes(
            "request_arena_admission_reserved_bytes",
            "Bytes that running requests reserve.",
            |gate| Some(gate.reserved_bytes),
        ),
        bytes(
            "request_arena_admission_budget_bytes",
            "The most bytes that requests may reserve together; absent without a limit.",
            |gate| gate.budget_bytes,
        ),
        bytes(
            "request_arena_admission_headroom_bytes",
            "Bytes of the budget that are not reserved; absent without a limit.",
            |gate| gate.headroom_bytes,
        ),
        bytes(
            "request_arena_admission_base_bytes",
            "Bytes of memory that no request holds and that cannot be given back.",
            |gate| gate.base_bytes,
        ),
        bytes(
            "request_arena_admission_limit_bytes",
            "The limit with the least room: of a control group, the machine, or the options.",
            |gate| gate.limit_bytes,
        ),
        bytes(
            "request_arena_admission_kept_bytes",
            "Bytes of memory below that limit that cannot be given back, without page cache.",
            |gate| gate.kept_bytes,
        ),
        bytes(
            "request_arena_admission_pool_bytes",
            "Bytes of idle arenas that count as room, estimated.",
            |gate| Some(gate.pool_bytes),
        ),
        gauge(
            "request_arena_admission_weight_bytes",
            Some(Unit::Bytes),
            "Bytes that the next request of a handler reserves.",
            weights(gates, options),
        ),
        gauge(
            "request_arena_admission_reading_age_seconds",
            Some(Unit::Seconds),
            "The time since the limit was last read without a failure.",
            gates
                .iter()
                .map(|gate| of(gate, Value::Real(gate.reading_age.as_secs_f64())))
                .collect(),
        ),
    ]
}

/// The weights of each gate's handlers, the largest ones first up to the most sites of the options.
/// Of handlers with one name and module, the largest weight counts.
fn weights(gates: &[Snapshot], options: &Options) -> Vec<Sample> {
    let of_gate = |gate: &Snapshot| {
        let mut handlers = gate.handlers.clone();
        handlers.sort_by_key(|handler| Reverse(handler.weight_bytes));
        let mut seen = HashSet::new();
        handlers.retain(|handler| seen.insert((handler.name, handler.module_path)));
        handlers.truncate(options.most_sites());
        let sample = |handler: &HandlerWeight| {
            of(gate, Value::Whole(handler.weight_bytes))
                .with("scope", handler.name)
                .with("module", handler.module_path)
        };
        handlers.iter().map(sample).collect::<Vec<_>>()
    };
    gates.iter().flat_map(of_gate).collect()
}

/// The samples of a figure, one for each gate that has it.
fn each(gates: &[Snapshot], value: fn(&Snapshot) -> Option<u64>) -> Vec<Sample> {
    let sample = |gate: &Snapshot| value(gate).map(|value| of(gate, Value::Whole(value)));
    gates.iter().filter_map(sample).collect()
}

fn of(gate: &Snapshot, value: Value) -> Sample {
    Sample::new(value).with("gate", gate.gate)
}
