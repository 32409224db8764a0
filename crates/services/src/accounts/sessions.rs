//! Signing in and out. A session is a row; the browser holds a random token of which only the hash is kept.

use super::{
    Accounts,
    attempts::{Attempted, end_attempt, forgiven},
};
use crate::{
    Core, Error, Result,
    ports::store::{Lane, Transaction, accounts::SessionRecord},
    tokens::sha256_hex,
    work::Line,
};
use domain::{
    account::{Actor, Email, User, check_password},
    audit::{Outcome, action},
    field::FieldError,
    ids::SessionId,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A session that was just opened.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The cookie's value; not readable again.
    pub token: String,
    /// Who signed in.
    pub user: User,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub session_id: SessionId,
    /// The person.
    pub user: User,
}

impl SignedIn {
    /// The person as the actor of use cases.
    pub fn actor(&self) -> Actor {
        Actor::User { id: self.user.id, name: self.user.name.clone(), role: self.user.role }
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Which session.
    pub id: SessionId,
    /// The browser, as it named itself.
    pub device: Option<String>,
    /// Where it signed in from.
    pub address: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Accounts<'_> {
    /// Signs a person in. A wrong password and an unknown address give the same answer in the same time.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        device: Option<String>,
        address: Option<String>,
    ) -> Result<NewSession> {
        let folded = Email::parse(email)?.folded();
        let attempted = Attempted::person(&folded, address.as_deref());
        let _turn = self.core.begin_attempt(&attempted).await?;
        let found = self.core.store.user_by_email(&folded).await?;
        let kept = found.as_ref().map(|(_, hash)| hash.as_str());
        let right = password.len() <= 1024 && self.core.passwords.verify(password, kept).await?;
        let user = found.map(|(user, _)| user).filter(|user| right && !user.disabled);
        let Some(user) = user else {
            return self.refuse_sign_in(&attempted, &folded).await;
        };
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        end_attempt(&mut *tx, &attempted).await?;
        let actor = Actor::User { id: user.id, name: user.name.clone(), role: user.role };
        self.core.audit(&mut *tx, &actor, Line::ok(action::SIGN_IN, "signed in").about(user.id)).await?;
        let session = self.core.open_session(&mut *tx, user, device, address).await?;
        tx.commit().await?;
        Ok(session)
    }

    async fn refuse_sign_in(&self, attempted: &Attempted, folded: &str) -> Result<NewSession> {
        let line = Line::ok(action::SIGN_IN, "a sign-in failed").about(folded).ended(Outcome::Refused);
        self.core.fail_attempt(attempted, &Actor::system("sign-in"), line).await?;
        Err(Error::field("password", "does not fit this address: check both and try again"))
    }

    /// Who the bearer of a session cookie is; none when it has ended.
    pub async fn session(&self, token: &str) -> Result<Option<SignedIn>> {
        let now = self.core.now();
        let Some((session, user)) = self.core.store.session(&sha256_hex(token)).await? else {
            return Ok(None);
        };
        if session.expires_at <= now || user.disabled {
            return Ok(None);
        }
        // Written at most once a minute, so that reading pages does not become writing rows.
        if now.duration_since(session.last_seen_at) > SignedDuration::from_secs(60) {
            let mut tx = self.core.store.begin(Lane::Accounts).await?;
            tx.touch_session(session.id, now).await?;
            tx.commit().await?;
        }
        Ok(Some(SignedIn { session_id: session.id, user }))
    }

    /// Ends the session.
    pub async fn sign_out(&self, who: &SignedIn) -> Result<()> {
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.delete_session(who.user.id, who.session_id).await?;
        self.core.audit(&mut *tx, &who.actor(), Line::ok(action::SIGN_OUT, "signed out")).await?;
        Ok(tx.commit().await?)
    }

    /// The sessions of a person, newest use first.
    pub async fn sessions(&self, who: &SignedIn) -> Result<Vec<SessionView>> {
        let now = self.core.now();
        let sessions = self.core.store.sessions_of(who.user.id).await?;
        Ok(sessions
            .into_iter()
            .filter(|session| session.expires_at > now)
            .map(|session| SessionView {
                current: session.id == who.session_id,
                id: session.id,
                device: session.device,
                address: session.address,
                created_at: session.created_at,
                last_seen_at: session.last_seen_at,
            })
            .collect())
    }

    /// Ends one of a person's own sessions.
    pub async fn end_session(&self, who: &SignedIn, id: SessionId) -> Result<()> {
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        if !tx.delete_session(who.user.id, id).await? {
            return Err(Error::NotFound("session"));
        }
        self.core
            .audit(&mut *tx, &who.actor(), Line::ok(action::SIGN_OUT, "ended a session").about(id))
            .await?;
        Ok(tx.commit().await?)
    }

    /// Changes the own password; all other sessions end.
    pub async fn change_password(&self, who: &SignedIn, current: &str, new: &str) -> Result<()> {
        // Before anything is counted: a new password that is refused is no guess.
        check_password("new_password", new, &who.user.email)?;
        let attempted = Attempted::again(who.session_id);
        let _turn = self.core.begin_attempt(&attempted).await?;
        let kept = self.core.store.user_by_email(&who.user.email.to_lowercase()).await?.map(|(_, hash)| hash);
        let right = self.core.passwords.verify(current, kept.as_deref()).await?;
        if !right {
            return Err(FieldError::new("current_password", "is not your current password").into());
        }
        let hash = self.core.passwords.hash(new).await?;
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        end_attempt(&mut *tx, &attempted).await?;
        tx.set_password(who.user.id, &hash).await?;
        tx.delete_sessions_of(who.user.id, Some(who.session_id)).await?;
        let line = Line::ok(action::USER, "changed their password").about(who.user.id);
        self.core.audit(&mut *tx, &who.actor(), line).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets sessions and access tokens that have ended, and failures that no longer count; a job calls it.
    pub async fn forget_ended(&self) -> Result<u64> {
        let now = self.core.now();
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        let gone = tx.delete_expired_sessions(now).await?
            + tx.delete_expired_client_tokens(now).await?
            + tx.delete_attempts(forgiven(now)).await?;
        tx.commit().await?;
        Ok(gone)
    }
}

impl Core {
    pub(crate) async fn open_session(
        &self,
        tx: &mut dyn Transaction,
        user: User,
        device: Option<String>,
        address: Option<String>,
    ) -> Result<NewSession> {
        let token = self.secret("tds_");
        let now = self.now();
        let record = SessionRecord {
            id: SessionId(self.uuid()),
            token_hash: sha256_hex(&token),
            user_id: user.id,
            created_at: now,
            last_seen_at: now,
            expires_at: now + SignedDuration::from_hours(self.settings.session_hours),
            device: device.map(|text| text.chars().take(200).collect()),
            address,
        };
        tx.insert_session(&record).await?;
        Ok(NewSession { token, user })
    }
}
