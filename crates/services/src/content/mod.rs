//! Content: looking at it, reviewing it, publishing it.

mod collect;
mod compare;
mod dependencies;
mod examine;
mod export;
mod plan;
mod policies;
mod review;
mod rollback;
mod search;
mod sync;
mod tables;

pub use collect::Collected;
pub use export::{ExportFiles, ExportedItem};
pub(crate) use sync::tell_sync;
pub use tables::RefreshResult;

use crate::Core;

/// Items, their review and their publication.
pub struct Content<'a> {
    pub(crate) core: &'a Core,
}

/// `1 script`, `4 scripts`.
pub(crate) fn counted(count: usize, content_type: domain::content::ContentType) -> String {
    if count == 1 {
        format!("1 {}", content_type.singular())
    } else {
        format!("{count} {}", content_type.label().to_lowercase())
    }
}
