//! Approval policies, further names of people, what was examined, the texts of a search.

use super::rows::ItemRow;
use crate::{
    Database,
    dynamic::{Cursor, Statement, Value, containing, cut, trigrams},
    engine::{Pools, Tx, bind_all, execute, read, within},
    rows::{Place, Shown, count},
};
use async_trait::async_trait;
use domain::{
    content::{ContentType, ItemKey, review::Policy, search::SearchText, secrets::RULES, view},
    ids::{TokenId, UserId},
    page::{Page, PageRequest},
};
use services::ports::store::{ReviewReads, ReviewWrites, StoreError, StoreResult, content::ItemRecord};
use sqlx::{Row as _, query, query_as, query_scalar};

const POLICIES: &str =
    "SELECT content_type, required_approvals, author_barred FROM approval_policies ORDER BY content_type";
const SAVE_POLICY: &str =
    "INSERT INTO approval_policies (content_type, required_approvals, author_barred) VALUES ($1, $2, $3)
  ON CONFLICT (content_type) DO UPDATE SET required_approvals = excluded.required_approvals,
    author_barred = excluded.author_barred";
const WAITING: &str = "SELECT * FROM items WHERE content_type = $1 AND status <> 'Unchanged'";
const UNEXAMINED: &str = "SELECT content_type, guid FROM items WHERE examined <> $1 LIMIT $2";
const HOLDERS: &str = "SELECT clients.name FROM client_items i JOIN clients ON clients.id = i.client_id
  WHERE i.content_type = $1 AND i.guid = $2 AND i.content_hash IS NOT NULL ORDER BY clients.name_folded LIMIT 200";
/// Numbers follow one another, because an index keeps the distances between them: large ones make it large.
/// Writers of content exclude one another, so the next number is free.
const PUT_TEXT: &str = "INSERT INTO content_texts (id, content_type, guid, shown, folded)
  SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4 FROM content_texts WHERE 1 = 1
  ON CONFLICT (content_type, guid) DO UPDATE SET shown = excluded.shown, folded = excluded.folded";
/// What a page is ordered by; the GUID breaks ties.
const AFTER: &str = " AND ((items.content_type || '|' || items.name_folded), items.guid) > (?, ?)";
const ORDER: &str = " ORDER BY (items.content_type || '|' || items.name_folded), items.guid LIMIT ?";

type PolicyRow = (String, i64, i64);

fn policy((content_type, required, barred): PolicyRow) -> StoreResult<Policy> {
    Ok(Policy {
        content_type: Place("approval_policies", "content_type")
            .parse::<Shown<ContentType>>(&content_type)?
            .0,
        required_approvals: Place("approval_policies", "required_approvals").number(required)?,
        author_barred: barred != 0,
    })
}

/// An item beside its text.
struct TextRow {
    item: ItemRow,
    shown: String,
    folded: String,
}

macro_rules! text_row {
    ($row:ty) => {
        impl<'r> sqlx::FromRow<'r, $row> for TextRow {
            fn from_row(row: &'r $row) -> Result<Self, sqlx::Error> {
                Ok(Self {
                    item: ItemRow::from_row(row)?,
                    shown: row.try_get("shown")?,
                    folded: row.try_get("folded")?,
                })
            }
        }
    };
}

text_row!(sqlx::sqlite::SqliteRow);
text_row!(sqlx::postgres::PgRow);

impl Database {
    /// The condition under which a text contains the query, by the index of each engine.
    fn containing_text(&self, mut statement: Statement, query: &str, kind: Option<ContentType>) -> Statement {
        statement.push(
            " FROM content_texts t JOIN items ON items.content_type = t.content_type AND items.guid = t.guid WHERE ",
        );
        match &self.pools {
            // The index knows which texts hold the parts; whether they hold the whole is seen in the text.
            Pools::Sqlite { .. } => {
                let folded = query.to_lowercase();
                statement.bind(
                    "t.id IN (SELECT rowid FROM content_texts_index WHERE content_texts_index MATCH ?) AND instr(t.folded, ?) > 0",
                    [Value::from(trigrams(&folded)), Value::from(folded)],
                )
            }
            Pools::Postgres(..) => statement.bind("t.folded LIKE ? ESCAPE '\\'", [containing(query)]),
        };
        if let Some(kind) = kind {
            statement.bind(" AND items.content_type = ?", [Value::from(kind.as_str())]);
        }
        statement
    }
}

#[async_trait]
impl ReviewReads for Database {
    async fn policies(&self) -> StoreResult<Vec<Policy>> {
        let rows: Vec<PolicyRow> = read!(self, |db| query_as(POLICIES).fetch_all(db))?;
        rows.into_iter().map(policy).collect()
    }

    async fn aliases(&self, user: UserId) -> StoreResult<Vec<String>> {
        let sql = "SELECT alias FROM user_aliases WHERE user_id = $1 ORDER BY alias";
        read!(self, |db| query_scalar(sql).bind(user.to_string()).fetch_all(db))
    }

    async fn all_aliases(&self) -> StoreResult<Vec<(UserId, String)>> {
        let sql = "SELECT user_id, alias FROM user_aliases ORDER BY user_id, alias";
        let rows: Vec<(String, String)> = read!(self, |db| query_as(sql).fetch_all(db))?;
        rows.into_iter()
            .map(|(user, alias)| Ok((Place("user_aliases", "user_id").parse(&user)?, alias)))
            .collect()
    }

    async fn token_owner(&self, token: TokenId) -> StoreResult<Option<UserId>> {
        let sql = "SELECT user_id FROM api_tokens WHERE id = $1";
        let owner: Option<Option<String>> =
            read!(self, |db| query_scalar(sql).bind(token.to_string()).fetch_optional(db))?;
        owner.flatten().map(|id| Place("api_tokens", "user_id").parse(&id)).transpose()
    }

    async fn unexamined(&self, limit: u32) -> StoreResult<Vec<ItemKey>> {
        let rows: Vec<(String, String)> = read!(self, |db| query_as(UNEXAMINED)
            .bind(i64::from(RULES))
            .bind(i64::from(limit))
            .fetch_all(db))?;
        rows.into_iter().map(|(kind, guid)| super::rows::key("items", &kind, &guid)).collect()
    }

    async fn search_texts(
        &self,
        query: &str,
        content_type: Option<ContentType>,
        page: &PageRequest,
    ) -> StoreResult<Page<(view::ItemRow, SearchText)>> {
        let counting = self.containing_text(Statement::new("SELECT COUNT(*)"), query, content_type);
        let total: i64 =
            read!(self, |db| bind_all!(query_scalar(counting.sql()), &counting.values).fetch_one(db))?;
        let mut statement =
            self.containing_text(Statement::new("SELECT items.*, t.shown, t.folded"), query, content_type);
        if let Some(cursor) = &page.cursor {
            let cursor = Cursor::decode(cursor)?;
            if !matches!(cursor.key, Value::Text(_)) {
                return Err(StoreError::BadCursor);
            }
            statement.bind(AFTER, [cursor.key, Value::from(cursor.tie)]);
        }
        statement.bind(ORDER, [Value::Number(i64::from(page.limit) + 1)]);
        let mut rows: Vec<TextRow> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let key = |row: &TextRow| {
            let order = format!("{}|{}", row.item.content_type, row.item.name_folded);
            (Value::from(order), row.item.guid.clone())
        };
        let next_cursor = cut(&mut rows, page.limit, key)?;
        let hit = |row: TextRow| {
            let text = SearchText { shown: row.shown, folded: row.folded };
            Ok((row.item.read()?.row(), text))
        };
        let items = rows.into_iter().map(hit).collect::<StoreResult<_>>()?;
        Ok(Page { items, next_cursor, total: count(total) })
    }

    async fn readers_of(&self, content_type: ContentType) -> StoreResult<Vec<String>> {
        let sql = "SELECT name, content_types FROM clients ORDER BY name_folded LIMIT 1000";
        let rows: Vec<(String, Option<String>)> = read!(self, |db| query_as(sql).fetch_all(db))?;
        let mut names = Vec::new();
        for (name, types) in rows {
            let types: Option<Vec<ContentType>> =
                types.map(|json| Place("clients", "content_types").json(&json)).transpose()?;
            if types.is_none_or(|types| types.contains(&content_type)) {
                names.push(name);
            }
        }
        Ok(names)
    }

    async fn holders(&self, key: &ItemKey) -> StoreResult<Vec<String>> {
        let (kind, guid) = (key.content_type.as_str(), key.guid.as_str());
        read!(self, |db| query_scalar(HOLDERS).bind(kind).bind(guid).fetch_all(db))
    }
}

#[async_trait]
impl ReviewWrites for Tx {
    async fn policy(&mut self, content_type: ContentType) -> StoreResult<Option<Policy>> {
        let sql = "SELECT content_type, required_approvals, author_barred FROM approval_policies WHERE content_type = $1";
        let row: Option<PolicyRow> =
            within!(self, |db| query_as(sql).bind(content_type.as_str()).fetch_optional(db))?;
        row.map(policy).transpose()
    }

    async fn save_policy(&mut self, policy: &Policy) -> StoreResult<()> {
        let kind = policy.content_type.as_str();
        let (required, barred) = (i64::from(policy.required_approvals), i64::from(policy.author_barred));
        execute!(self, query(SAVE_POLICY).bind(kind).bind(required).bind(barred))?;
        Ok(())
    }

    async fn waiting_items_for_change(&mut self, content_type: ContentType) -> StoreResult<Vec<ItemRecord>> {
        let rows: Vec<ItemRow> =
            within!(self, |db| query_as(WAITING).bind(content_type.as_str()).fetch_all(db))?;
        rows.into_iter().map(ItemRow::read).collect()
    }

    async fn set_aliases(&mut self, user: UserId, aliases: &[String]) -> StoreResult<()> {
        let user = user.to_string();
        execute!(self, query("DELETE FROM user_aliases WHERE user_id = $1").bind(user.as_str()))?;
        for alias in aliases {
            let sql = "INSERT INTO user_aliases (user_id, alias) VALUES ($1, $2)";
            execute!(self, query(sql).bind(user.as_str()).bind(alias.as_str()))?;
        }
        Ok(())
    }

    async fn put_text(&mut self, key: &ItemKey, text: &SearchText) -> StoreResult<()> {
        execute!(
            self,
            query(PUT_TEXT)
                .bind(key.content_type.as_str())
                .bind(key.guid.as_str())
                .bind(text.shown.replace('\0', " "))
                .bind(text.folded.replace('\0', " "))
        )?;
        Ok(())
    }
}
