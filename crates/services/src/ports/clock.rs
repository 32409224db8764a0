//! Time is a parameter.

use jiff::Timestamp;

/// Says what time it is, cut to microseconds (what both databases keep).
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}
