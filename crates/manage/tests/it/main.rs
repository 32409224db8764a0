//! The client against the simulated Manage over HTTP: one file per promise.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod bodies;
mod callbacks;
mod connecting;
mod details;
mod failures;
mod hosts;
mod merging;
mod notes;
mod owners;
mod paging;
mod psa;
mod rights;
mod simulator;
mod statuses;
mod tickets;
mod workflows;
mod world;
