//! Contents over days: what nothing points at goes, what is in use stays, and what receivers are told ends in time.

mod collecting;
mod polling;
mod reading;
mod world;
