//! The words and the rules of Tandem, pure: no async, no input or output, no clock, no randomness.
//!
//! Everything here is compiled for the server and for the browser. A new rule is a function or a
//! method on a type of this crate, with its tests beside it; an order of steps belongs to `services`.

pub mod account;
pub mod alert;
pub mod audit;
pub mod client;
pub mod connector;
pub mod content;
pub mod diff;
pub mod field;
pub mod fleet;
pub mod ids;
pub mod net;
pub mod page;
pub mod place;
pub mod pull;
pub mod receiving;
pub mod ring;
pub mod schedule;
pub mod secret;
pub mod source;
pub mod ticket;
pub mod window;
pub mod write_back;
