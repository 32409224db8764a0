//! How many alerts there are in each state, category and connector.

use crate::engine::{Tx, execute};
use services::ports::store::StoreResult;
use sqlx::query;

const ADD: &str =
    "INSERT INTO alert_tallies (state, category_folded, connector_id, number) VALUES ($1, $2, $3, $4)
  ON CONFLICT (state, category_folded, connector_id)
  DO UPDATE SET number = alert_tallies.number + excluded.number";

/// One alert, as it counts.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Tally {
    pub(super) state: String,
    pub(super) category_folded: String,
    pub(super) connector_id: Option<String>,
}

impl Tally {
    /// Counts `number` more of these, or fewer.
    pub(super) async fn add(&self, tx: &mut Tx, number: i64) -> StoreResult<()> {
        execute!(
            tx,
            query(ADD)
                .bind(self.state.as_str())
                .bind(self.category_folded.as_str())
                .bind(self.connector_id.as_deref().unwrap_or_default())
                .bind(number)
        )?;
        Ok(())
    }
}
