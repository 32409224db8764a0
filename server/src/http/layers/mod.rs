//! What stands around every handler.

pub mod address;
pub mod around;
pub mod headers;
pub mod metrics;
pub mod sign_in;
pub mod to_the_end;
