//! The folder source as `services` uses it: files in, canonical forms and issues out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod applying;
mod broken;
mod document;
mod duplicates;
mod forms;
mod hostile;
mod library;
mod mysql;
mod pieces;
mod places;
mod rest;
mod rest_applying;
mod room;
mod same;
mod samples;
mod whole;
