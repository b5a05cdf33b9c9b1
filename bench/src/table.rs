//! Medians of rounds, as a table.

use std::fmt::Write;

use crate::pace::Paced;

/// One device in one round.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Requests a second at saturation.
    pub rate: f64,
    /// Microseconds of half of the requests at saturation.
    pub p50: f64,
    /// Microseconds of 99 % of the requests at saturation.
    pub p99: f64,
    /// Processor microseconds a request.
    pub cost: f64,
    /// The same, as a ratio to the reference in this round.
    pub ratio: f64,
    /// At a constant rate.
    pub paced: Paced,
    /// Processor microseconds a request at that rate, those of doing nothing included.
    pub paced_cost: f64,
    /// Bytes of the access log a request.
    pub logged: f64,
    /// Connections that the API took meanwhile.
    pub connections: f64,
    /// What others used of the device's core, in percent.
    pub others: f64,
}

/// The middle of some numbers.
#[must_use]
pub fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_unstable_by(f64::total_cmp);
    let at = |place: usize| numbers.get(place).copied().unwrap_or(f64::NAN);
    let half = numbers.len() / 2;
    if numbers.len().is_multiple_of(2) {
        f64::midpoint(at(half.wrapping_sub(1)), at(half))
    } else {
        at(half)
    }
}

/// A table with a line for each device.
#[must_use]
pub fn table(devices: &[(&str, Vec<Row>)], reference: &str, rate: u32) -> String {
    let mut text = format!(
        "| device | req/s | p50 / p99 at saturation (ms) | CPU µs a request | ratio to {reference} \
         | p50 / p99 at {rate} req/s (µs) | CPU µs a request at that rate | log bytes a request | new connections to the API \
         | others on its core (%) |\n|---|---|---|---|---|---|---|---|---|---|\n"
    );
    for (name, rows) in devices {
        let middle = |field: fn(&Row) -> f64| median(rows.iter().map(field));
        let edge = |fold: fn(f64, f64) -> f64, field: fn(&Row) -> f64| {
            rows.iter().map(field).reduce(fold).unwrap_or(f64::NAN)
        };
        let ratio: fn(&Row) -> f64 = |row| row.ratio;
        let connections: fn(&Row) -> f64 = |row| row.connections;
        // Writing to a string cannot fail.
        let _written = writeln!(
            text,
            "| {name} | {:.0} | {:.2} / {:.2} | {:.2} | {:.2} [{:.2}–{:.2}] | {:.0} / {:.0} | {:.2} | {:.0} | {:.0} | {:.0} |",
            middle(|row| row.rate),
            middle(|row| row.p50) / 1e3,
            middle(|row| row.p99) / 1e3,
            middle(|row| row.cost),
            middle(ratio),
            edge(f64::min, ratio),
            edge(f64::max, ratio),
            middle(|row| row.paced.p50),
            middle(|row| row.paced.p99),
            middle(|row| row.paced_cost),
            middle(|row| row.logged),
            edge(f64::max, connections),
            middle(|row| row.others),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_middles() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median([4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
    }
}
