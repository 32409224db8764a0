//! People, their sessions, personal tokens, and failed attempts to sign in.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    account::{Role, Standing, User},
    ids::{SessionId, TokenId, UserId},
    page::{Page, PageRequest},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A signed-in browser. Only the hash of its token is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Which session.
    pub id: SessionId,
    /// SHA-256 of the token, hexadecimal.
    pub token_hash: String,
    /// Whose.
    pub user_id: UserId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The browser, as it named itself.
    pub device: Option<String>,
    /// Where it signed in from.
    pub address: Option<String>,
}

/// A personal token of the HTTP API. Only the hash of its text is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Which token.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Whose it is; none for the command line.
    pub user_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// Failed attempts under one key (an account, an address, an API client).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    /// How many in a row.
    pub count: u32,
    /// The last one.
    pub last_at: Timestamp,
}

/// Reads of accounts.
#[async_trait]
pub trait AccountReads {
    /// How many people there are, disabled ones included.
    async fn user_count(&self) -> StoreResult<u64>;
    /// A person.
    async fn user(&self, id: UserId) -> StoreResult<Option<User>>;
    /// A person and their password hash (PHC string), by folded address.
    async fn user_by_email(&self, folded: &str) -> StoreResult<Option<(User, String)>>;
    /// People by folded address.
    async fn users(&self, page: &PageRequest) -> StoreResult<Page<User>>;
    /// The session with this token hash and its person, whether or not it has expired.
    async fn session(&self, token_hash: &str) -> StoreResult<Option<(SessionRecord, User)>>;
    /// A person's sessions, newest use first.
    async fn sessions_of(&self, user: UserId) -> StoreResult<Vec<SessionRecord>>;
    /// The personal token with this hash, and how its person stands.
    async fn api_token(&self, token_hash: &str) -> StoreResult<Option<(ApiToken, Option<Standing>)>>;
    /// Tokens, newest first; of one person, or all.
    async fn api_tokens(&self, of: Option<UserId>) -> StoreResult<Vec<ApiToken>>;
    /// Failed attempts under a key.
    async fn attempts(&self, key: &str) -> StoreResult<Option<Attempts>>;
}

/// Writes of accounts.
#[async_trait]
pub trait AccountWrites {
    /// As [`AccountReads::user_count`], within the unit of work.
    async fn user_count(&mut self) -> StoreResult<u64>;
    /// As [`AccountReads::user`], within the unit of work.
    async fn user(&mut self, id: UserId) -> StoreResult<Option<User>>;
    /// How many administrators may sign in.
    async fn active_admins(&mut self) -> StoreResult<u64>;
    /// Adds a person; `Taken` when the address is.
    async fn insert_user(&mut self, user: &User, password_hash: &str) -> StoreResult<()>;
    /// Changes name, role and disabled.
    async fn update_user(&mut self, user: &User) -> StoreResult<()>;
    /// Changes the password hash.
    async fn set_password(&mut self, id: UserId, password_hash: &str) -> StoreResult<()>;
    /// Adds a session.
    async fn insert_session(&mut self, session: &SessionRecord) -> StoreResult<()>;
    /// Notes that a session was used.
    async fn touch_session(&mut self, id: SessionId, at: Timestamp) -> StoreResult<()>;
    /// Ends a session of this person; says whether there was one.
    async fn delete_session(&mut self, user: UserId, id: SessionId) -> StoreResult<bool>;
    /// Ends a person's sessions, all but `except`; says how many.
    async fn delete_sessions_of(&mut self, user: UserId, except: Option<SessionId>) -> StoreResult<u64>;
    /// Forgets sessions that ended before `now`.
    async fn delete_expired_sessions(&mut self, now: Timestamp) -> StoreResult<u64>;
    /// Adds a personal token.
    async fn insert_api_token(&mut self, token: &ApiToken, token_hash: &str) -> StoreResult<()>;
    /// A personal token.
    async fn api_token(&mut self, id: TokenId) -> StoreResult<Option<ApiToken>>;
    /// Notes that a token was used.
    async fn touch_api_token(&mut self, id: TokenId, at: Timestamp) -> StoreResult<()>;
    /// Revokes a token; says whether there was one.
    async fn delete_api_token(&mut self, id: TokenId) -> StoreResult<bool>;
    /// Revokes a person's tokens; says how many.
    async fn delete_api_tokens_of(&mut self, user: UserId) -> StoreResult<u64>;
    /// As [`AccountReads::attempts`], within the unit of work.
    async fn attempts(&mut self, key: &str) -> StoreResult<Option<Attempts>>;
    /// Counts a failed attempt; those before it begin anew when the last of them was before `forgiven`.
    async fn record_attempt(&mut self, key: &str, at: Timestamp, forgiven: Timestamp) -> StoreResult<()>;
    /// Forgets what failed last before `forgiven`, under every key; says how many keys.
    async fn delete_attempts(&mut self, forgiven: Timestamp) -> StoreResult<u64>;
    /// Forgets the failed attempts under a key.
    async fn clear_attempts(&mut self, key: &str) -> StoreResult<()>;
}
