//! Which way a search for a text goes.
//!
//! On SQLite: by the index of texts when it names few alerts, else along the list, where a text that many alerts have
//! fills a page soon. PostgreSQL decides that by itself. Both ways find the same.

use super::lists::Way;
use crate::{Database, dynamic::trigrams, engine::Pools, rows::fault};
use domain::alert::AlertFilter;
use services::ports::store::StoreResult;
use sqlx::query_scalar;

/// The most alerts that are looked at because the index names them.
const MOST_NAMED: i64 = 2_000;
const NAMED: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM alerts_index WHERE alerts_index MATCH $1 LIMIT $2)";

/// What the index is asked for; nothing when the text is too short for it.
pub(super) fn words(text: &str) -> Option<String> {
    Some(trigrams(&text.to_lowercase())).filter(|words| !words.is_empty())
}

impl Database {
    pub(super) async fn way(&self, filter: &AlertFilter) -> StoreResult<Way> {
        let (Pools::Sqlite { reader, .. }, Some(words)) = (&self.pools, filter.text().and_then(words)) else {
            return Ok(Way::Listed);
        };
        let named: i64 =
            query_scalar(NAMED).bind(words).bind(MOST_NAMED + 1).fetch_one(reader).await.map_err(fault)?;
        Ok(if named > MOST_NAMED { Way::Listed } else { Way::Named })
    }
}
