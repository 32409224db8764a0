//! Alerts, their timelines and categories.
//!
//! The table `alerts` holds what lists look at; texts and what was read beside a ticket stand in `alert_details`.
//! Lists go by id, which is made from the clock (UUID v7), newest first: the same order as by time, and one that
//! every index ends in. Totals come from `alert_tallies`, which every write keeps; where a text or a person is asked
//! for they are counted one by one, up to a limit. Texts are found by an index ([`texts`]).

mod additions;
mod categories;
mod lists;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
pub(crate) mod plans;
mod reads;
mod rows;
mod tallies;
mod texts;
mod writes;

pub(crate) use writes::settle;
