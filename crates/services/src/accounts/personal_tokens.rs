//! Personal tokens: how programs use the HTTP API.

use super::Accounts;
use crate::{
    Core, Error, Result,
    ports::store::{Lane, Transaction, accounts::ApiToken},
    tokens::sha256_hex,
    work::Line,
};
use domain::{
    account::{Actor, Permission, Role, Standing, worth},
    audit::action,
    ids::{TokenId, UserId},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A token that was just made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewToken {
    /// The token's text; not readable again.
    pub token: String,
    /// What the list shows of it.
    #[serde(flatten)]
    pub record: ApiToken,
}

impl Accounts<'_> {
    /// Makes a token. Nobody can make one that may do more than they may themselves; one that a token makes belongs to
    /// the same person.
    pub async fn create_token(&self, actor: &Actor, name: &str, role: Role) -> Result<NewToken> {
        super::people::check_person_name(name)?;
        self.once.refuse_secret()?;
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        let (user_id, own_role) = maker(&mut *tx, actor).await?;
        if role > own_role {
            return Err(Error::field("role", format!("must not be more than your own, {own_role}")));
        }
        let token = self.core.secret("tdm_");
        let record = ApiToken {
            id: TokenId(self.core.uuid()),
            name: name.trim().to_owned(),
            role,
            user_id,
            created_at: self.core.now(),
            last_used_at: None,
        };
        tx.insert_api_token(&record, &sha256_hex(&token)).await?;
        let line = Line::ok(action::TOKEN, format!("made the {role} token {}", record.name)).about(record.id);
        self.core.audit(&mut *tx, actor, line).await?;
        self.once.keep(&mut *tx, record.id).await?;
        tx.commit().await?;
        Ok(NewToken { token, record })
    }

    /// The own tokens; all of them for administrators.
    pub async fn tokens(&self, actor: &Actor) -> Result<Vec<ApiToken>> {
        let of = match actor {
            Actor::User { id, .. } if !actor.may(Permission::ManageUsers) => Some(*id),
            _ => {
                self.core.require(actor, Permission::ManageUsers).await?;
                None
            }
        };
        Ok(self.core.store.api_tokens(of).await?)
    }

    /// Revokes a token: its next request is refused.
    pub async fn delete_token(&self, actor: &Actor, id: TokenId) -> Result<()> {
        let visible = self.tokens(actor).await?;
        let _ending = self.core.known_tokens.ending();
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        if !visible.iter().any(|token| token.id == id) || !tx.delete_api_token(id).await? {
            return Err(Error::NotFound("token"));
        }
        self.core.audit(&mut *tx, actor, Line::ok(action::TOKEN, "revoked a token").about(id)).await?;
        Ok(tx.commit().await?)
    }

    /// Who the bearer of a personal token is.
    pub async fn bearer(&self, token: &str) -> Result<Option<Actor>> {
        let (hash, now) = (sha256_hex(token), self.core.now());
        let Some(found) = self.core.token(&hash, now).await? else { return Ok(None) };
        let stale =
            found.last_used_at.is_none_or(|at| now.duration_since(at) > SignedDuration::from_secs(60));
        if stale && self.core.known_tokens.note_use(&hash, &found, now) {
            let mut tx = self.core.store.begin(Lane::Accounts).await?;
            tx.touch_api_token(found.id, now).await?;
            tx.commit().await?;
        }
        Ok(Some(Actor::Token { id: found.id, name: found.name, role: found.role }))
    }
}

/// Whose a new token will be, and the most that it may do. Asked for in the unit of work that makes it: nobody gets one
/// while they are being disabled.
async fn maker(tx: &mut dyn Transaction, actor: &Actor) -> Result<(Option<UserId>, Role)> {
    let (user_id, role) = match actor {
        Actor::User { id, role, .. } => (Some(*id), *role),
        Actor::Token { id, role, .. } => {
            (tx.api_token(*id).await?.ok_or(Error::Unauthenticated)?.user_id, *role)
        }
        Actor::System { .. } => (None, Role::Admin),
        Actor::Client { .. } | Actor::Connector { .. } => {
            return Err(Error::Forbidden(Permission::ManageUsers));
        }
    };
    let person = match user_id {
        Some(id) => Some(tx.user(id).await?.ok_or(Error::Unauthenticated)?.standing()),
        None => None,
    };
    worth(role, person).map(|role| (user_id, role)).ok_or(Error::Unauthenticated)
}

/// A token as it counts now; none while its person is disabled.
fn counting(found: Option<(ApiToken, Option<Standing>)>) -> Option<ApiToken> {
    let (token, person) = found?;
    worth(token.role, person).map(|role| ApiToken { role, ..token })
}

impl Core {
    /// The token with this hash, as it counts now.
    async fn token(&self, hash: &str, now: Timestamp) -> Result<Option<ApiToken>> {
        if self.store.is_shared() {
            return Ok(counting(self.store.api_token(hash).await?));
        }
        if let Some(known) = self.known_tokens.get(hash, now) {
            return Ok(Some(known));
        }
        let round = self.known_tokens.round();
        let found = counting(self.store.api_token(hash).await?);
        if let Some(found) = &found {
            self.known_tokens.keep(round, hash, found, now);
        }
        Ok(found)
    }
}
