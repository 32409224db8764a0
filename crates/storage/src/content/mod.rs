//! Items, versions and contents.

mod reads;
mod rows;
mod writes;
