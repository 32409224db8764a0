//! Contents over days, on a real SQLite with a clock that is set by hand: what nothing points at goes, what is in use
//! stays.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod collecting;
mod world;
