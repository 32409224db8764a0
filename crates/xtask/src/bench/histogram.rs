//! A histogram of `/metrics`, and how it grew between two looks.

use super::http::Tandem;
use anyhow::{Context as _, Result, ensure};

/// Counts of the values up to each bound, the last without a bound.
pub(super) struct Histogram(Vec<(String, u64)>);

impl Histogram {
    /// As it stands; empty while it has no values.
    pub(super) fn read(tandem: &Tandem, name: &str) -> Result<Self> {
        Ok(Self::parse(&tandem.metrics()?, name))
    }

    fn parse(text: &str, name: &str) -> Self {
        let start = format!("{name}_bucket{{le=\"");
        let bucket = |line: &str| {
            let (bound, count) = line.strip_prefix(&start)?.split_once("\"} ")?;
            Some((bound.to_owned(), count.trim().parse().ok()?))
        };
        Self(text.lines().filter_map(bucket).collect())
    }

    /// The bounds below which half, 95 and 99 of a hundred of the values lie that came since `before`, of which there
    /// must be so many.
    pub(super) fn since(&self, before: &Self, values: u64) -> Result<String> {
        let known =
            |bound: &str| before.0.iter().find(|(known, _)| known == bound).map_or(0, |(_, count)| *count);
        let grown: Vec<(&str, u64)> =
            self.0.iter().map(|(bound, count)| (bound.as_str(), count - known(bound))).collect();
        let all = grown.last().context("the histogram has no values")?.1;
        ensure!(all == values, "{all} values came, not {values}");
        let below = |percent: u64| {
            let bucket = grown.iter().find(|(_, count)| count * 100 >= all * percent);
            bucket.map_or("+Inf", |(bound, _)| *bound)
        };
        Ok(format!("p50 ≤ {} s, p95 ≤ {} s, p99 ≤ {} s", below(50), below(95), below(99)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_by_bounds() {
        let text = |low, middle, all| {
            format!(
                "# TYPE w histogram\nw_bucket{{le=\"0.1\"}} {low}\nw_bucket{{le=\"0.5\"}} {middle}\nw_bucket{{le=\"+Inf\"}} {all}\nw_sum 3\nw_count {all}\n"
            )
        };
        let (before, after) =
            (Histogram::parse(&text(5, 9, 10), "w"), Histogram::parse(&text(65, 107, 110), "w"));
        assert_eq!(after.since(&before, 100).unwrap(), "p50 ≤ 0.1 s, p95 ≤ 0.5 s, p99 ≤ +Inf s");
        assert!(after.since(&before, 99).is_err());
        assert!(Histogram::parse("", "w").since(&before, 0).is_err());
    }
}
