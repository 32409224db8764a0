//! Server functions: what the screens ask of the server, under `/rpc/app/api/<file>/<function>`.
//!
//! Each is three lines: who is asking, call the use case, map the error. No function that changes something is
//! reachable by GET. Only [`context`] touches what the server provides.

#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod account;
#[cfg(feature = "ssr")]
mod alert_views;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod alerts;
pub mod answer;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod categories;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod clients;
#[cfg(feature = "ssr")]
mod connector_setup;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod connectors;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod content;
#[cfg(feature = "ssr")]
pub mod context;
pub mod error;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod exceptions;
#[cfg(feature = "ssr")]
pub mod identity;
#[cfg(feature = "ssr")]
mod note_html;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod policies;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod records;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod search;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod serving;
#[cfg(feature = "ssr")]
mod source_form;
#[expect(missing_docs, reason = "a server function becomes a struct whose fields are its parameters")]
pub mod sources;

#[cfg(feature = "ssr")]
pub use alert_views::line as manage_line;
pub use answer::action;
pub use error::ApiError;
