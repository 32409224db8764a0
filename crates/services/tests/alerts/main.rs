//! What people and connectors do to alerts, on a real SQLite: nothing that is owed to a ticket is lost, nothing goes
//! back without somebody, every change has its audit line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod promises;
mod rules;
mod world;
