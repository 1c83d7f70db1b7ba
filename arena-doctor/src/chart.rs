//! The timeline as a chart: in a page, and as an SVG file.

use core::time::Duration;

use request_arena_chart::{Chart, Layer, Point};

use super::{Moment, Timeline};

/// A chart draws at most this many moments of the last minutes, and of what is older: about one for
/// each four points of its width.
const MOST_FINE: usize = 200;
const MOST_OLDER: usize = 100;

impl Timeline {
    /// The timeline as an SVG file: a chart with this title, a legend with the sizes at the last
    /// moment, and axes of time and size. It can be read on a light and on a dark background. A
    /// class that was 0 at all times is left out.
    ///
    /// It needs the feature `svg`, or `debug-page` of `request-arena`.
    ///
    /// ```
    /// use request_arena_doctor::{Doctor, Options};
    ///
    /// let doctor = Doctor::start(Options::default());
    /// (0..2).for_each(|_| doctor.sample());
    /// let chart = doctor.timeline().to_svg("The service after its start");
    /// assert!(chart.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    /// ```
    #[must_use]
    pub fn to_svg(&self, title: &str) -> String {
        // Even a run of seconds fills the chart.
        self.chart(1.0).to_svg(title)
    }

    /// The chart of the classes that were there at any time. For the debug page.
    #[doc(hidden)]
    #[must_use]
    pub fn chart(&self, unit: f64) -> Chart<'_> {
        let of = |moment: &Moment, class: usize| moment.bytes.get(class).copied().unwrap_or(0);
        let is_there = |&class: &usize| self.moments().any(|moment| of(moment, class) > 0);
        let shown: Vec<usize> = (0..self.classes.len()).filter(is_there).collect();
        let layer = |&class: &usize| {
            let name = &self.classes[class];
            Layer { class: class_name(name).into(), name, about: Timeline::meaning_of(name) }
        };
        let (older, fine) = (thinned(&self.older, MOST_OLDER), thinned(&self.fine, MOST_FINE));
        let point = |moment: &&Moment| Point {
            at: Duration::try_from_secs_f64(moment.at_seconds).unwrap_or_default(),
            bytes: shown.iter().map(|&class| Some(of(moment, class))).collect(),
        };
        Chart {
            layers: shown.iter().map(layer).collect(),
            points: older.iter().chain(&fine).map(point).collect(),
            older: older.len(),
            gap: None,
            unit,
            end: "last reading",
            limit: self.limit_bytes,
        }
    }
}

/// The CSS class for a class of the account.
#[doc(hidden)]
#[must_use]
pub fn class_name(class: &str) -> String {
    class.replace(' ', "-")
}

/// At most about this many moments: the highest of each group, so that no peak is lost, and the
/// first and the last one.
fn thinned(moments: &[Moment], most: usize) -> Vec<&Moment> {
    let [first, between @ .., last] = moments else { return moments.iter().collect() };
    let few = between.len().div_ceil(most).max(1);
    let highest =
        between.chunks(few).filter_map(|few| few.iter().max_by_key(|moment| moment.rss_bytes));
    [first].into_iter().chain(highest).chain([last]).collect()
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use request_arena_chart::ALONE_STYLE;

    use super::*;
    use crate::{Doctor, Options};

    /// Three classes that grow each second; one of them is always empty.
    fn timeline(older: u32, fine: u32) -> Timeline {
        let moment = |second: u32| {
            let bytes = vec![1000 + u64::from(second) * 10, 0, 500];
            Moment { at_seconds: f64::from(second), rss_bytes: bytes.iter().sum(), bytes }
        };
        Timeline {
            classes: ["heap live", "muzzy", "unexplained"].map(str::to_owned).to_vec(),
            older: (0..older).map(|minute| moment(minute * 60)).collect(),
            fine: (0..fine).map(|second| moment(older * 60 + second)).collect(),
            limit_bytes: None,
        }
    }

    /// The names of all elements with their classes, if it is well-formed; and all text.
    fn parsed(svg: &str) -> (Vec<(String, String)>, String) {
        let mut reader = Reader::from_str(svg);
        reader.config_mut().check_comments = true;
        let (mut elements, mut text, mut open) = (Vec::new(), String::new(), 0);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(element) => {
                    open += 1;
                    let attributes = element.attributes().map(|attribute| attribute.unwrap());
                    let class = attributes.filter(|attribute| attribute.key.as_ref() == b"class");
                    let class =
                        class.map(|class| class.unescape_value().unwrap().into_owned()).collect();
                    elements.push((
                        String::from_utf8(element.name().as_ref().to_vec()).unwrap(),
                        class,
                    ));
                }
                Event::End(_) => open -= 1,
                Event::Text(part) => text.push_str(&part.decode().unwrap()),
                Event::GeneralRef(entity) => {
                    let known = [("lt", '<'), ("gt", '>'), ("amp", '&'), ("quot", '"')];
                    let name = entity.decode().unwrap();
                    text.push(known.into_iter().find(|(known, _)| *known == name).unwrap().1);
                }
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(open, 0, "an element is never closed");
        (elements, text)
    }

    #[test]
    fn a_file_of_its_own_is_xml_with_an_area_and_a_legend_for_each_class_that_was_there() {
        let svg = timeline(10, 600).to_svg("a <service> & \"its\" doctor\u{1}");
        let (elements, text) = parsed(&svg);
        let of = |name: &str| {
            let found = elements.iter().filter(|(element, _)| element == name);
            found.map(|(_, class)| class.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of("path"), ["heap-live", "unexplained"]);
        assert_eq!(of("rect"), ["back", "heap-live", "unexplained"]);
        assert_eq!(of("style").len(), 1);
        assert_eq!(
            text.matches("a <service> & \"its\" doctor ").count(),
            2,
            "as its title, and to be seen"
        );
        assert!(text.contains("heap live 12.7 KiB") && text.contains("−6m"), "{text}");
        assert!(text.contains("prefers-color-scheme: dark"), "{text}");
        for outside in ["href", "url(", "@import", "var("] {
            assert!(!svg.contains(outside), "{outside}");
        }
    }

    #[test]
    fn every_class_has_its_colour_in_both_schemes() {
        let doctor = Doctor::start(Options { watch: None, ..Options::default() });
        for class in doctor.timeline().classes {
            let rule = format!("\n.{} {{ fill: #", class_name(&class));
            let dark = format!("\n  .{} {{ fill: #", class_name(&class));
            assert!(ALONE_STYLE.contains(&rule) && ALONE_STYLE.contains(&dark), "{class}");
        }
    }

    #[test]
    fn a_run_of_seconds_fills_the_picture_and_none_is_a_picture_too() {
        let (_, text) = parsed(&timeline(0, 8).to_svg("short"));
        assert!(text.contains("−6s") && text.contains("−2s"), "{text}");
        let (elements, text) = parsed(&Timeline::default().to_svg("none"));
        assert!(
            text.contains("fewer than two readings")
                && elements.iter().all(|(name, _)| name != "path"),
            "{text}"
        );
    }

    #[test]
    fn a_long_history_is_drawn_by_its_peaks() {
        let mut long = timeline(1440, 600);
        long.fine[301].rss_bytes = 1 << 40;
        let chart = long.chart(20.0);
        assert!(chart.points.len() <= MOST_FINE + MOST_OLDER + 4, "{}", chart.points.len());
        let is_drawn = |moment: &Moment| {
            chart.points.iter().any(|point| point.at.as_secs_f64() == moment.at_seconds)
        };
        assert!(
            [&long.older[0], &long.fine[0], &long.fine[301], &long.fine[599]]
                .into_iter()
                .all(is_drawn)
        );
        assert!(chart.points.iter().map(|point| point.at).is_sorted());
        let page = long.chart(20.0).in_page("none").into_string();
        assert!(page.contains("class=\"fold\"") && page.len() < 64 << 10, "{}", page.len());
    }
}
