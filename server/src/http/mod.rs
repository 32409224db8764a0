//! HTTP: the public API, the screens, the built browser files, and what an operator asks for.

pub mod assets;
pub mod callbacks;
pub mod connections;
mod forms;
pub mod layers;
pub mod operations;
pub mod pages;
pub mod polls;
pub mod public;
pub mod router;
pub mod sendfile;
pub mod state;
