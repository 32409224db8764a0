//! The real application over HTTP, on its own database, on both engines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod alerts;
mod automate;
mod bad_input;
mod database_source;
mod export;
mod flow;
mod idempotency;
mod killed;
mod manage;
mod process;
mod pull;
mod race;
mod references;
mod replicas;
mod rest_source;
mod review;
mod rings;
mod roles;
mod serving;
mod tokens;
mod world;
