//! Advice for each handler, from the figures of its scopes: a first chunk that fits, heap
//! allocations, abandoned memory of collections, and a large future.

use request_arena_core::SiteReport;

use super::diagnosis::Advice;
use super::finding::size;

/// The least number of scopes.
const LEAST_SCOPES: u64 = 100;

/// The first chunk should fit this share of requests.
const MOST: f64 = 0.99;

/// A warm handler gets its arenas from the pool. It allocates chunks for less than one scope in a
/// hundred: its first ones, and rare large ones.
const USUAL_CHUNKS: f64 = 0.01;

/// The least share of heap bytes in all memory of a scope that is worth advice.
const LEAST_OUTSIDE: f64 = 0.2;

/// The least share of abandoned bytes. A collection that cannot grow in place abandons half of its
/// final size.
const LEAST_LEFT: f64 = 0.25;

/// A chunk that fits is more than half full. Below a quarter its size has another reason.
const LEAST_TIMES: f64 = 4.0;

/// Smaller chunks are one or two pages, whatever they hold.
const SMALL: u64 = 16 << 10;

/// A future below this size is usual. Clippy's `large_futures` warns from here on.
const LARGE_FUTURE: usize = 16 << 10;

/// The least bytes of a handler's open futures that are worth advice. Small services have as much
/// in the stack of one thread.
const LEAST_FUTURES: u64 = 1 << 20;

pub(super) fn of(sites: &[SiteReport]) -> Vec<Advice> {
    sites.iter().flat_map(of_site).collect()
}

fn of_site(site: &SiteReport) -> Vec<Advice> {
    let is_known = site.outcomes.total() >= LEAST_SCOPES;
    let of_scopes = || [initial(site), outside(site), left_behind(site), half_empty(site)];
    let of_scopes = is_known.then(of_scopes).into_iter().flatten();
    // It needs no ended scope: a future may be open for days.
    let texts = of_scopes.chain([large_future(site)]);
    let advice = |text: String| Advice { scope: site.name.to_owned(), text };
    texts.flatten().map(advice).collect()
}

fn large_future(site: &SiteReport) -> Option<String> {
    let bytes = site.future_bytes.filter(|&bytes| bytes >= LARGE_FUTURE)?;
    (site.live_future_bytes >= LEAST_FUTURES).then(|| {
        format!(
            "its future has {}, and {} open scopes hold {} of them beside their arenas: allocate \
            large values in the arena, and box large calls (`Box::pin(call()).await`); Clippy's \
            `large_futures` names them",
            size(bytes as u64),
            site.live_scopes,
            size(site.live_future_bytes)
        )
    })
}

fn initial(site: &SiteReport) -> Option<String> {
    let scopes = site.outcomes.total();
    let room =
        site.peak_used.quantile(MOST).max(site.used.quantile(MOST)).next_multiple_of(1 << 10);
    let is_short =
        site.chunks as f64 > USUAL_CHUNKS * scopes as f64 && room > site.initial_bytes as u64;
    let fits = site.limit_bytes.is_none_or(|limit| room <= limit as u64);
    (is_short && fits && room > 0).then(|| {
        let chunks = site.chunks as f64 / scopes as f64;
        let room = room >> 10;
        format!(
            "with `initial = \"{room} KiB\"`, 99 % of requests fit into one chunk; now a \
            request allocates {chunks:.2} chunks on average"
        )
    })
}

fn outside(site: &SiteReport) -> Option<String> {
    let heap = site.heap?;
    let outside = 1.0 - heap.coverage()?;
    let around = (heap.before_bytes + heap.after_bytes) / heap.outermost.max(1);
    let mean = heap.bytes.mean() as u64 + around;
    (outside >= LEAST_OUTSIDE && mean >= 1024).then(|| {
        let share = outside * 100.0;
        let of_which = match around {
            0 => String::new(),
            around => format!(", {} of it before and after the handler's code", size(around)),
        };
        format!(
            "this handler still allocates {share:.0} % outside its arena, {} a request{of_which}",
            size(mean)
        )
    })
}

fn left_behind(site: &SiteReport) -> Option<String> {
    let share = site.abandoned_bytes as f64 / (site.peak_used.sum.max(1) as f64);
    let mean = site.abandoned_bytes / site.outcomes.total();
    (share >= LEAST_LEFT && mean >= 1024).then(|| {
        format!(
            "growing collections leave {} a request unused in the arena, {:.0} % of its use: \
             create them with a capacity",
            size(mean),
            share * 100.0
        )
    })
}

fn half_empty(site: &SiteReport) -> Option<String> {
    let (reserved, used) = (site.reserved.mean(), site.peak_used.mean().max(1.0));
    let is_initial = site.initial_bytes as f64 > LEAST_TIMES * used;
    (reserved > LEAST_TIMES * used && reserved as u64 > SMALL && is_initial).then(|| {
        format!(
            "`initial` is {}, but a request uses {}: a smaller value retains less",
            size(site.initial_bytes as u64),
            size(used as u64)
        )
    })
}

#[cfg(test)]
mod tests {
    use request_arena_core::{HeapReport, Site, report, scope};

    use super::*;

    fn texts(name: &str, change: impl FnOnce(&mut SiteReport)) -> Vec<String> {
        let mut site = report().site(name).unwrap().clone();
        change(&mut site);
        of(&[site]).into_iter().map(|advice| advice.text).collect()
    }

    #[test]
    fn a_first_chunk_is_advised_that_most_requests_fit_in() {
        static SITE: Site = Site::new("advised", module_path!(), file!(), line!());
        (0..200).for_each(|request| {
            scope(&SITE, |arena| {
                let size = if request == 7 { 900_000 } else { 10_000 };
                arena.alloc_slice_fill_copy(size, 1_u8);
            });
        });
        assert_eq!(texts("advised", |site| site.chunks = 2), [""; 0], "a warm handler needs none");
        let advised = texts("advised", |site| site.chunks = 400);
        assert!(
            advised[0].starts_with(
                "with `initial = \"16 KiB\"`, 99 % of requests \
            fit"
            ),
            "{advised:?}"
        );
        assert_eq!(
            texts("advised", |site| (site.chunks, site.limit_bytes) = (400, Some(8000))),
            [""; 0]
        );
        assert_eq!(texts("advised", |site| site.outcomes.returned = 10), [""; 0], "too few scopes");
    }

    #[test]
    fn a_large_future_that_many_scopes_hold_is_advised_against() {
        static SITE: Site = Site::new("held", module_path!(), file!(), line!());
        scope(&SITE, |_| ());
        let with = |bytes: usize, live: u64| {
            texts("held", |site| {
                (site.future_bytes, site.live_scopes) = (Some(bytes), live);
                site.live_future_bytes = bytes as u64 * live;
            })
        };
        let advised = with(20_704, 1000);
        assert_eq!(advised.len(), 1, "one scope has ended, so nothing else is known");
        assert!(
            advised[0]
                .starts_with("its future has 20.2 KiB, and 1000 open scopes hold 19.7 MiB of them")
                && advised[0].contains("`Box::pin(call()).await`"),
            "{advised:?}"
        );
        assert_eq!(with(1632, 100_000), [""; 0], "a usual future");
        assert_eq!(with(20_704, 50), [""; 0], "few hold it");
        assert_eq!(texts("held", |_| ()), [""; 0], "there is none");
    }

    #[test]
    fn what_a_handler_takes_outside_its_arena_and_leaves_behind_in_it_is_said() {
        static SITE: Site = Site::new("outside", module_path!(), file!(), line!());
        (0..200).for_each(|_| {
            scope(&SITE, |arena| {
                arena.alloc_slice_fill_copy(4000, 1_u8);
            });
        });
        let advised = texts("outside", |site| {
            let mut heap = HeapReport::default();
            (0..200).for_each(|_| heap.bytes.record(6000));
            heap.arena_bytes = 200 * 4000;
            (site.heap, site.chunks, site.abandoned_bytes) = (Some(heap), 0, 200 * 2000);
        });
        assert!(advised[0].contains("still allocates 60 % outside its arena"), "{advised:?}");
        assert!(advised[1].contains("50 % of its use"), "{advised:?}");
    }
}
