//! API clients, their access tokens and their reports.

use crate::{
    Database,
    dynamic::{Cursor, Statement, Value, cut},
    engine::{Tx, bind_all, execute, read, within},
    many::{Cell, Many},
    rows::{Place, Shown, count, micros, to_json},
};
use async_trait::async_trait;
use domain::{
    client::ApiClient,
    content::{ContentHash, ContentType, Guid},
    ids::ClientId,
    page::{Page, PageRequest},
    pull::ReportedItem,
    receiving::ReceiverState,
};
use jiff::Timestamp;
use services::ports::store::{
    ClientReads, ClientWrites, StoreResult,
    clients::{Bearer, SignIn},
};
use sqlx::{query, query_as, query_scalar};

#[derive(sqlx::FromRow)]
struct ClientRow {
    id: String,
    name: String,
    name_folded: String,
    secret_hash: String,
    ring: String,
    content_types: Option<String>,
    created_at: i64,
    last_seen_at: Option<i64>,
    last_revision: Option<i64>,
    reported_errors: i64,
    scope_revision: i64,
    exceptions: String,
    old_secret_hash: Option<String>,
    old_secret_until: Option<i64>,
    receiver_version: Option<String>,
}

impl ClientRow {
    fn read(self) -> StoreResult<ApiClient> {
        let time = |micros| Place("clients", "time").time(micros);
        Ok(ApiClient {
            id: Place("clients", "id").parse(&self.id)?,
            name: self.name,
            ring: self.ring,
            content_types: self
                .content_types
                .map(|json| Place("clients", "content_types").json(&json))
                .transpose()?,
            created_at: time(self.created_at)?,
            last_seen_at: self.last_seen_at.map(time).transpose()?,
            last_revision: self.last_revision,
            reported_errors: count(self.reported_errors),
            receiver_version: self.receiver_version,
            old_secret_until: self.old_secret_until.map(time).transpose()?,
            scope_revision: self.scope_revision,
            exceptions: Place("client_scopes", "exceptions").json(&self.exceptions)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct ReportRow {
    content_type: String,
    guid: String,
    state: String,
    version: Option<i64>,
    content_hash: Option<String>,
    error: Option<String>,
}

impl ReportRow {
    fn read(self) -> StoreResult<ReportedItem> {
        let state = |word: &str| ReceiverState::ALL.into_iter().find(|state| state.as_str() == word);
        Ok(ReportedItem {
            content_type: Place("client_items", "content_type")
                .parse::<Shown<ContentType>>(&self.content_type)?
                .0,
            guid: Place("client_items", "guid").parse::<Guid>(&self.guid)?,
            state: Place("client_items", "state").word(&self.state, state)?,
            version: self
                .version
                .map(|number| Place("client_items", "version").number(number))
                .transpose()?,
            content_hash: self
                .content_hash
                .map(|hash| Place("client_items", "content_hash").parse::<ContentHash>(&hash))
                .transpose()?,
            error: self.error,
        })
    }
}

macro_rules! clients {
    ($rest:literal) => {
        concat!(
            "SELECT clients.*, (SELECT COUNT(*) FROM client_items i WHERE i.client_id = clients.id AND i.error IS NOT NULL)",
            " AS reported_errors, COALESCE(scope_revision, 0) AS scope_revision, COALESCE(exceptions, '[]') AS exceptions,",
            " old_secret_hash, old_secret_until, receiver_version",
            " FROM clients LEFT JOIN client_scopes ON client_scopes.client_id = clients.id ",
            $rest
        )
    };
}

const BY_ID: &str = clients!("WHERE id = $1");
const BY_NAME: &str = clients!("WHERE name_folded = $1");
const BY_TOKEN: &str =
    clients!("WHERE id = (SELECT t.client_id FROM client_tokens t WHERE t.token_hash = $1)");
const NAMES: &str = "SELECT name FROM clients ORDER BY name_folded LIMIT 1000";
const NAMES_IN: &str = "SELECT name FROM clients WHERE ring = $1 ORDER BY name_folded LIMIT 1000";
/// The ring of a client, and whether it is the first.
const RING: &str = "SELECT r.id, CASE WHEN r.position = (SELECT MIN(position) FROM rings) THEN 1 ELSE 0 END
  FROM rings r WHERE r.name = $1";
const REPORT: &str = "SELECT * FROM client_items WHERE client_id = $1 ORDER BY content_type, guid";

#[async_trait]
impl ClientReads for Database {
    async fn client(&self, id: ClientId) -> StoreResult<Option<ApiClient>> {
        let row: Option<ClientRow> =
            read!(self, |db| query_as(BY_ID).bind(id.to_string()).fetch_optional(db))?;
        row.map(ClientRow::read).transpose()
    }

    async fn client_by_name(&self, folded: &str) -> StoreResult<Option<SignIn>> {
        let row: Option<ClientRow> = read!(self, |db| query_as(BY_NAME).bind(folded).fetch_optional(db))?;
        let Some(row) = row else { return Ok(None) };
        let (secret_hash, old) = (row.secret_hash.clone(), row.old_secret_hash.clone());
        let client = row.read()?;
        let old = old.zip(client.old_secret_until);
        Ok(Some(SignIn { client, secret_hash, old }))
    }

    async fn clients(&self, page: &PageRequest) -> StoreResult<Page<ApiClient>> {
        let mut statement = Statement::new(clients!("WHERE 1 = 1"));
        if let Some(cursor) = &page.cursor {
            statement.bind(" AND name_folded > ?", [Cursor::decode(cursor)?.key]);
        }
        statement.bind(" ORDER BY name_folded LIMIT ?", [Value::Number(i64::from(page.limit) + 1)]);
        let mut rows: Vec<ClientRow> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let total: i64 = read!(self, |db| query_scalar("SELECT COUNT(*) FROM clients").fetch_one(db))?;
        let next_cursor =
            cut(&mut rows, page.limit, |row| (Value::from(row.name_folded.as_str()), row.id.clone()))?;
        let items = rows.into_iter().map(ClientRow::read).collect::<StoreResult<_>>()?;
        Ok(Page { items, next_cursor, total: count(total) })
    }

    async fn client_names(&self) -> StoreResult<Vec<String>> {
        read!(self, |db| query_scalar(NAMES).fetch_all(db))
    }

    async fn client_names_in(&self, ring: &str) -> StoreResult<Vec<String>> {
        read!(self, |db| query_scalar(NAMES_IN).bind(ring).fetch_all(db))
    }

    async fn client_by_token(&self, token_hash: &str) -> StoreResult<Option<Bearer>> {
        let sql = "SELECT expires_at FROM client_tokens WHERE token_hash = $1";
        let expires: Option<i64> = read!(self, |db| query_scalar(sql).bind(token_hash).fetch_optional(db))?;
        let row: Option<ClientRow> =
            read!(self, |db| query_as(BY_TOKEN).bind(token_hash).fetch_optional(db))?;
        let (Some(expires), Some(row)) = (expires, row) else { return Ok(None) };
        let client = row.read()?;
        let ring: Option<(String, i32)> =
            read!(self, |db| query_as(RING).bind(client.ring.as_str()).fetch_optional(db))?;
        // Between the two reads the ring was renamed; the next request reads anew.
        let Some((ring, first)) = ring else { return Ok(None) };
        let ring = (first == 0).then(|| Place("rings", "id").parse(&ring)).transpose()?;
        let expires_at = Place("client_tokens", "expires_at").time(expires)?;
        Ok(Some(Bearer { client, ring, expires_at }))
    }

    async fn client_report(&self, id: ClientId) -> StoreResult<Vec<ReportedItem>> {
        let rows: Vec<ReportRow> = read!(self, |db| query_as(REPORT).bind(id.to_string()).fetch_all(db))?;
        rows.into_iter().map(ReportRow::read).collect()
    }
}

const INSERT: &str =
    "INSERT INTO clients (id, name, name_folded, secret_hash, ring, content_types, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)";
const UPDATE: &str =
    "UPDATE clients SET name = $2, name_folded = $3, ring = $4, content_types = $5 WHERE id = $1";
const INSERT_TOKEN: &str =
    "INSERT INTO client_tokens (token_hash, client_id, expires_at) VALUES ($1, $2, $3)";
const TOUCH: Many = Many(
    "UPDATE clients SET last_seen_at = seen.column2, last_revision = COALESCE(seen.column3, last_revision) FROM (VALUES",
    ") AS seen WHERE clients.id = seen.column1",
);
const SCOPE: &str = "INSERT INTO client_scopes (client_id, scope_revision, exceptions) VALUES ($1, $2, $3)
  ON CONFLICT (client_id) DO UPDATE SET scope_revision = excluded.scope_revision, exceptions = excluded.exceptions";
const RESTART: &str = "INSERT INTO client_scopes (client_id, scope_revision, exceptions)
  SELECT id, $2, '[]' FROM clients WHERE ring = $1
  ON CONFLICT (client_id) DO UPDATE SET scope_revision = excluded.scope_revision";
const KEEP_OLD: &str =
    "INSERT INTO client_scopes (client_id, scope_revision, exceptions, old_secret_hash, old_secret_until)
  SELECT id, 0, '[]', secret_hash, $2 FROM clients WHERE id = $1
  ON CONFLICT (client_id) DO UPDATE SET old_secret_hash = excluded.old_secret_hash,
    old_secret_until = excluded.old_secret_until";
const END_OLD: &str = "UPDATE client_scopes SET old_secret_hash = NULL, old_secret_until = NULL
  WHERE client_id = $1 AND old_secret_hash IS NOT NULL";
const NOTE_RECEIVER: &str =
    "INSERT INTO client_scopes (client_id, scope_revision, exceptions, receiver_version)
  VALUES ($1, 0, '[]', $2)
  ON CONFLICT (client_id) DO UPDATE SET receiver_version = excluded.receiver_version";
const ADD_REPORTED: Many = Many(
    "INSERT INTO client_items (client_id, content_type, guid, state, version, content_hash, error, reported_at) VALUES",
    " ON CONFLICT (client_id, content_type, guid) DO NOTHING",
);

fn types_json(client: &ApiClient) -> StoreResult<Option<String>> {
    client.content_types.as_ref().map(to_json).transpose()
}

#[async_trait]
impl ClientWrites for Tx {
    async fn insert_client(&mut self, client: &ApiClient, secret_hash: &str) -> StoreResult<()> {
        let types = types_json(client)?;
        execute!(
            self,
            query(INSERT)
                .bind(client.id.to_string())
                .bind(client.name.as_str())
                .bind(client.name.to_lowercase())
                .bind(secret_hash)
                .bind(client.ring.as_str())
                .bind(types.as_deref())
                .bind(micros(client.created_at))
        )?;
        Ok(())
    }

    async fn update_client(&mut self, client: &ApiClient) -> StoreResult<()> {
        let types = types_json(client)?;
        execute!(
            self,
            query(UPDATE)
                .bind(client.id.to_string())
                .bind(client.name.as_str())
                .bind(client.name.to_lowercase())
                .bind(client.ring.as_str())
                .bind(types.as_deref())
        )?;
        Ok(())
    }

    async fn client_for_change(&mut self, id: ClientId) -> StoreResult<Option<ApiClient>> {
        let row: Option<ClientRow> =
            within!(self, |db| query_as(BY_ID).bind(id.to_string()).fetch_optional(db))?;
        row.map(ClientRow::read).transpose()
    }

    async fn save_client_scope(&mut self, client: &ApiClient) -> StoreResult<()> {
        let exceptions = to_json(&client.exceptions)?;
        let id = client.id.to_string();
        execute!(self, query(SCOPE).bind(id).bind(client.scope_revision).bind(exceptions.as_str()))?;
        Ok(())
    }

    async fn restart_scopes(&mut self, ring: &str, revision: i64) -> StoreResult<()> {
        execute!(self, query(RESTART).bind(ring).bind(revision))?;
        Ok(())
    }

    async fn set_client_secret(
        &mut self,
        id: ClientId,
        secret_hash: &str,
        old_until: Option<Timestamp>,
    ) -> StoreResult<()> {
        let id = id.to_string();
        match old_until {
            Some(until) => execute!(self, query(KEEP_OLD).bind(id.as_str()).bind(micros(until)))?,
            None => execute!(self, query(END_OLD).bind(id.as_str()))?,
        };
        let sql = "UPDATE clients SET secret_hash = $2 WHERE id = $1";
        execute!(self, query(sql).bind(id).bind(secret_hash))?;
        Ok(())
    }

    async fn end_old_secret(&mut self, id: ClientId) -> StoreResult<bool> {
        Ok(execute!(self, query(END_OLD).bind(id.to_string()))? > 0)
    }

    async fn cap_client_tokens(&mut self, id: ClientId, until: Timestamp) -> StoreResult<()> {
        let sql = "UPDATE client_tokens SET expires_at = $2 WHERE client_id = $1 AND expires_at > $2";
        execute!(self, query(sql).bind(id.to_string()).bind(micros(until)))?;
        Ok(())
    }

    async fn note_receiver(&mut self, id: ClientId, version: &str) -> StoreResult<()> {
        execute!(self, query(NOTE_RECEIVER).bind(id.to_string()).bind(version))?;
        Ok(())
    }

    async fn delete_client(&mut self, id: ClientId) -> StoreResult<bool> {
        let gone = execute!(self, query("DELETE FROM clients WHERE id = $1").bind(id.to_string()))?;
        Ok(gone > 0)
    }

    async fn insert_client_token(
        &mut self,
        token_hash: &str,
        id: ClientId,
        expires_at: Timestamp,
    ) -> StoreResult<()> {
        execute!(self, query(INSERT_TOKEN).bind(token_hash).bind(id.to_string()).bind(micros(expires_at)))?;
        Ok(())
    }

    async fn delete_client_tokens(&mut self, id: ClientId) -> StoreResult<()> {
        execute!(self, query("DELETE FROM client_tokens WHERE client_id = $1").bind(id.to_string()))?;
        Ok(())
    }

    async fn delete_expired_client_tokens(&mut self, now: Timestamp) -> StoreResult<u64> {
        execute!(self, query("DELETE FROM client_tokens WHERE expires_at <= $1").bind(micros(now)))
    }

    async fn touch_clients(&mut self, seen: &[(ClientId, Timestamp, Option<i64>)]) -> StoreResult<()> {
        let row = |(id, at, revision): &(ClientId, Timestamp, Option<i64>)| {
            vec![Cell::from(id.to_string()), Cell::from(micros(*at)), Cell::from(*revision)]
        };
        TOUCH.run(self, seen.iter().map(row).collect()).await?;
        Ok(())
    }

    async fn replace_client_report(
        &mut self,
        id: ClientId,
        items: &[ReportedItem],
        at: Timestamp,
    ) -> StoreResult<()> {
        execute!(self, query("DELETE FROM client_items WHERE client_id = $1").bind(id.to_string()))?;
        let row = |item: &ReportedItem| {
            vec![
                Cell::from(id.to_string()),
                Cell::from(item.content_type.as_str()),
                Cell::from(item.guid.as_str()),
                Cell::from(item.state.as_str()),
                Cell::from(item.version.map(i64::from)),
                Cell::from(item.content_hash.as_ref().map(|hash| hash.as_str().to_owned())),
                Cell::from(item.error.clone()),
                Cell::from(micros(at)),
            ]
        };
        ADD_REPORTED.run(self, items.iter().map(row).collect()).await?;
        Ok(())
    }
}
