//! Receivers as a whole.

use crate::{
    Database,
    dynamic::{Cursor, Statement, Value, cut},
    engine::{bind_all, read},
    rows::{Place, Shown, count},
};
use async_trait::async_trait;
use domain::{
    content::{ContentType, Guid},
    fleet::{FleetFilter, FleetItem, ReceiverRow},
    page::{Page, PageRequest},
    receiving::ReceiverState,
};
use services::ports::store::{ReceiverReads, StoreResult};
use sqlx::{query_as, query_scalar};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    name_folded: String,
    ring: String,
    ring_revision: i64,
    last_revision: Option<i64>,
    last_seen_at: Option<i64>,
    reported_at: Option<i64>,
    receiver_version: Option<String>,
    up_to_date: i64,
    behind: i64,
    locally_changed: i64,
    deprecated: i64,
    errors: i64,
}

impl Row {
    fn read(self) -> StoreResult<ReceiverRow> {
        let time = |micros| Place("clients", "time").time(micros);
        Ok(ReceiverRow {
            id: Place("clients", "id").parse(&self.id)?,
            name: self.name,
            ring: self.ring,
            ring_revision: self.ring_revision,
            last_revision: self.last_revision,
            last_seen_at: self.last_seen_at.map(time).transpose()?,
            reported_at: self.reported_at.map(time).transpose()?,
            receiver_version: self.receiver_version,
            up_to_date: count(self.up_to_date),
            behind: count(self.behind),
            locally_changed: count(self.locally_changed),
            deprecated: count(self.deprecated),
            errors: count(self.errors),
        })
    }
}

macro_rules! receivers {
    ($what:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM (SELECT c.id, c.name, c.name_folded, c.ring, c.last_revision, c.last_seen_at, s.receiver_version,
  CASE WHEN r.position = (SELECT MIN(position) FROM rings) THEN (SELECT COALESCE(MAX(revision), 0) FROM production)
    ELSE (SELECT COALESCE(MAX(revision), 0) FROM ring_items x WHERE x.ring_id = r.id) END AS ring_revision,
  (SELECT MAX(reported_at) FROM client_items i WHERE i.client_id = c.id) AS reported_at,
  (SELECT COUNT(*) FROM client_items i WHERE i.client_id = c.id AND i.state = 'Up To Date') AS up_to_date,
  (SELECT COUNT(*) FROM client_items i WHERE i.client_id = c.id
    AND i.state IN ('Update Available', 'Not Installed')) AS behind,
  (SELECT COUNT(*) FROM client_items i WHERE i.client_id = c.id AND i.state = 'Locally Changed') AS locally_changed,
  (SELECT COUNT(*) FROM client_items i WHERE i.client_id = c.id AND i.state = 'Deprecated') AS deprecated,
  (SELECT COUNT(*) FROM client_items i WHERE i.client_id = c.id AND i.error IS NOT NULL) AS errors
  FROM clients c LEFT JOIN client_scopes s ON s.client_id = c.id JOIN rings r ON r.name = c.ring) receivers
  WHERE 1 = 1"
        )
    };
}

fn only(statement: &mut Statement, filter: Option<FleetFilter>) {
    match filter {
        Some(FleetFilter::Behind) => {
            statement.push(" AND (behind > 0 OR COALESCE(last_revision, -1) < ring_revision)")
        }
        Some(FleetFilter::Errors) => statement.push(" AND errors > 0"),
        Some(FleetFilter::Changed) => statement.push(" AND locally_changed > 0"),
        None => statement,
    };
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    place: String,
    content_type: String,
    guid: String,
    name: Option<String>,
    version: Option<i64>,
    state: String,
    receivers: i64,
    errors: i64,
    oldest: i64,
}

impl ItemRow {
    fn read(self) -> StoreResult<FleetItem> {
        let state = |word: &str| ReceiverState::ALL.into_iter().find(|state| state.as_str() == word);
        Ok(FleetItem {
            content_type: Place("client_items", "content_type")
                .parse::<Shown<ContentType>>(&self.content_type)?
                .0,
            guid: Place("client_items", "guid").parse::<Guid>(&self.guid)?,
            name: self.name,
            version: self
                .version
                .map(|number| Place("client_items", "version").number(number))
                .transpose()?,
            state: Place("client_items", "state").word(&self.state, state)?,
            receivers: count(self.receivers),
            errors: count(self.errors),
            oldest_report_at: Place("client_items", "reported_at").time(self.oldest)?,
        })
    }
}

macro_rules! fleet {
    ($what:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM (SELECT content_type || ' ' || guid || ' ' || CAST(COALESCE(version, 0) AS TEXT) || ' ' || state AS place,
  content_type, guid, version, state, COUNT(*) AS receivers, COUNT(error) AS errors, MIN(reported_at) AS oldest,
  (SELECT n.name FROM items n WHERE n.content_type = client_items.content_type AND n.guid = client_items.guid) AS name
  FROM client_items GROUP BY content_type, guid, version, state) fleet WHERE 1 = 1"
        )
    };
}

fn of_type(statement: &mut Statement, content_type: Option<ContentType>) {
    if let Some(kind) = content_type {
        statement.bind(" AND content_type = ?", [Value::from(kind.as_str())]);
    }
}

#[async_trait]
impl ReceiverReads for Database {
    async fn receivers(
        &self,
        filter: Option<FleetFilter>,
        page: &PageRequest,
    ) -> StoreResult<Page<ReceiverRow>> {
        let mut counted = Statement::new(receivers!("COUNT(*)"));
        only(&mut counted, filter);
        let total: i64 = read!(self, |db| query_scalar(counted.sql()).fetch_one(db))?;
        let mut statement = Statement::new(receivers!("*"));
        only(&mut statement, filter);
        if let Some(cursor) = &page.cursor {
            statement.bind(" AND name_folded > ?", [Cursor::decode(cursor)?.key]);
        }
        statement.bind(" ORDER BY name_folded LIMIT ?", [Value::Number(i64::from(page.limit) + 1)]);
        let mut rows: Vec<Row> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let next_cursor =
            cut(&mut rows, page.limit, |row| (Value::from(row.name_folded.as_str()), row.id.clone()))?;
        let items = rows.into_iter().map(Row::read).collect::<StoreResult<_>>()?;
        Ok(Page { items, next_cursor, total: count(total) })
    }

    async fn fleet_items(
        &self,
        content_type: Option<ContentType>,
        page: &PageRequest,
    ) -> StoreResult<Page<FleetItem>> {
        let mut counted = Statement::new(fleet!("COUNT(*)"));
        of_type(&mut counted, content_type);
        let total: i64 =
            read!(self, |db| bind_all!(query_scalar(counted.sql()), &counted.values).fetch_one(db))?;
        let mut statement = Statement::new(fleet!("*"));
        of_type(&mut statement, content_type);
        if let Some(cursor) = &page.cursor {
            statement.bind(" AND place > ?", [Cursor::decode(cursor)?.key]);
        }
        statement.bind(" ORDER BY place LIMIT ?", [Value::Number(i64::from(page.limit) + 1)]);
        let mut rows: Vec<ItemRow> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let next_cursor =
            cut(&mut rows, page.limit, |row| (Value::from(row.place.as_str()), row.guid.clone()))?;
        let items = rows.into_iter().map(ItemRow::read).collect::<StoreResult<_>>()?;
        Ok(Page { items, next_cursor, total: count(total) })
    }
}
