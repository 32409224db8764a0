//! ConnectWise Manage: its REST API in our words.
//!
//! - [`Settings`] and [`Instance`]: address and keys, normalised and checked
//! - [`Line`] and [`Lines`]: connections to checked addresses only, one budget and one circuit breaker per instance
//! - [`Manage`]: the client; its calls stand in `calls`, one file per kind of record
//! - [`conditions`]: Manage's conditions language
//! - [`ManageError`]: what went wrong, and whether a retry is worth it
//! - [`Adapter`]: all of it as the port `services::ports::Psa`, in the words of `domain`
//!
//! Manage's own forms are private (`wire`); what is public is in [`model`]. The facts behind every quirk that is
//! handled here stand in `docs/manage-connector.md`.

mod breaker;
mod budget;
mod calls;
mod client;
pub mod conditions;
mod error;
mod instance;
mod line;
pub mod model;
mod names;
mod pace;
mod paging;
mod patch;
mod psa;
mod query;
mod refusal;
mod settings;
mod signing;
mod wire;

pub use breaker::{Breaker, BreakerState};
pub use budget::Budget;
pub use calls::{Delivery, Finding, Level, MINIMAL_ROLE, NewEvent, NewWorkflow, Right, RightFinding};
pub use client::Manage;
pub use error::{ManageError, Repeat, Retry, judge};
pub use instance::Instance;
pub use line::{Line, LineState, Lines, Patience};
pub use names::{Names, SystemNames};
pub use pace::{Pace, SystemPace};
pub use patch::Reference;
pub use psa::Adapter;
pub use query::Query;
pub use refusal::{Refusal, RefusedField};
pub use settings::{API_VERSION, Settings};
