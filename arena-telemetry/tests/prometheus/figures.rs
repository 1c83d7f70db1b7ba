//! The figures of a site twice: as the report has them, and as Prometheus does.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use request_arena_core::{Bytes, Outcome, SiteReport};

use crate::server::Prometheus;

/// Of one site, under the names that Prometheus has: what must be there.
pub(crate) fn expected(site: &SiteReport) -> BTreeMap<String, f64> {
    let mut all = BTreeMap::new();
    for outcome in Outcome::ALL {
        all.insert(format!("scopes_total {}", outcome.as_str()), site.outcomes.of(outcome) as f64);
    }
    for (name, bytes, has_buckets) in [
        ("peak_used", &site.peak_used, true),
        ("used", &site.used, false),
        ("reserved", &site.reserved, false),
    ] {
        let mut below = 0;
        for (place, (bound, values)) in Bytes::BOUNDS.into_iter().zip(bytes.buckets).enumerate() {
            below += values;
            // Every other bound, by default.
            if bound.is_none() || has_buckets && place % 2 == 1 {
                let le = bound.map_or_else(|| "+Inf".to_owned(), |bound| format!("{bound}.0"));
                all.insert(format!("{name}_bytes_bucket {le}"), below as f64);
            }
        }
        all.insert(format!("{name}_bytes_sum"), bytes.sum as f64);
        all.insert(format!("{name}_bytes_count"), bytes.count() as f64);
    }
    let limit = site.limit_bytes.map_or_else(|| "none".to_owned(), |limit| limit.to_string());
    all.insert(format!("refusals_total {limit}"), site.refusals as f64);
    all.extend(site.limit_bytes.map(|limit| ("limit_bytes".to_owned(), limit as f64)));
    all.insert("live_scopes".to_owned(), site.live_scopes as f64);
    all.insert("chunks_total".to_owned(), site.chunks as f64);
    all.insert("resets_total".to_owned(), site.resets as f64);
    all.insert("abandoned_bytes_total".to_owned(), site.abandoned_bytes as f64);
    all.insert("peak_used_max_bytes".to_owned(), site.peak_used.max as f64);
    all
}

/// Of one site, under the same names: what Prometheus has.
pub(crate) async fn scraped(prometheus: &Prometheus, site: &SiteReport) -> BTreeMap<String, f64> {
    let (scope, module) = (site.name.replace('\\', "\\\\").replace('"', "\\\""), site.module_path);
    let series = prometheus
        .query(&format!("{{scope=\"{scope}\", module=\"{module}\", job=\"service\"}}"))
        .await;
    let key = |labels: &BTreeMap<String, String>| {
        let name = labels["__name__"].strip_prefix("request_arena_")?;
        let more =
            ["outcome", "le", "limit", "exactness"].iter().find_map(|label| labels.get(*label));
        Some(more.map_or_else(|| name.to_owned(), |more| format!("{name} {more}")))
    };
    series.into_iter().filter_map(|(labels, value)| Some((key(&labels)?, value))).collect()
}

/// Waits until what Prometheus has of these sites was scraped after now, and rendered, too: an
/// answer is reused for at most five seconds, and another scrape may have begun it before.
pub(crate) async fn scraped_after_now(prometheus: &Prometheus) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let scrape = "timestamp(request_arena_resets_total{scope=\"search\"})";
    let later = async |prometheus: &Prometheus| {
        prometheus.query(scrape).await.first().is_some_and(|&(_, at)| at > now + 6.0)
    };
    prometheus.until("it has scraped", later).await;
}
