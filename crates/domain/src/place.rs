//! How far somebody who watches Tandem has come: the `id` of a live event, and what a page says of itself. Whoever
//! tells where they stand is told what they lack, and nothing else.

use std::{fmt, num::ParseIntError, str::FromStr};

/// Where a reader stands. Written as `alerts.content.trouble`, for example `812.40.1f0c77aa`; the last part is missing
/// when nothing is known of trouble.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// The newest revision of alerts that the reader knows.
    pub alerts: i64,
    /// The newest revision of production that the reader knows.
    pub content: i64,
    /// A mark of what is wrong with connectors, as far as the reader knows: another mark, another trouble.
    pub trouble: Option<u32>,
}

impl Place {
    /// Whether a page that was asked for at this place may show less than a reader at `told` knows of.
    pub fn lacks(self, told: Self) -> bool {
        self.is_before(told) || (told.trouble.is_some() && self.trouble != told.trouble)
    }

    /// Where a page stands that was asked for when `told` was known: it shows that as well, even if it was rendered by
    /// a process that had yet to hear of it.
    #[must_use]
    pub fn at_least(self, told: Option<Self>) -> Self {
        let Some(told) = told else { return self };
        Self { alerts: self.alerts.max(told.alerts), trouble: told.trouble.or(self.trouble), ..self }
    }

    /// Whether it is older than another place.
    pub fn is_before(self, other: Self) -> bool {
        self.alerts < other.alerts
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.alerts, self.content)?;
        self.trouble.map_or(Ok(()), |mark| write!(f, ".{mark:08x}"))
    }
}

/// A text that is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of an event: give it as it came")]
pub struct NoPlace;

impl From<ParseIntError> for NoPlace {
    fn from(_: ParseIntError) -> Self {
        Self
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (alerts, rest) = text.split_once('.').ok_or(NoPlace)?;
        let (content, trouble) =
            rest.split_once('.').map_or((rest, None), |(content, mark)| (content, Some(mark)));
        let trouble = trouble.map(|mark| u32::from_str_radix(mark, 16)).transpose()?;
        Ok(Self { alerts: alerts.parse()?, content: content.parse()?, trouble })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        text.parse().unwrap()
    }

    #[test]
    fn a_place_is_read_back() {
        for text in ["12.3.0000002a", "12.3", "-1.0.ffffffff"] {
            assert_eq!(place(text).to_string(), text);
        }
        for wrong in ["", "12", "12.x", "a.b", "1.2.xyz", "1.2.3.4", "1.2."] {
            assert_eq!(wrong.parse::<Place>(), Err(NoPlace), "{wrong}");
        }
    }

    #[test]
    fn a_page_lacks_what_was_told_later() {
        let page = place("12.3.0000002a");
        assert!(!page.lacks(page) && !page.lacks(place("11.9.0000002a")) && !page.lacks(place("12.3")));
        assert!(page.lacks(place("13.3.0000002a")), "a later alert");
        assert!(page.lacks(place("12.3.0000002b")) && place("12.3").lacks(page), "other trouble");
        assert!(page.is_before(place("13.0")) && !page.is_before(place("12.9.00000001")));
    }

    #[test]
    fn a_page_that_was_asked_for_afterwards_lacks_nothing() {
        // Rendered by a process that has not looked for a while.
        let (page, told) = (place("12.3.0000002a"), place("13.3.0000002b"));
        assert!(page.lacks(told) && !page.at_least(Some(told)).lacks(told));
        assert_eq!(page.at_least(Some(place("11.3"))), page);
        assert_eq!(page.at_least(None), page);
    }
}
