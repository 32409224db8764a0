//! Items, versions and contents; their review and the search in them; contents that nothing points at.

mod named;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
mod plans;
mod reads;
mod reviews;
mod rows;
mod unused;
mod writes;

pub(crate) use rows::key;
