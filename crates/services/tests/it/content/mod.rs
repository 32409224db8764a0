//! Contents over days: what nothing points at goes, what is in use stays.

mod collecting;
mod world;
