//! Serving: rings and sync windows, receivers, one client.

pub mod client;
mod exceptions;
pub mod keys;
pub mod receivers;
mod ring_form;
pub mod ring_plan;
pub mod rings;
mod windows;
