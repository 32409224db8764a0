//! Use cases on a real SQLite, with a clock that is set by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod accounts;
mod alerts;
mod content;
mod ports;
