//! A limit that is only measured refuses nothing, and counts exactly the scopes that the same limit
//! would have refused.

use std::io::Write;

use request_arena::{Arena, Confidence, LimitMode, Site, report, request_arena, scope};

use crate::support::{alone, figures, on_a_fresh_thread};

const LIMIT: usize = 64 << 10;

const fn measured(name: &'static str) -> Site {
    Site::new(name, module_path!(), file!(), line!())
        .with_limit(LIMIT)
        .with_limit_mode(LimitMode::Measure)
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// A random request. Returns whether the limit refused it.
fn request(arena: &Arena<'_>, seed: u64) -> bool {
    let random = &mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let fork = (random.below(3) == 0).then(|| arena.fork());
    for _ in 0..random.below(40) {
        let arena = fork.as_ref().filter(|_| seed % 2 == 0).unwrap_or(arena);
        let bytes = random.below(5000) as usize;
        let is_refused = match random.below(4) {
            0 => arena.scope(|child| child.try_alloc_slice_fill_copy(bytes, 0_u8).is_err()),
            _ => arena.try_alloc_slice_fill_copy(bytes, 0_u8).is_err(),
        };
        if is_refused {
            return true;
        }
    }
    false
}

#[test]
fn a_measured_limit_counts_what_the_same_limit_refuses() {
    static MEASURED: Site = measured("measured");
    static ENFORCED: Site =
        Site::new("enforced", module_path!(), file!(), line!()).with_limit(LIMIT);
    let _alone = alone();
    let mut refused = 0;
    for seed in 0..500 {
        // Both start with an empty pool, which would decide what a scope starts with.
        let is_refused = on_a_fresh_thread(|| scope(&ENFORCED, |arena| request(&arena, seed)));
        request_arena::trim();
        assert!(!on_a_fresh_thread(|| scope(&MEASURED, |arena| request(&arena, seed))));
        request_arena::trim();
        refused += u64::from(is_refused);
        assert_eq!(figures(&MEASURED).over_limit, refused, "seed {seed}");
    }
    assert!((50..450).contains(&refused), "{refused} of 500");
    let site = figures(&MEASURED);
    assert_eq!((site.refusals, site.limit_bytes), (0, Some(LIMIT)));
    assert_eq!((site.limit_mode, figures(&ENFORCED).over_limit), (LimitMode::Measure, 0));
    assert!(site.peak_used.max > LIMIT as u64);
}

#[test]
fn a_scope_is_counted_once() {
    static SITE: Site = measured("once");
    let _alone = alone();
    for forks in [0, 1, 3] {
        let before = if forks == 0 { 0 } else { figures(&SITE).over_limit };
        scope(&SITE, |arena| {
            let forks: Vec<_> = (0..forks).map(|_| arena.fork()).collect();
            for _ in 0..10 {
                arena.alloc_slice_fill_copy(50_000, 0_u8);
                forks.iter().for_each(|fork| _ = fork.alloc_slice_fill_copy(50_000, 0_u8));
                arena.scope(|child| _ = child.alloc_slice_fill_copy(50_000, 0_u8));
            }
            arena.fork().alloc_slice_fill_copy(500_000, 0_u8);
        });
        assert_eq!(figures(&SITE).over_limit, before + 1, "{forks} forks");
    }
}

#[test]
fn a_raw_bump_over_the_limit_is_counted_at_its_end() {
    static SITE: Site = measured("raw measured");
    let _alone = alone();
    for (bytes, forks, expected) in
        [(50_000, false, 0), (100_000, false, 1), (40_000, true, 1), (100_000, true, 2)]
    {
        if expected == 2 {
            // Counted once more, and once only, although both arenas are over the limit.
            assert_eq!(figures(&SITE).over_limit, 2);
        }
        scope(&SITE, |arena| {
            arena.bump().alloc_slice_fill_copy(bytes, 0_u8);
            if forks {
                arena.fork().bump().alloc_slice_fill_copy(bytes, 0_u8);
            }
        });
    }
    assert_eq!(figures(&SITE).over_limit, 3);
}

#[test]
fn a_response_buffer_over_the_limit_is_counted() {
    static SITE: Site = measured("buffer measured");
    let _alone = alone();
    scope(&SITE, |arena| {
        let mut buffer = arena.buffer();
        buffer.write_all(&[0; 200_000]).expect("the limit is only measured");
        buffer.write_all(&[0; 400_000]).expect("the limit is only measured");
        // The buffer takes nothing of the arena's limit.
        arena.alloc_slice_fill_copy(40_000, 0_u8);
    });
    assert_eq!(figures(&SITE).over_limit, 1);
}

#[test]
fn the_attribute_measures_and_the_report_says_what_fits() {
    struct Service;

    #[request_arena(limit = "8 KiB", limit_mode = "measure", on_limit = 0)]
    impl Service {
        fn measured_method(&self, arena: Arena<'_>, bytes: usize) -> usize {
            arena.alloc_slice_fill_copy(bytes, 0_u8).len()
        }

        #[request_arena(limit_mode = "enforce")]
        fn enforced_method(&self, arena: Arena<'_>, bytes: usize) -> usize {
            arena.alloc_slice_fill_copy(bytes, 0_u8).len()
        }
    }

    let _alone = alone();
    for bytes in [1000; 18].into_iter().chain([50_000, 50_000]) {
        assert_eq!(Service.measured_method(bytes), bytes);
        assert_eq!(Service.enforced_method(bytes), if bytes == 1000 { 1000 } else { 0 });
    }
    let report = report();
    let of = |name| report.site(name).expect("it has run");
    let (measured, enforced) = (of("measured_method"), of("enforced_method"));
    assert_eq!((measured.over_limit, measured.outcomes.limit_exceeded), (2, 0));
    assert_eq!((enforced.over_limit, enforced.outcomes.limit_exceeded), (0, 2));
    let (text, suggestion) = (report.to_string(), measured.suggestion().expect("20 requests"));
    assert!(
        text.contains("\nlimit of measured_method is only measured: 2 would have been refused"),
        "{text}"
    );
    assert!(text.contains(&format!("\n  measured_method: {suggestion}")), "{text}");
    assert_eq!((suggestion.requests, suggestion.confidence), (20, Confidence::Low));
    assert!(suggestion.limit_bytes >= 100_000, "{suggestion}");
}
