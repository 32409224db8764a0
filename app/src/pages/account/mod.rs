//! Before anybody is signed in.

pub mod set_up;
pub mod sign_in;
