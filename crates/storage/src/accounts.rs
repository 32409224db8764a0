//! People, sessions, personal tokens, failed attempts.

use crate::{
    Database,
    dynamic::{Cursor, Statement, Value, cut},
    engine::{Tx, bind_all, execute, read, within},
    rows::{Place, Shown, count, micros},
};
use async_trait::async_trait;
use domain::{
    account::{Role, Standing, User},
    ids::{SessionId, TokenId, UserId},
    page::{Page, PageRequest},
};
use jiff::Timestamp;
use services::ports::store::{
    AccountReads, AccountWrites, StoreResult,
    accounts::{ApiToken, Attempts, SessionRecord},
};
use sqlx::{query, query_as, query_scalar};

#[derive(sqlx::FromRow)]
struct UserRow {
    id: String,
    email: String,
    email_folded: String,
    name: String,
    role: String,
    password_hash: String,
    disabled: i64,
    created_at: i64,
}

impl UserRow {
    fn read(self) -> StoreResult<User> {
        Ok(User {
            id: Place("users", "id").parse(&self.id)?,
            email: self.email,
            name: self.name,
            role: Place("users", "role").parse::<Shown<Role>>(&self.role)?.0,
            disabled: self.disabled != 0,
            created_at: Place("users", "created_at").time(self.created_at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    token_hash: String,
    user_id: String,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
    device: Option<String>,
    address: Option<String>,
}

impl SessionRow {
    fn read(self) -> StoreResult<SessionRecord> {
        let time = |micros| Place("sessions", "time").time(micros);
        Ok(SessionRecord {
            id: Place("sessions", "id").parse(&self.id)?,
            token_hash: self.token_hash,
            user_id: Place("sessions", "user_id").parse(&self.user_id)?,
            created_at: time(self.created_at)?,
            last_seen_at: time(self.last_seen_at)?,
            expires_at: time(self.expires_at)?,
            device: self.device,
            address: self.address,
        })
    }
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: String,
    name: String,
    role: String,
    user_id: Option<String>,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl TokenRow {
    fn read(self) -> StoreResult<ApiToken> {
        let time = |micros| Place("api_tokens", "time").time(micros);
        Ok(ApiToken {
            id: Place("api_tokens", "id").parse(&self.id)?,
            name: self.name,
            role: Place("api_tokens", "role").parse::<Shown<Role>>(&self.role)?.0,
            user_id: self.user_id.map(|id| Place("api_tokens", "user_id").parse(&id)).transpose()?,
            created_at: time(self.created_at)?,
            last_used_at: self.last_used_at.map(time).transpose()?,
        })
    }
}

/// A token beside how its person stands.
#[derive(sqlx::FromRow)]
struct HeldRow {
    #[sqlx(flatten)]
    token: TokenRow,
    person_role: Option<String>,
    person_disabled: Option<i64>,
}

impl HeldRow {
    fn read(self) -> StoreResult<(ApiToken, Option<Standing>)> {
        let role = |role: String| Place("users", "role").parse::<Shown<Role>>(&role);
        let role = self.person_role.map(role).transpose()?;
        let standing = role.map(|role| Standing { role: role.0, disabled: self.person_disabled != Some(0) });
        Ok((self.token.read()?, standing))
    }
}

#[derive(sqlx::FromRow)]
struct AttemptsRow {
    failures: i64,
    last_at: i64,
}

impl AttemptsRow {
    fn read(self) -> StoreResult<Attempts> {
        Ok(Attempts {
            count: Place("attempts", "failures").number(self.failures)?,
            last_at: Place("attempts", "last_at").time(self.last_at)?,
        })
    }
}

const USER_BY_ID: &str = "SELECT * FROM users WHERE id = $1";
const USER_BY_EMAIL: &str = "SELECT * FROM users WHERE email_folded = $1";
const SESSION_BY_TOKEN: &str = "SELECT * FROM sessions WHERE token_hash = $1";
const SESSIONS_OF: &str = "SELECT * FROM sessions WHERE user_id = $1 ORDER BY last_seen_at DESC, id DESC";
const TOKEN_BY_HASH: &str = "SELECT t.*, u.role AS person_role, u.disabled AS person_disabled
  FROM api_tokens t LEFT JOIN users u ON u.id = t.user_id WHERE t.token_hash = $1";
const TOKEN_BY_ID: &str = "SELECT * FROM api_tokens WHERE id = $1";
const TOKENS: &str =
    "SELECT * FROM api_tokens WHERE user_id = $1 OR $1 = '' ORDER BY created_at DESC, id DESC LIMIT 1000";

const ATTEMPTS: &str = "SELECT failures, last_at FROM attempts WHERE key = $1";

#[async_trait]
impl AccountReads for Database {
    async fn user_count(&self) -> StoreResult<u64> {
        let found: i64 = read!(self, |db| query_scalar("SELECT COUNT(*) FROM users").fetch_one(db))?;
        Ok(count(found))
    }

    async fn user(&self, id: UserId) -> StoreResult<Option<User>> {
        let row: Option<UserRow> =
            read!(self, |db| query_as(USER_BY_ID).bind(id.to_string()).fetch_optional(db))?;
        row.map(UserRow::read).transpose()
    }

    async fn user_by_email(&self, folded: &str) -> StoreResult<Option<(User, String)>> {
        let row: Option<UserRow> = read!(self, |db| query_as(USER_BY_EMAIL).bind(folded).fetch_optional(db))?;
        let Some(row) = row else { return Ok(None) };
        let hash = row.password_hash.clone();
        Ok(Some((row.read()?, hash)))
    }

    async fn users(&self, page: &PageRequest) -> StoreResult<Page<User>> {
        let mut statement = Statement::new("SELECT * FROM users WHERE 1 = 1");
        if let Some(cursor) = &page.cursor {
            statement.bind(" AND email_folded > ?", [Cursor::decode(cursor)?.key]);
        }
        statement.bind(" ORDER BY email_folded LIMIT ?", [Value::Number(i64::from(page.limit) + 1)]);
        let mut rows: Vec<UserRow> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let next_cursor =
            cut(&mut rows, page.limit, |row| (Value::from(row.email_folded.as_str()), row.id.clone()))?;
        let items = rows.into_iter().map(UserRow::read).collect::<StoreResult<_>>()?;
        Ok(Page { items, next_cursor, total: AccountReads::user_count(self).await? })
    }

    async fn session(&self, token_hash: &str) -> StoreResult<Option<(SessionRecord, User)>> {
        let row: Option<SessionRow> =
            read!(self, |db| query_as(SESSION_BY_TOKEN).bind(token_hash).fetch_optional(db))?;
        let Some(session) = row.map(SessionRow::read).transpose()? else { return Ok(None) };
        Ok(self.user(session.user_id).await?.map(|user| (session, user)))
    }

    async fn sessions_of(&self, user: UserId) -> StoreResult<Vec<SessionRecord>> {
        let rows: Vec<SessionRow> =
            read!(self, |db| query_as(SESSIONS_OF).bind(user.to_string()).fetch_all(db))?;
        rows.into_iter().map(SessionRow::read).collect()
    }

    async fn api_token(&self, token_hash: &str) -> StoreResult<Option<(ApiToken, Option<Standing>)>> {
        let row: Option<HeldRow> =
            read!(self, |db| query_as(TOKEN_BY_HASH).bind(token_hash).fetch_optional(db))?;
        row.map(HeldRow::read).transpose()
    }

    async fn api_tokens(&self, of: Option<UserId>) -> StoreResult<Vec<ApiToken>> {
        let of = of.map(|id| id.to_string()).unwrap_or_default();
        let rows: Vec<TokenRow> = read!(self, |db| query_as(TOKENS).bind(of.clone()).fetch_all(db))?;
        rows.into_iter().map(TokenRow::read).collect()
    }

    async fn attempts(&self, key: &str) -> StoreResult<Option<Attempts>> {
        let row: Option<AttemptsRow> = read!(self, |db| query_as(ATTEMPTS).bind(key).fetch_optional(db))?;
        row.map(AttemptsRow::read).transpose()
    }
}

const INSERT_USER: &str =
    "INSERT INTO users (id, email, email_folded, name, role, password_hash, disabled, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const UPDATE_USER: &str = "UPDATE users SET name = $2, role = $3, disabled = $4 WHERE id = $1";
const INSERT_SESSION: &str = "INSERT INTO sessions
  (id, token_hash, user_id, created_at, last_seen_at, expires_at, device, address)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const DELETE_SESSIONS_OF: &str = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
const INSERT_TOKEN: &str = "INSERT INTO api_tokens (id, token_hash, name, role, user_id, created_at)
  VALUES ($1, $2, $3, $4, $5, $6)";
const RECORD_ATTEMPT: &str = "INSERT INTO attempts (key, failures, last_at) VALUES ($1, 1, $2)
  ON CONFLICT (key) DO UPDATE SET last_at = excluded.last_at,
    failures = CASE WHEN attempts.last_at < $3 THEN 1 ELSE attempts.failures + 1 END";

#[async_trait]
impl AccountWrites for Tx {
    async fn user_count(&mut self) -> StoreResult<u64> {
        let found: i64 = within!(self, |db| query_scalar("SELECT COUNT(*) FROM users").fetch_one(db))?;
        Ok(count(found))
    }

    async fn user(&mut self, id: UserId) -> StoreResult<Option<User>> {
        let row: Option<UserRow> =
            within!(self, |db| query_as(USER_BY_ID).bind(id.to_string()).fetch_optional(db))?;
        row.map(UserRow::read).transpose()
    }

    async fn active_admins(&mut self) -> StoreResult<u64> {
        let sql = "SELECT COUNT(*) FROM users WHERE role = 'admin' AND disabled = 0";
        let found: i64 = within!(self, |db| query_scalar(sql).fetch_one(db))?;
        Ok(count(found))
    }

    async fn insert_user(&mut self, user: &User, password_hash: &str) -> StoreResult<()> {
        execute!(
            self,
            query(INSERT_USER)
                .bind(user.id.to_string())
                .bind(user.email.as_str())
                .bind(user.email.to_lowercase())
                .bind(user.name.as_str())
                .bind(user.role.as_str())
                .bind(password_hash)
                .bind(i64::from(user.disabled))
                .bind(micros(user.created_at))
        )?;
        Ok(())
    }

    async fn update_user(&mut self, user: &User) -> StoreResult<()> {
        execute!(
            self,
            query(UPDATE_USER)
                .bind(user.id.to_string())
                .bind(user.name.as_str())
                .bind(user.role.as_str())
                .bind(i64::from(user.disabled))
        )?;
        Ok(())
    }

    async fn set_password(&mut self, id: UserId, password_hash: &str) -> StoreResult<()> {
        let sql = "UPDATE users SET password_hash = $2 WHERE id = $1";
        execute!(self, query(sql).bind(id.to_string()).bind(password_hash))?;
        Ok(())
    }

    async fn insert_session(&mut self, session: &SessionRecord) -> StoreResult<()> {
        execute!(
            self,
            query(INSERT_SESSION)
                .bind(session.id.to_string())
                .bind(session.token_hash.as_str())
                .bind(session.user_id.to_string())
                .bind(micros(session.created_at))
                .bind(micros(session.last_seen_at))
                .bind(micros(session.expires_at))
                .bind(session.device.as_deref())
                .bind(session.address.as_deref())
        )?;
        Ok(())
    }

    async fn touch_session(&mut self, id: SessionId, at: Timestamp) -> StoreResult<()> {
        let sql = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1";
        execute!(self, query(sql).bind(id.to_string()).bind(micros(at)))?;
        Ok(())
    }

    async fn delete_session(&mut self, user: UserId, id: SessionId) -> StoreResult<bool> {
        let sql = "DELETE FROM sessions WHERE user_id = $1 AND id = $2";
        let gone = execute!(self, query(sql).bind(user.to_string()).bind(id.to_string()))?;
        Ok(gone > 0)
    }

    async fn delete_sessions_of(&mut self, user: UserId, except: Option<SessionId>) -> StoreResult<u64> {
        let except = except.map(|id| id.to_string()).unwrap_or_default();
        execute!(self, query(DELETE_SESSIONS_OF).bind(user.to_string()).bind(except.clone()))
    }

    async fn delete_expired_sessions(&mut self, now: Timestamp) -> StoreResult<u64> {
        execute!(self, query("DELETE FROM sessions WHERE expires_at <= $1").bind(micros(now)))
    }

    async fn insert_api_token(&mut self, token: &ApiToken, token_hash: &str) -> StoreResult<()> {
        execute!(
            self,
            query(INSERT_TOKEN)
                .bind(token.id.to_string())
                .bind(token_hash)
                .bind(token.name.as_str())
                .bind(token.role.as_str())
                .bind(token.user_id.map(|id| id.to_string()))
                .bind(micros(token.created_at))
        )?;
        Ok(())
    }

    async fn api_token(&mut self, id: TokenId) -> StoreResult<Option<ApiToken>> {
        let row: Option<TokenRow> =
            within!(self, |db| query_as(TOKEN_BY_ID).bind(id.to_string()).fetch_optional(db))?;
        row.map(TokenRow::read).transpose()
    }

    async fn touch_api_token(&mut self, id: TokenId, at: Timestamp) -> StoreResult<()> {
        let sql = "UPDATE api_tokens SET last_used_at = $2 WHERE id = $1";
        execute!(self, query(sql).bind(id.to_string()).bind(micros(at)))?;
        Ok(())
    }

    async fn delete_api_token(&mut self, id: TokenId) -> StoreResult<bool> {
        let gone = execute!(self, query("DELETE FROM api_tokens WHERE id = $1").bind(id.to_string()))?;
        Ok(gone > 0)
    }

    async fn delete_api_tokens_of(&mut self, user: UserId) -> StoreResult<u64> {
        execute!(self, query("DELETE FROM api_tokens WHERE user_id = $1").bind(user.to_string()))
    }

    async fn attempts(&mut self, key: &str) -> StoreResult<Option<Attempts>> {
        let row: Option<AttemptsRow> = within!(self, |db| query_as(ATTEMPTS).bind(key).fetch_optional(db))?;
        row.map(AttemptsRow::read).transpose()
    }

    async fn record_attempt(&mut self, key: &str, at: Timestamp, forgiven: Timestamp) -> StoreResult<()> {
        execute!(self, query(RECORD_ATTEMPT).bind(key).bind(micros(at)).bind(micros(forgiven)))?;
        Ok(())
    }

    async fn delete_attempts(&mut self, forgiven: Timestamp) -> StoreResult<u64> {
        execute!(self, query("DELETE FROM attempts WHERE last_at < $1").bind(micros(forgiven)))
    }

    async fn clear_attempts(&mut self, key: &str) -> StoreResult<()> {
        execute!(self, query("DELETE FROM attempts WHERE key = $1").bind(key))?;
        Ok(())
    }
}
