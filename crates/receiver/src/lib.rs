//! The receiving side: pulls published content into a folder and knows the state of every item.
//!
//! - [`home`]: the receiver's folder, its settings, one process at a time
//! - [`api`]: the server's pull API
//! - [`journal`]: what was installed, safe against a kill at any point
//! - [`folder`]: the target, written atomically
//! - [`sync`]: which items are taken, in which order
//!
//! Another kind of target is a module beside `folder` with the same four operations.

pub mod api;
pub mod error;
pub mod folder;
pub mod home;
pub mod journal;
pub mod sync;

pub use error::ReceiverError;
pub use home::Home;
pub use sync::{Action, ItemStatus, Outcome, Selection, Session, SyncRequest, SyncResult};
