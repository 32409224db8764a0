//! The audit log.

use crate::{
    Database,
    dynamic::{Cursor, Statement, Value, containing, cut},
    engine::{Tx, bind_all, read},
    many::{Cell, Many},
    rows::{Place, Shown, count, micros},
};
use async_trait::async_trait;
use domain::{
    audit::{AuditLine, Outcome},
    content::{ContentType, view::LastCommand},
    page::{Page, PageRequest},
};
use services::ports::store::{
    AuditReads, AuditWrites, StoreError, StoreResult,
    audit::{AuditEntry, AuditFilter},
};
use sqlx::{query_as, query_scalar};

#[derive(sqlx::FromRow)]
struct AuditRow {
    id: String,
    at: i64,
    actor_kind: String,
    actor_name: String,
    action: String,
    content_type: Option<String>,
    subject: Option<String>,
    outcome: String,
    summary: String,
}

impl AuditRow {
    fn read(self) -> StoreResult<AuditLine> {
        let kind = |text: String| Ok(Place("audit", "content_type").parse::<Shown<ContentType>>(&text)?.0);
        Ok(AuditLine {
            id: Place("audit", "id").parse(&self.id)?,
            at: Place("audit", "at").time(self.at)?,
            actor_kind: self.actor_kind,
            actor_name: self.actor_name,
            action: self.action,
            content_type: self.content_type.map(kind).transpose()?,
            subject: self.subject,
            outcome: Place("audit", "outcome").word(&self.outcome, outcome)?,
            summary: self.summary,
        })
    }
}

fn outcome(word: &str) -> Option<Outcome> {
    [Outcome::Ok, Outcome::Refused, Outcome::Failed].into_iter().find(|outcome| outcome.as_str() == word)
}

const LAST_COMMAND: &str = "SELECT * FROM audit WHERE content_type = $1 AND action LIKE 'content.%'
  ORDER BY at DESC, id DESC LIMIT 1";
const ADD: Many = Many(
    "INSERT INTO audit
  (id, at, actor_kind, actor_id, actor_name, action, content_type, subject, outcome, summary, search_text) VALUES",
    "",
);

fn filtered(mut statement: Statement, filter: &AuditFilter) -> Statement {
    if let Some(kind) = filter.content_type {
        statement.bind(" AND content_type = ?", [Value::from(kind.as_str())]);
    }
    if let Some(action) = &filter.action {
        let Value::Text(pattern) = containing(action) else { return statement };
        statement.bind(" AND action LIKE ? ESCAPE '\\'", [Value::from(pattern.trim_start_matches('%'))]);
    }
    if let Some(text) = filter.query.as_deref().filter(|text| !text.trim().is_empty()) {
        statement.bind(" AND search_text LIKE ? ESCAPE '\\'", [containing(text.trim())]);
    }
    statement
}

#[async_trait]
impl AuditReads for Database {
    async fn audit_lines(&self, filter: &AuditFilter, page: &PageRequest) -> StoreResult<Page<AuditLine>> {
        let counting = filtered(Statement::new("SELECT COUNT(*) FROM audit WHERE 1 = 1"), filter);
        let total: i64 =
            read!(self, |db| bind_all!(query_scalar(counting.sql()), &counting.values).fetch_one(db))?;
        let mut statement = filtered(Statement::new("SELECT * FROM audit WHERE 1 = 1"), filter);
        if let Some(cursor) = &page.cursor {
            let Cursor { key: Value::Number(at), tie } = Cursor::decode(cursor)? else {
                return Err(StoreError::BadCursor);
            };
            statement.bind(" AND (at, id) < (?, ?)", [Value::from(at), Value::from(tie)]);
        }
        statement.bind(" ORDER BY at DESC, id DESC LIMIT ?", [Value::Number(i64::from(page.limit) + 1)]);
        let mut rows: Vec<AuditRow> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let next_cursor = cut(&mut rows, page.limit, |row| (Value::from(row.at), row.id.clone()))?;
        let items = rows.into_iter().map(AuditRow::read).collect::<StoreResult<_>>()?;
        Ok(Page { items, next_cursor, total: count(total) })
    }

    async fn last_command(&self, content_type: ContentType) -> StoreResult<Option<LastCommand>> {
        let row: Option<AuditRow> =
            read!(self, |db| query_as(LAST_COMMAND).bind(content_type.as_str()).fetch_optional(db))?;
        let Some(line) = row.map(AuditRow::read).transpose()? else { return Ok(None) };
        let ok = line.outcome == Outcome::Ok;
        Ok(Some(LastCommand { actor: line.actor_name, summary: line.summary, ok, at: line.at }))
    }
}

#[async_trait]
impl AuditWrites for Tx {
    async fn audit_all(&mut self, entries: &[AuditEntry]) -> StoreResult<()> {
        ADD.run(self, entries.iter().map(row).collect()).await?;
        Ok(())
    }
}

fn row(entry: &AuditEntry) -> Vec<Cell> {
    let subject = entry.subject.as_deref().unwrap_or_default();
    let search = format!("{}\n{subject}\n{}", entry.actor.name(), entry.summary).to_lowercase();
    vec![
        entry.id.to_string().into(),
        micros(entry.at).into(),
        entry.actor.kind().into(),
        entry.actor.id().into(),
        entry.actor.name().into(),
        entry.action.into(),
        entry.content_type.map(|kind| kind.as_str().to_owned()).into(),
        entry.subject.clone().into(),
        entry.outcome.as_str().into(),
        entry.summary.as_str().into(),
        search.into(),
    ]
}
