//! A histogram as a small picture in a table: one bar for each power of two, the same scale for
//! every site.

use maud::{Markup, html};
use request_arena_core::Bytes;

use request_arena_chart::human::{count, size};

/// Width and height of a bar's place in the picture of peaks.
const BAR: (usize, u64) = (4, 22);

/// The histogram of peaks: one bar for each power of two, each with its numbers where a pointer
/// rests on it.
pub(super) fn bars(name: &str, peaks: &Bytes) -> Markup {
    let buckets = peaks.buckets;
    let highest = buckets.iter().copied().max().unwrap_or(0).max(1);
    let (width, height) = BAR;
    html! {
        svg.bars role="img" width=(buckets.len() * width) height=(height) aria-label={ (name) ": peaks by power of two" } {
            @for (index, (scopes, bound)) in buckets.into_iter().zip(Bytes::BOUNDS).enumerate() {
                @if scopes > 0 {
                    // Few are still to be seen beside many.
                    @let bar = (u128::from(scopes) * u128::from(height) / u128::from(highest)).max(2);
                    g {
                        title {
                            (name) ": " (count(scopes)) " at "
                            @match bound {
                                Some(bound) => { "most " (size(bound)) },
                                None => "more than 1 GiB",
                            }
                        }
                        rect.place x=(index * width) y="0" width=(width) height=(height) {}
                        rect.bar x=(index * width) y=(u128::from(height) - bar) width=(width - 1) height=(bar) {}
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
