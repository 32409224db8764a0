//! What passed over a line lately, for health pages.

use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::header::{DATE, HeaderMap};
use std::{collections::VecDeque, time::Duration};

const MINUTE: Duration = Duration::from_secs(60);

/// Counts requests and remembers the last answer. Time is a parameter.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    sent: VecDeque<Duration>,
    answered: Option<Duration>,
    server_time: Option<(Duration, Timestamp)>,
}

impl Tally {
    /// A request goes out.
    pub(super) fn sent(&mut self, now: Duration) {
        self.sent.push_back(now);
        while self.sent.front().is_some_and(|at| *at + MINUTE <= now) {
            self.sent.pop_front();
        }
    }

    /// An answer came, whatever it says.
    pub(super) fn answered(&mut self, now: Duration, headers: Option<&HeaderMap>) {
        self.answered = Some(now);
        if let Some(time) = headers.and_then(server_time) {
            self.server_time = Some((now, time));
        }
    }

    /// Requests of the last minute.
    pub(super) fn requests(&self, now: Duration) -> u32 {
        let recent = self.sent.iter().filter(|at| **at + MINUTE > now).count();
        u32::try_from(recent).unwrap_or(u32::MAX)
    }

    /// How long ago the last answer came.
    pub(super) fn answered_ago(&self, now: Duration) -> Option<Duration> {
        self.answered.map(|at| now.saturating_sub(at))
    }

    /// How long ago the server told its time, and which it was.
    pub(super) fn server_time(&self, now: Duration) -> Option<(Duration, Timestamp)> {
        self.server_time.map(|(at, time)| (now.saturating_sub(at), time))
    }
}

fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn only_the_last_minute_counts() {
        let mut tally = Tally::default();
        for second in [0, 10, 59, 65] {
            tally.sent(Duration::from_secs(second));
        }
        assert_eq!(tally.requests(Duration::from_secs(65)), 3, "the first is older than a minute");
        assert_eq!(tally.requests(Duration::from_secs(130)), 0);
    }

    #[test]
    fn the_servers_time_is_read_from_its_answers() {
        let mut tally = Tally::default();
        let date = HeaderValue::from_static("Mon, 23 Nov 2026 08:00:00 GMT");
        let headers = HeaderMap::from_iter([(DATE, date)]);
        tally.answered(Duration::from_secs(5), Some(&headers));
        tally.answered(Duration::from_secs(6), None);
        let told = "2026-11-23T08:00:00Z".parse().unwrap();
        assert_eq!(tally.server_time(Duration::from_secs(7)), Some((Duration::from_secs(2), told)));
        assert_eq!(tally.answered_ago(Duration::from_secs(7)), Some(Duration::from_secs(1)));
    }
}
