//! Lists, single alerts, timelines.

use super::{
    lists::{Way, count_of, ordered, page_of, tallies_of},
    rows::{ListRow, RecordRow, listed},
};
use crate::{
    Database,
    dynamic::{AT_ONCE, Cursor, Statement, Value, cut},
    engine::{bind_all, read},
    rows::{Place, count},
};
use async_trait::async_trait;
use domain::{
    alert::{Alert, AlertCounts, AlertFilter, AlertState, TimelineEntry, category::Category},
    ids::{AlertId, ConnectorId},
    page::{Page, PageRequest},
};
use services::ports::store::{AlertReads, StoreError, StoreResult, alerts::AlertRecord};
use sqlx::{query_as, query_scalar};

pub(super) const ONE: &str = listed!(
    "SELECT",
    ", d.text, d.details FROM alerts a JOIN alert_details d ON d.alert_id = a.id WHERE a.id = $1"
);
const TIMELINE: &str = "SELECT entry FROM alert_timeline WHERE alert_id = $1 ORDER BY number";
pub(super) const LIVE: &str = "SELECT ticket_id FROM alerts \
    WHERE connector_id = $1 AND state <> 'closed' AND ticket_id > $2 ORDER BY ticket_id LIMIT $3";
const CHANGED: &str = "SELECT id, revision FROM alerts WHERE revision > $1 ORDER BY revision LIMIT $2";
/// The second number is for [`Database::ask`].
const REVISION: &str = "SELECT revision, id FROM alert_epoch WHERE id = 1";

impl Database {
    async fn tallied(&self, filter: &AlertFilter) -> StoreResult<Vec<(AlertState, u64)>> {
        let statement = tallies_of(filter);
        let rows: Vec<(String, i64)> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let state = |word: String| Place("alerts", "state").word(&word, AlertState::parse);
        rows.into_iter().map(|(word, number)| Ok((state(word)?, count(number)))).collect()
    }

    async fn counted(&self, filter: &AlertFilter, way: Way) -> StoreResult<u64> {
        let statement = count_of(filter, way);
        let number: i64 =
            read!(self, |db| bind_all!(query_scalar(statement.sql()), &statement.values).fetch_one(db))?;
        Ok(count(number))
    }

    /// The total of a list whose first rows are known.
    async fn total(&self, filter: &AlertFilter, way: Way, is_all: bool, rows: usize) -> StoreResult<u64> {
        if is_all {
            return Ok(u64::try_from(rows).unwrap_or(u64::MAX));
        }
        if filter.is_counted_up_to_a_limit() {
            return self.counted(filter, way).await;
        }
        Ok(self.tallied(filter).await?.iter().map(|(_, number)| number).sum())
    }

    async fn some_of_tickets(
        &self,
        connector: ConnectorId,
        tickets: &[i64],
    ) -> StoreResult<Vec<(i64, AlertId, AlertState)>> {
        let mut statement = Statement::new("SELECT ticket_id, id, state FROM alerts WHERE ");
        statement.bind("connector_id = ? AND ticket_id IN ", [Value::from(connector.to_string())]);
        statement.any_of(tickets.iter().map(|ticket| Value::from(*ticket))).push(" ORDER BY ticket_id");
        let rows: Vec<(i64, String, String)> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let read = |(ticket, id, state): (i64, String, String)| {
            let state = Place("alerts", "state").word(&state, AlertState::parse)?;
            Ok((ticket, Place("alerts", "id").parse(&id)?, state))
        };
        rows.into_iter().map(read).collect()
    }
}

#[async_trait]
impl AlertReads for Database {
    async fn alerts(&self, filter: &AlertFilter, page: &PageRequest) -> StoreResult<Page<Alert>> {
        let way = self.way(filter).await?;
        let behind = match &page.cursor {
            None => None,
            Some(cursor) => match Cursor::decode(cursor)?.key {
                Value::Text(id) => Some(Value::Text(id)),
                Value::Number(_) => return Err(StoreError::BadCursor),
            },
        };
        let is_first = behind.is_none();
        let mut statement = page_of(filter, way);
        ordered(&mut statement, filter, way, behind, page.limit);
        let mut rows: Vec<ListRow> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let next_cursor = cut(&mut rows, page.limit, |row| (Value::from(row.id.as_str()), String::new()))?;
        let is_all = is_first && next_cursor.is_none();
        let total = self.total(filter, way, is_all, rows.len()).await?;
        let items = rows.into_iter().map(ListRow::read).collect::<StoreResult<_>>()?;
        Ok(Page { items, next_cursor, total })
    }

    async fn alert_counts(&self, filter: &AlertFilter) -> StoreResult<AlertCounts> {
        let filter = AlertFilter { state: None, ..filter.clone() };
        let mut numbers = Vec::new();
        if filter.is_counted_up_to_a_limit() {
            let way = self.way(&filter).await?;
            for state in AlertState::ALL {
                let filter = AlertFilter { state: Some(state), ..filter.clone() };
                numbers.push((state, self.counted(&filter, way).await?));
            }
        } else {
            numbers = self.tallied(&filter).await?;
        }
        let mut counts = AlertCounts::default();
        for (state, number) in numbers {
            match state {
                AlertState::Open => counts.open += number,
                AlertState::Acknowledged => counts.acknowledged += number,
                AlertState::Closed => counts.closed += number,
            }
        }
        Ok(counts)
    }

    async fn alert(&self, id: AlertId) -> StoreResult<Option<AlertRecord>> {
        let row: Option<RecordRow> = read!(self, |db| query_as(ONE).bind(id.to_string()).fetch_optional(db))?;
        row.map(RecordRow::read).transpose()
    }

    async fn timeline(&self, id: AlertId) -> StoreResult<Vec<TimelineEntry>> {
        let rows: Vec<String> = read!(self, |db| query_scalar(TIMELINE).bind(id.to_string()).fetch_all(db))?;
        rows.iter().map(|json| Place("alert_timeline", "entry").json(json)).collect()
    }

    async fn alerts_of_tickets(
        &self,
        connector: ConnectorId,
        tickets: &[i64],
    ) -> StoreResult<Vec<(i64, AlertId, AlertState)>> {
        let mut found = Vec::new();
        for some in tickets.chunks(AT_ONCE) {
            found.extend(self.some_of_tickets(connector, some).await?);
        }
        Ok(found)
    }

    async fn live_tickets(&self, connector: ConnectorId, behind: i64, most: u32) -> StoreResult<Vec<i64>> {
        let (connector, most) = (connector.to_string(), i64::from(most));
        read!(self, |db| query_scalar(LIVE).bind(&connector).bind(behind).bind(most).fetch_all(db))
    }

    async fn categories(&self) -> StoreResult<Vec<Category>> {
        self.all_categories().await
    }

    async fn alerts_revision(&self) -> StoreResult<i64> {
        let (revision, _) = self.ask(REVISION).await?;
        Ok(revision)
    }

    async fn alerts_changed_since(&self, revision: i64, most: u32) -> StoreResult<Vec<(AlertId, i64)>> {
        let rows: Vec<(String, i64)> =
            read!(self, |db| query_as(CHANGED).bind(revision).bind(i64::from(most)).fetch_all(db))?;
        rows.into_iter().map(|(id, at)| Ok((Place("alerts", "id").parse(&id)?, at))).collect()
    }
}
