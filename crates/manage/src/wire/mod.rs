//! Manage's own forms, private to this crate. Unknown fields are ignored; what is null or missing is none.

pub(crate) mod details;
pub(crate) mod error;
pub(crate) mod parts;
pub(crate) mod setup;
pub(crate) mod ticket;
pub(crate) mod workflow;
