//! One contract, every case on both engines; every statement is executed at least once on each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod accounts;
mod alerts;
mod content;
mod folding;
mod leases;
mod line;
mod reviews;
mod schema;
mod secrets;
mod serving;
mod unused;
mod upgrades;
mod world;
