//! A chart as a file of its own: with its style, a title, and a legend.

use maud::{PreEscaped, html};

use super::chart::{Chart, LIMIT, SIZE};
use super::human;

/// The style of a chart in a file of its own, as CSS.
pub const ALONE_STYLE: &str = concat!(include_str!("picture.css"), include_str!("alone.css"));

/// Room around the chart, and the height of a line of text.
const MARGIN: f64 = 14.0;
const LINE: f64 = 18.0;
/// The most width that a letter of the legend takes. The width of text is not measured here.
const LETTER: f64 = 6.2;

impl Chart<'_> {
    /// The chart as an SVG file, with a legend that has the sizes at the last point. It can be read
    /// on a light and on a dark background.
    #[must_use]
    pub fn to_svg(&self, title: &str) -> String {
        // XML cannot represent control characters.
        let title = title.replace(|letter: char| letter.is_control(), " ");
        let legend = legend(self);
        let below_title = MARGIN + LINE;
        let top = below_title + legend.last().map_or(0.0, |item| item.y + LINE) + LINE / 2.0;
        let (width, height) = (SIZE.0 + 2.0 * MARGIN, top + SIZE.1 + MARGIN);
        let picture = html! {
            svg xmlns="http://www.w3.org/2000/svg" class="chart alone" role="img"
                width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } {
                title { (title) }
                style { (PreEscaped(ALONE_STYLE)) }
                rect.back width=(width) height=(height) {}
                text.title x=(MARGIN) y=(MARGIN + 12.0) { (title) }
                g transform={ "translate(" (MARGIN) " " (below_title) ")" } {
                    @for Item { class, name, size, x, y } in legend {
                        rect class=(class) x=(x) y=(y + 3.0) width="10" height="10" rx="2" {}
                        text.first x=(x + 15.0) y=(y + 12.0) { (name) " " tspan.now { (size) } }
                    }
                }
                g transform={ "translate(" (MARGIN) " " (top) ")" } {
                    (self.drawing())
                    @if self.points.len() < 2 {
                        text.first y=(LINE) {
                            "There are fewer than two readings: nothing is drawn."
                        }
                    }
                }
            }
        };
        picture.into_string()
    }
}

/// An entry of the legend, and its place.
struct Item<'a> {
    class: &'a str,
    name: &'a str,
    size: String,
    x: f64,
    y: f64,
}

/// The entries of the legend, in as many lines as they need.
fn legend<'a>(chart: &'a Chart<'_>) -> Vec<Item<'a>> {
    let (mut x, mut y) = (0.0, 0.0);
    let item = |(class, name, size): (&'a str, &'a str, String)| {
        let width = 30.0 + LETTER * (name.chars().count() + 1 + size.len()) as f64;
        if x > 0.0 && x + width > SIZE.0 {
            (x, y) = (0.0, y + LINE);
        }
        let item = Item { class, name, size, x, y };
        x += width;
        item
    };
    let layers = chart.legend().map(|(layer, size)| (&*layer.class, layer.name, size));
    let limit = chart.limit.map(|limit| (LIMIT, LIMIT, human::size(limit)));
    layers.chain(limit).map(item).collect()
}
