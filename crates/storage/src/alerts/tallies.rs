//! How many alerts there are in each state, category and connector.

use crate::{engine::Tx, many::Many};
use services::ports::store::StoreResult;
use std::collections::BTreeMap;

const ADD: Many = Many(
    "INSERT INTO alert_tallies (state, category_folded, connector_id, number) VALUES",
    " ON CONFLICT (state, category_folded, connector_id)
  DO UPDATE SET number = alert_tallies.number + excluded.number",
);

/// One alert, as it counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub(super) struct Tally {
    pub(super) state: String,
    pub(super) category_folded: String,
    pub(super) connector_id: Option<String>,
}

impl Tally {
    /// Counts `number` more of these, or fewer.
    pub(super) async fn add(self, tx: &mut Tx, number: i64) -> StoreResult<()> {
        keep(tx, [(self, number)]).await
    }
}

/// Counts alerts that are new.
pub(super) async fn add_all(tx: &mut Tx, new: impl Iterator<Item = Tally>) -> StoreResult<()> {
    let mut numbers = BTreeMap::new();
    for tally in new {
        *numbers.entry(tally).or_insert(0) += 1;
    }
    keep(tx, numbers).await
}

async fn keep(tx: &mut Tx, numbers: impl IntoIterator<Item = (Tally, i64)>) -> StoreResult<()> {
    let row = |(tally, number): (Tally, i64)| {
        let connector = tally.connector_id.unwrap_or_default();
        vec![tally.state.into(), tally.category_folded.into(), connector.into(), number.into()]
    };
    ADD.run(tx, numbers.into_iter().map(row).collect()).await?;
    Ok(())
}
