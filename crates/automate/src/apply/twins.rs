//! Rows that have the GUID of an item: one is its row, several are twins that somebody must tell apart.

use super::ApplyError;
use domain::content::ItemKey;

/// The row of an item among those with its GUID; none when it is not here. Several are refused.
pub(crate) fn only_row(key: &ItemKey, rows: &[i64]) -> Result<Option<i64>, ApplyError> {
    match rows {
        [] => Ok(None),
        [id] => Ok(Some(*id)),
        several => Err(ApplyError::Item(format!(
            "several {} here have the GUID {} (ids {}): give all but one another GUID",
            key.content_type.label().to_lowercase(),
            key.guid,
            several.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
        ))),
    }
}
