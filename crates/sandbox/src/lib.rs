//! Stand-ins for the outside world, for tests, the browser run and the demo; never part of the product.
//!
//! - [`automate_rest`]: an Automate server's REST interface over a library in memory, with faults to switch on
//! - [`exports`]: writes Automate export files as the real ones look
//! - [`labtech`]: the database of an Automate server, filled and changed in a real MariaDB
//! - [`manage`]: a ConnectWise Manage that keeps state, over HTTP
//! - [`library`]: a believable master library of an MSP, and how it goes on a week later

pub mod automate_rest;
pub mod exports;
pub mod labtech;
pub mod library;
pub mod manage;

/// The library under the name that plans use for it.
pub use library as demo_content;
