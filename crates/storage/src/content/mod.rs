//! Items, versions and contents; their review and the search in them.

mod reads;
mod reviews;
mod rows;
mod writes;

pub(crate) use rows::key;
