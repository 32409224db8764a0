//! Every line of SQL. Implements the store of `services` on SQLite and on PostgreSQL.
//!
//! One body serves both engines: [`engine`] holds an enum of the two pools and two small macros that run the
//! same sqlx expression on whichever is there. Statements are constants beside the function that runs them,
//! with `$1` placeholders, which both engines read. Where dialects differ there is a pair of constants. What adds
//! many rows at once goes through [`many`].
//!
//! To add an aggregate: a migration with the same number and name in both folders, a file here that implements
//! its traits, and cases in `tests/contract` (which run on both engines).

mod accounts;
mod alerts;
mod audit;
mod clients;
mod connect;
mod connectors;
mod content;
mod dynamic;
mod engine;
mod folding;
mod idempotency;
mod line;
mod many;
mod production;
mod receivers;
mod rings;
mod rows;
mod schedules;
mod secrets;
mod signing;
mod sources;
mod windows;
mod write_backs;

pub use connect::{ConnectError, Database};
