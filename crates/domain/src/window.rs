//! Sync windows: when content may be published by itself, in the time zone of the people who are affected.
//!
//! A moment is open when no `deny` window holds it (deny wins) and, where there are `allow` windows, one of them
//! does. A window belongs to the days on which it begins; one that ends at or before its beginning runs into the
//! next day. What counts is the wall clock: on the day that the clock is put forward a window is shorter, or
//! falls away with the hour that does not exist.

use crate::field::{FieldError, Findings};
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Windows that there may be.
pub const MOST_WINDOWS: usize = 50;
/// The longest time that a person may open the windows for: one day.
pub const MAX_OPEN_SECONDS: u64 = 24 * 3600;
/// Days that are looked ahead for the next change.
const HORIZON_DAYS: i64 = 8;

/// Whether a window opens or closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowKind {
    /// Content may be published.
    Allow,
    /// Content must not be published.
    Deny,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// The week.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][self as usize]
    }

    /// The name on screens.
    pub fn label(self) -> &'static str {
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][self as usize]
    }

    fn of(weekday: Weekday) -> Self {
        Self::ALL[usize::try_from(weekday.to_monday_zero_offset()).unwrap_or_default() % 7]
    }
}

impl FromStr for Day {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|day| day.as_str() == text);
        known.ok_or_else(|| FieldError::new("days", "must be mon, tue, wed, thu, fri, sat or sun"))
    }
}

/// A time of day to the minute, `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Minute(u16);

impl Minute {
    /// A time of day.
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self(u16::from(hour) * 60 + u16::from(minute)))
    }

    fn of(time: Time) -> Self {
        Self(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
    }

    fn on(self, date: Date) -> DateTime {
        let part = |number: u16| i8::try_from(number).unwrap_or_default();
        date.at(part(self.0 / 60), part(self.0 % 60), 0, 0)
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Minute {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || FieldError::new("time", format!("`{text}` is not a time of day such as 22:30"));
        let (hour, minute) = text.trim().split_once(':').ok_or_else(refuse)?;
        let number = |part: &str| {
            (part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())
        };
        let both = number(hour).flatten().zip(number(minute).flatten());
        both.and_then(|(hour, minute)| Self::new(hour, minute)).ok_or_else(refuse)
    }
}

impl TryFrom<String> for Minute {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|refusal: FieldError| refusal.message)
    }
}

impl From<Minute> for String {
    fn from(minute: Minute) -> Self {
        minute.to_string()
    }
}

/// One window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Whether it opens or closes.
    pub kind: WindowKind,
    /// The days on which it begins.
    pub days: Vec<Day>,
    /// When it begins.
    pub from: Minute,
    /// When it ends; at or before `from` means on the next day.
    pub to: Minute,
}

impl Window {
    fn holds(&self, local: DateTime) -> bool {
        let now = Minute::of(local.time());
        let on = |date: Date| self.days.contains(&Day::of(date.weekday()));
        if self.from < self.to {
            return on(local.date()) && (self.from..self.to).contains(&now);
        }
        let today = on(local.date()) && now >= self.from;
        let yesterday = local.date().yesterday().is_ok_and(on) && now < self.to;
        today || yesterday
    }
}

/// All windows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncWindows {
    /// The time zone, as the IANA database names it.
    pub time_zone: String,
    /// The windows; none means always open.
    #[serde(default)]
    pub windows: Vec<Window>,
}

impl Default for SyncWindows {
    fn default() -> Self {
        Self { time_zone: "UTC".into(), windows: Vec::new() }
    }
}

impl SyncWindows {
    /// Every refusal at once; whether the time zone exists is for the caller to say.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut findings = Findings::default();
        findings.check(self.windows.len() > MOST_WINDOWS, "windows", "must be at most 50");
        for (index, window) in self.windows.iter().enumerate() {
            if window.days.is_empty() {
                findings.add(format!("windows[{index}].days"), "must name at least one day");
            }
        }
        findings.finish()
    }

    /// Whether content may be published at a moment.
    pub fn is_open(&self, at: Timestamp, zone: &TimeZone) -> bool {
        let local = zone.to_datetime(at);
        let held = |kind| self.windows.iter().any(|window| window.kind == kind && window.holds(local));
        let any_allow = self.windows.iter().any(|window| window.kind == WindowKind::Allow);
        !held(WindowKind::Deny) && (!any_allow || held(WindowKind::Allow))
    }

    /// When that changes next; none when it does not within eight days.
    pub fn next_change(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let now = self.is_open(at, zone);
        let mut moments = self.moments(at, zone);
        moments.sort_unstable();
        moments.into_iter().find(|moment| *moment > at && self.is_open(*moment, zone) != now)
    }

    /// Every moment at which something could change: beginnings, ends, midnights, and the clock being put forward
    /// or back.
    fn moments(&self, at: Timestamp, zone: &TimeZone) -> Vec<Timestamp> {
        let limit = at + SignedDuration::from_hours(24 * HORIZON_DAYS);
        let mut moments: Vec<Timestamp> = zone
            .following(at)
            .map(|transition| transition.timestamp())
            .take_while(|moment| *moment <= limit)
            .collect();
        let mut date = zone.to_datetime(at).date();
        for _ in 0..=HORIZON_DAYS {
            let edges = self.windows.iter().flat_map(|window| [window.from, window.to]);
            for edge in edges.chain([Minute(0)]) {
                let ambiguous = zone.to_ambiguous_zoned(edge.on(date));
                // An hour that happens twice begins twice.
                moments.extend(ambiguous.clone().earlier().ok().map(|zoned| zoned.timestamp()));
                moments.extend(ambiguous.later().ok().map(|zoned| zoned.timestamp()));
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        moments
    }
}

/// A person's word that content may be published now all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
}

/// The windows as screens show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowsView {
    /// What is set.
    #[serde(flatten)]
    pub set: SyncWindows,
    /// Whether content may be published now.
    pub open: bool,
    /// When that changes by itself; none when it does not within eight days.
    pub changes_at: Option<Timestamp>,
    /// `changes_at` on the clock of the time zone, for people.
    pub changes_at_local: Option<String>,
    /// A person's opening, while it lasts.
    pub opening: Option<Opening>,
}

#[cfg(test)]
mod tests;
