//! Parts of screens without business of their own.

pub mod field;
pub mod frame;
pub mod icon;
pub mod live;
pub mod notice;
pub mod pager;
pub mod secret;
pub mod status;
pub mod time;
pub mod types;
