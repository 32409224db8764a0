//! Where Tandem may call: addresses that people type, and the networks that they may lead into.
//!
//! A typed address is checked here for its form ([`WebAddress`]); the numbers that its name stands for are
//! checked by the adapter at the moment of the call, each of them, against [`Networks`].

mod address;
mod networks;

pub use address::{Host, WebAddress};
pub use networks::{Network, Networks};
