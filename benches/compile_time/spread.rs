//! Prints figures of several rounds: the median, and the quartiles.

/// Prints a line: the median, and the quartiles in parentheses.
pub(crate) fn print(what: &str, unit: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    println!("{what:<58} {:>8.3} {unit:<3} ({:.3} to {:.3})", at(0.5), at(0.25), at(0.75));
}
