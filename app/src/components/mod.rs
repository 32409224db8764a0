//! Parts of screens without business of their own.

pub mod alert;
pub mod field;
pub mod frame;
pub mod icon;
pub mod keys;
pub mod live;
pub mod manage_line;
pub mod notice;
pub mod pager;
pub mod secret;
pub mod status;
pub mod time;
pub mod types;
