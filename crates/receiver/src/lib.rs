//! The receiving side: pulls published content into a target and knows the state of every item.
//!
//! - [`home`]: the receiver's folder, its settings, one process at a time
//! - [`api`]: the server's pull API
//! - [`target`]: what content is applied to, as a trait
//! - [`folder`]: the target that is a folder of files, written atomically, with a journal
//! - [`trust`]: the server's signing key, without which no manifest is believed
//! - [`sync`]: which items are taken, in which order
//!
//! Another kind of target implements [`Target`]; the one that is an Automate database lives in `automate`.

pub mod api;
pub mod error;
mod files;
pub mod folder;
pub mod home;
mod into;
mod known;
pub mod sync;
pub mod target;
pub mod trust;

pub use error::ReceiverError;
pub use home::{Home, SignIn, Taken};
pub use into::{AutomateServer, Into};
pub use sync::{Action, ItemStatus, Outcome, Run, Selection, Session, SyncRequest, SyncResult, ThreeWay};
pub use target::Target;
