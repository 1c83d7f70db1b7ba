//! A histogram as a small chart in a table: one bar for each power of two, with the same scale for
//! every handler.

use maud::{Markup, html};
use request_arena_core::Bytes;

use request_arena_chart::human::{count, size};

/// The width and height of a bar's place.
const BAR: (usize, u64) = (4, 22);

/// The histogram of peaks. Each bar has its numbers as a tooltip.
pub(super) fn bars(name: &str, peaks: &Bytes) -> Markup {
    let buckets = peaks.buckets;
    let highest = buckets.iter().copied().max().unwrap_or(0).max(1);
    let (width, height) = BAR;
    html! {
        svg.bars role="img" width=(buckets.len() * width) height=(height)
            aria-label={ (name) ": peaks by power of two" } {
            @for (index, (scopes, bound)) in buckets.into_iter().zip(Bytes::BOUNDS).enumerate() {
                @if scopes > 0 {
                    // A bar of few scopes stays visible beside a high one.
                    @let part = u128::from(scopes) * u128::from(height) / u128::from(highest);
                    @let bar = part.max(2);
                    g {
                        title {
                            (name) ": " (count(scopes)) " at "
                            @match bound {
                                Some(bound) => { "most " (size(bound)) },
                                None => "more than 1 GiB",
                            }
                        }
                        rect.place x=(index * width) y="0" width=(width) height=(height) {}
                        rect.bar x=(index * width) y=(u128::from(height) - bar)
                            width=(width - 1) height=(bar) {}
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_bar_for_each_bucket_that_has_scopes_and_the_fullest_is_the_highest() {
        let mut peaks = Bytes::default();
        [100, 1000, 1000, 1000, 1000, u64::MAX].into_iter().for_each(|peak| peaks.record(peak));
        let picture = bars("search", &peaks).into_string();
        assert_eq!(picture.matches("class=\"bar\"").count(), 3);
        assert_eq!(picture.matches("height=\"22\"></rect></g>").count(), 1);
        assert!(
            picture.contains("4 at most 1.0 KiB") && picture.contains("1 at more than 1 GiB"),
            "{picture}"
        );
    }
}
