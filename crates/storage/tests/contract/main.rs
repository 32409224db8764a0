//! One contract, every case on both engines; every statement is executed at least once on each.

mod accounts;
mod content;
mod leases;
mod schema;
mod world;
