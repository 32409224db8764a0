//! Changes of alerts.

use super::{
    additions, categories, reads,
    rows::{Columns, RecordRow, carried_word},
    tallies::Tally,
};
use crate::{
    engine::{Tx, execute, within},
    rows::{Place, micros, to_json},
};
use async_trait::async_trait;
use domain::{
    alert::{Carried, TimelineEntry, category::CategoryInput},
    ids::{AlertId, CategoryId, ConnectorId},
    write_back::WriteBackState,
};
use jiff::Timestamp;
use services::ports::store::{AlertWrites, StoreResult, alerts::AlertRecord};
use sqlx::{query, query_as, query_scalar};

const NEXT: &str = "UPDATE alert_epoch SET revision = revision + 1 WHERE id = 1 RETURNING revision";
const OF_TICKET: &str = "SELECT id FROM alerts WHERE connector_id = $1 AND ticket_id = $2";
const UPDATE: &str = "UPDATE alerts SET opened_at = $2, state = $3, acknowledged = $4, closed = $5, ended_at = $6,
    title = $7, category = $8, category_folded = $9, severity = $10, assignee = $11, ticket = $12, agreed = $13,
    revision = $14, search_text = $15
  WHERE id = $1";
const UPDATE_DETAILS: &str = "UPDATE alert_details SET text = $2, details = $3 WHERE alert_id = $1
  AND (text <> $2 OR details <> $3)";
const TALLIED: &str = "SELECT state, category_folded, connector_id FROM alerts WHERE id = $1";
const PERSON: &str =
    "INSERT INTO alert_people (user_id, alert_id) VALUES ($1, $2) ON CONFLICT (user_id, alert_id) DO NOTHING";
const TELL: &str = "INSERT INTO alert_timeline (alert_id, number, entry)
  SELECT $1, COALESCE(MAX(number), 0) + 1, $2 FROM alert_timeline WHERE alert_id = $1";
/// Of a long story the beginning and the newest thousand lines are kept.
const TRIM: &str = "DELETE FROM alert_timeline WHERE alert_id = $1 AND number > 1
  AND number <= (SELECT MAX(number) - 1000 FROM alert_timeline WHERE alert_id = $1)";
const OWED: &str = "SELECT DISTINCT state FROM write_backs WHERE alert_id = $1";
const CARRY: &str = "UPDATE alerts SET carried = $2, revision = $3 WHERE id = $1";
/// One whose ticket is open and can be seen stays, as long as its connector does: a rule would choose the ticket again.
/// Inside a text of the ticket's JSON the quotes are escaped.
const ENDED: &str = "SELECT id FROM alerts WHERE ended_at < $1 AND carried <> 'sending'
    AND (ticket IS NULL OR ticket NOT LIKE '%\"closed\":false%' OR ticket LIKE '%\"missing_since\":\"%'
      OR connector_id NOT IN (SELECT id FROM connectors WHERE deleted_at IS NULL))
  ORDER BY ended_at LIMIT $2";

/// The next number that says that an alert changed.
async fn next_revision(tx: &mut Tx) -> StoreResult<i64> {
    within!(tx, |db| query_scalar(NEXT).fetch_one(db))
}

/// After a change of an alert's write-backs: says in lists what became of them.
pub(crate) async fn settle(tx: &mut Tx, alert: &str) -> StoreResult<()> {
    let words: Vec<String> = within!(&mut *tx, |db| query_scalar(OWED).bind(alert).fetch_all(db))?;
    let states: Vec<WriteBackState> = words
        .iter()
        .map(|word| Place("write_backs", "state").word(word, WriteBackState::parse))
        .collect::<StoreResult<_>>()?;
    let revision = next_revision(tx).await?;
    let word = carried_word(Carried::of(states));
    execute!(tx, query(CARRY).bind(alert).bind(word).bind(revision))?;
    Ok(())
}

impl Tx {
    async fn record(&mut self, id: &str) -> StoreResult<Option<AlertRecord>> {
        let row: Option<RecordRow> = within!(self, |db| query_as(reads::ONE).bind(id).fetch_optional(db))?;
        row.map(RecordRow::read).transpose()
    }

    async fn tallied(&mut self, id: &str) -> StoreResult<Option<Tally>> {
        within!(self, |db| query_as(TALLIED).bind(id).fetch_optional(db))
    }

    async fn keep_people(&mut self, columns: &Columns) -> StoreResult<()> {
        let sql = "DELETE FROM alert_people WHERE alert_id = $1";
        execute!(&mut *self, query(sql).bind(columns.id.as_str()))?;
        for person in &columns.people {
            execute!(&mut *self, query(PERSON).bind(person.as_str()).bind(columns.id.as_str()))?;
        }
        Ok(())
    }
}

#[async_trait]
impl AlertWrites for Tx {
    async fn alert(&mut self, id: AlertId) -> StoreResult<Option<AlertRecord>> {
        self.record(&id.to_string()).await
    }

    async fn alert_of_ticket(
        &mut self,
        connector: ConnectorId,
        ticket: i64,
    ) -> StoreResult<Option<AlertRecord>> {
        let id: Option<String> = within!(&mut *self, |db| query_scalar(OF_TICKET)
            .bind(connector.to_string())
            .bind(ticket)
            .fetch_optional(db))?;
        match id {
            Some(id) => self.record(&id).await,
            None => Ok(None),
        }
    }

    async fn insert_alert(&mut self, alert: &AlertRecord) -> StoreResult<bool> {
        let added = additions::insert(self, std::slice::from_ref(alert)).await?;
        Ok(added.iter().any(Option::is_some))
    }

    async fn insert_alerts(&mut self, alerts: &[AlertRecord]) -> StoreResult<Vec<Option<i64>>> {
        additions::insert(self, alerts).await
    }

    async fn begin_stories(&mut self, first: &[(AlertId, TimelineEntry)]) -> StoreResult<()> {
        additions::begin_stories(self, first).await
    }

    async fn update_alert(&mut self, alert: &AlertRecord) -> StoreResult<()> {
        let columns = Columns::of(alert)?;
        let before = self.tallied(&columns.id).await?;
        let revision = next_revision(self).await?;
        execute!(
            &mut *self,
            query(UPDATE)
                .bind(columns.id.as_str())
                .bind(columns.opened_at)
                .bind(columns.state)
                .bind(columns.acknowledged.as_deref())
                .bind(columns.closed.as_deref())
                .bind(columns.ended_at)
                .bind(alert.title.as_str())
                .bind(alert.category.as_str())
                .bind(columns.category_folded.as_str())
                .bind(alert.severity.as_str())
                .bind(columns.assignee.as_deref())
                .bind(columns.ticket.as_deref())
                .bind(alert.agreed.as_str())
                .bind(revision)
                .bind(columns.search.as_str())
        )?;
        execute!(
            &mut *self,
            query(UPDATE_DETAILS)
                .bind(columns.id.as_str())
                .bind(alert.text.as_str())
                .bind(columns.details.as_str())
        )?;
        self.keep_people(&columns).await?;
        let Some(before) = before else { return Ok(()) };
        let after = Tally {
            state: columns.state.to_owned(),
            category_folded: columns.category_folded,
            connector_id: before.connector_id.clone(),
        };
        if before != after {
            before.add(self, -1).await?;
            after.add(self, 1).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, id: AlertId, entry: &TimelineEntry) -> StoreResult<()> {
        let (id, json) = (id.to_string(), to_json(entry)?);
        execute!(&mut *self, query(TELL).bind(id.as_str()).bind(json.as_str()))?;
        execute!(&mut *self, query(TRIM).bind(id.as_str()))?;
        Ok(())
    }

    async fn forget_alerts(&mut self, closed_before: Timestamp, most: u32) -> StoreResult<u64> {
        let ids: Vec<String> = within!(&mut *self, |db| query_scalar(ENDED)
            .bind(micros(closed_before))
            .bind(i64::from(most))
            .fetch_all(db))?;
        for id in &ids {
            if let Some(tally) = self.tallied(id).await? {
                tally.add(self, -1).await?;
            }
            execute!(&mut *self, query("DELETE FROM alerts WHERE id = $1").bind(id.as_str()))?;
        }
        Ok(u64::try_from(ids.len()).unwrap_or(u64::MAX))
    }

    async fn insert_category(&mut self, id: CategoryId, input: &CategoryInput) -> StoreResult<()> {
        categories::insert(self, id, input).await
    }

    async fn update_category(&mut self, id: CategoryId, input: &CategoryInput) -> StoreResult<bool> {
        categories::update(self, id, input).await
    }

    async fn move_category(&mut self, id: CategoryId, position: u32) -> StoreResult<bool> {
        categories::put(self, id, position).await
    }

    async fn delete_category(&mut self, id: CategoryId) -> StoreResult<bool> {
        categories::delete(self, id).await
    }
}
