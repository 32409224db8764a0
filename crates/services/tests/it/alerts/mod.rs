//! What people and connectors do to alerts: nothing that is owed to a ticket is lost, nothing goes back without
//! somebody, every change has its audit line.

mod promises;
mod rules;
mod world;
