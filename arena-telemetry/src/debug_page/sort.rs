//! The order of the table of handlers, from the page's query: `?sort=peak_max&order=desc`.

use core::cmp::Ordering;

use request_arena_core::SiteReport;

use super::columns::{COLUMNS, Column, Value};
use super::order::Order;

/// The order of the table of handlers: a column and a direction. The default is the highest peak
/// first.
///
/// ```
/// use request_arena_telemetry::debug_page::Sort;
///
/// let sort = Sort::from_query("sort=live&order=asc");
/// assert_eq!((sort.column(), sort.problem()), ("live", None));
///
/// let sort = Sort::from_query("sort=nonsense");
/// assert_eq!(sort.column(), Sort::default().column());
/// assert!(sort.problem().unwrap().contains("peak_max"), "it names the columns that there are");
/// ```
#[derive(Clone, Debug)]
pub struct Sort {
    column: &'static Column,
    order: Order,
    problem: Option<String>,
}

/// Two orders are the same if their pages are.
impl PartialEq for Sort {
    fn eq(&self, other: &Self) -> bool {
        (self.column.key, self.order, &self.problem)
            == (other.column.key, other.order, &other.problem)
    }
}

impl Default for Sort {
    fn default() -> Self {
        Self::by(Column::find("peak_max").unwrap_or(&COLUMNS[0]))
    }
}

impl Sort {
    const fn by(column: &'static Column) -> Self {
        Self { column, order: column.first, problem: None }
    }

    /// Reads the query of the page's URL, without its `?`. An unknown column or order is replaced
    /// by the default, and [`problem`](Self::problem) describes it. The page shows the problem.
    /// Other parameters are ignored.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let mut sort = Self::default();
        let mut wanted = None;
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match (&*key, &*value) {
                ("sort", name) => match Column::find(name) {
                    Some(column) => {
                        sort = Self { problem: sort.problem.take(), ..Self::by(column) }
                    }
                    None => {
                        let columns: Vec<_> = Self::columns().collect();
                        sort.problem = Some(format!(
                            "there is no column `{name}`; the columns are {}",
                            columns.join(", ")
                        ));
                    }
                },
                ("order", "asc") => wanted = Some(Order::Ascending),
                ("order", "desc") => wanted = Some(Order::Descending),
                ("order", other) => {
                    sort.problem =
                        Some(format!("there is no order `{other}`; the orders are asc and desc"));
                }
                _ => {}
            }
        }
        sort.order = wanted.unwrap_or(sort.order);
        sort
    }

    /// The names of all columns, as `?sort=` takes them.
    pub fn columns() -> impl Iterator<Item = &'static str> {
        COLUMNS.iter().map(|column| column.key)
    }

    /// The name of the column that the table is sorted by.
    #[must_use]
    pub fn column(&self) -> &'static str {
        self.column.key
    }

    /// The problem with the query, for people.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// How this column is sorted, if the table is sorted by it.
    pub(super) fn order_of(&self, column: &Column) -> Option<Order> {
        (column.key == self.column.key).then_some(self.order)
    }

    /// The link of a column's header: to the table sorted by it, or in reverse if it is already.
    pub(super) fn link(&self, column: &Column) -> String {
        let order = self.order_of(column).map_or(column.first, Order::other);
        format!("?sort={}&order={}", column.key, order.as_str())
    }

    /// The handlers in this order. Those without a figure come last, and equal ones are in the
    /// order of their names.
    pub(super) fn apply<'a>(&self, sites: &'a [SiteReport]) -> Vec<&'a SiteReport> {
        let mut keyed: Vec<_> =
            sites.iter().map(|site| ((self.column.value)(site), site)).collect();
        keyed.sort_by(|(left, left_site), (right, right_site)| {
            let ordering = match (left, right) {
                (Value::Text(left), Value::Text(right)) => self.order.apply(left.cmp(right)),
                (Value::Number(Some(left)), Value::Number(Some(right))) => {
                    self.order.apply(left.total_cmp(right))
                }
                (Value::Number(left), Value::Number(right)) => right.is_some().cmp(&left.is_some()),
                (Value::Text(_), Value::Number(_)) | (Value::Number(_), Value::Text(_)) => {
                    Ordering::Equal
                }
            };
            ordering.then_with(|| left_site.name.cmp(right_site.name))
        });
        keyed.into_iter().map(|(_, site)| site).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::debug_page::tests::sites;

    fn names(query: &str) -> Vec<&'static str> {
        Sort::from_query(query).apply(&sites()).into_iter().map(|site| site.name).collect()
    }

    #[test]
    fn sites_are_sorted_both_ways_and_those_without_a_figure_are_last() {
        assert_eq!(names(""), ["large", "middle", "small"], "the highest peak first");
        assert_eq!(names("sort=peak_max&order=asc"), ["small", "middle", "large"]);
        assert_eq!(names("sort=scope"), ["large", "middle", "small"]);
        assert_eq!(names("sort=scope&order=desc"), ["small", "middle", "large"]);
        // Only `middle` has a limit.
        assert_eq!(names("sort=limit&order=desc"), ["middle", "large", "small"]);
        assert_eq!(names("sort=limit&order=asc"), ["middle", "large", "small"]);
    }

    #[test]
    fn every_column_can_be_sorted_by() {
        for column in Sort::columns() {
            let sort = Sort::from_query(&format!("sort={column}&order=asc"));
            assert_eq!((sort.column(), sort.problem()), (column, None));
            assert_eq!(sort.apply(&sites()).len(), 3);
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let sort = Sort::from_query("sort=%3Cb%3E&order=asc");
        assert_eq!(sort.column(), "peak_max");
        let problem = sort.problem().expect("a problem");
        assert!(
            problem.contains("`<b>`") && Sort::columns().all(|column| problem.contains(column)),
            "{problem}"
        );
        assert!(
            Sort::from_query("order=up")
                .problem()
                .is_some_and(|problem| problem.contains("asc and desc"))
        );
        assert!(Sort::from_query("other=1").problem().is_none());
    }

    #[test]
    fn the_header_of_the_sorted_column_leads_to_the_other_order() {
        let sort = Sort::from_query("sort=live");
        let link = |key| sort.link(Column::find(key).expect("a column"));
        assert_eq!(link("live"), "?sort=live&order=asc");
        assert_eq!(link("ended"), "?sort=ended&order=desc");
        assert_eq!(link("scope"), "?sort=scope&order=asc");
    }
}
