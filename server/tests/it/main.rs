//! The real application over HTTP, on its own database, on both engines.

mod bad_input;
mod flow;
mod idempotency;
mod killed;
mod pull;
mod replicas;
mod roles;
mod world;
