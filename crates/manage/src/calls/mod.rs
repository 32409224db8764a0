//! The calls that the connector needs, one file per kind of record. A new call is a method here, a wire form in
//! `wire`, a type of ours in `model`, and a case against the simulator in `tests/it`.

mod callbacks;
mod custom_fields;
mod details;
mod notes;
mod permissions;
mod schedule;
mod setup;
mod tickets;
mod workflows;

pub use callbacks::Delivery;
pub(crate) use callbacks::hook;
pub use permissions::{Finding, Level, MINIMAL_ROLE, Right, RightFinding};
pub use workflows::{NewEvent, NewWorkflow};
