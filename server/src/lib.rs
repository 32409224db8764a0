//! The server: configuration, wiring, HTTP, jobs, command line.
#![recursion_limit = "512"]

pub mod cli;
pub mod config;
pub mod http;
pub mod jobs;
pub mod logs;
pub mod run;
pub mod wiring;

pub use config::Config;
