//! Remedies: they follow the container of the memory, and several owners with one cause are one
//! place to look at.

use super::*;

fn leak(second: f64) -> Moment {
    let now = usual(second, &mut Noise(second as u64));
    Moment { live: now.live + now.requests * 0.01, ..now }
}

fn owner(function: &str, mib: u64, container: Option<Container>, callers: &[&str]) -> Owner {
    Owner {
        function: function.into(),
        live_bytes: mib << 20,
        growth_bytes: (mib << 20) as i64,
        container,
        callers: callers.iter().map(|&caller| caller.to_owned()).collect(),
        ..Owner::default()
    }
}

fn remedy(owners: Vec<Owner>) -> String {
    let live_bytes = owners.iter().map(|owner| owner.live_bytes).sum();
    let findings = profiled(leak, Some(Owners { owners, live_bytes, ..Owners::default() }));
    assert_eq!(findings.len(), 1, "several owners are one finding: {findings:?}");
    findings[0].remedy.clone()
}

#[test]
fn the_remedy_follows_the_container() {
    for (container, words) in [
        (Container::Channel, "bounded channel"),
        (Container::Tasks, "`join_next`"),
        (Container::Spans, "`Span`"),
        (Container::Labels, "labels with few values"),
        (Container::RegexCache, "dfa_size_limit"),
        (Container::Cache, "time to live"),
        (Container::Buffers, "copy_from_slice"),
        (Container::Shared, "`Weak`"),
        (Container::Map, "map"),
    ] {
        let remedy = remedy(vec![owner("service::keep", 90, Some(container), &["service::serve"])]);
        assert!(remedy.contains(words), "{container:?}: {remedy}");
        let is_read = container == Container::Buffers;
        assert!(is_read || remedy.contains("`service::keep`"), "{remedy}");
    }
}

#[test]
fn retention_is_not_certain_where_the_pages_were_in_use_again_lately() {
    // A batch each twelve seconds, over between two readings: its pages decay until the next one.
    let batch = |second: f64, size: f64| Moment {
        dirty: (300.0 - 8.0 * (second % 12.0)) * size,
        ..usual(second, &mut Noise(second as u64))
    };
    // Without a batch the pages stay.
    let kept = |second: f64, size: f64| Moment {
        dirty: 300.0 * size,
        ..usual(second, &mut Noise(second as u64))
    };
    for size in [0.6, 1.0, 1.5, 2.0, 3.0] {
        let of = |story: &dyn Fn(f64, f64) -> Moment| {
            judged(Kind::Jemalloc, |second| story(second, size), None)
        };
        let (batch, kept) = (of(&batch), of(&kept));
        assert!(batch.iter().all(|found| found.confidence == Confidence::Low), "{batch:?}");
        assert_eq!(
            said(&kept),
            [(Mode::Retention, Some("jemalloc"), Confidence::High)],
            "{kept:?}"
        );
    }
}

#[test]
fn on_glibc_fragmentation_names_what_limits_its_heaps() {
    let at = |second: f64| {
        let now = usual(second, &mut Noise(second as u64));
        Moment { fragmented: 80.0, beside: 0.0, ..now }
    };
    let findings = judged(Kind::Glibc, at, None);
    assert_eq!(findings[0].mode, Mode::Fragmentation);
    assert!(findings[0].remedy.contains("MALLOC_ARENA_MAX"), "{}", findings[0].remedy);
    let findings = judged(Kind::Jemalloc, at, None);
    assert!(!findings[0].remedy.contains("MALLOC_ARENA_MAX"), "{}", findings[0].remedy);
}

#[test]
fn several_owners_with_one_cause_are_one_place_to_look_at() {
    let session = ["service::log_in", "service::serve"];
    let remedy = remedy(vec![
        owner("service::Session::new", 50, None, &session),
        owner("service::tokens", 30, Some(Container::Map), &session),
    ]);
    let words = "`service::log_in` keeps: the memory of `service::Session::new` and \
        `service::tokens` is a part of it";
    assert!(remedy.contains(words), "{remedy}");
}
