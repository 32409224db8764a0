//! The screens, by area; one screen per file.

pub mod account;
pub mod alerts;
pub mod clients;
pub mod connectors;
pub mod content;
pub mod missing;
pub mod policies;
pub mod records;
pub mod search;
pub mod serving;
pub mod settings;
pub mod sources;
