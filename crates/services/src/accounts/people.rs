//! Adding and changing people.

use super::Accounts;
use crate::{
    Error, Result,
    ports::store::{Lane, StoreError, Transaction},
    work::Line,
};
use domain::{
    account::{Actor, Email, Permission, Role, User, check_password},
    audit::action,
    field::{FieldError, Findings},
    ids::UserId,
    page::{Page, PageRequest},
};
use serde::{Deserialize, Serialize};

/// What someone typed to add a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their first password.
    pub password: String,
}

/// What to change about a person; none leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UserPatch {
    /// Their name.
    #[serde(default)]
    pub name: Option<String>,
    /// What they may do.
    #[serde(default)]
    pub role: Option<Role>,
    /// Whether sign-in is refused.
    #[serde(default)]
    pub disabled: Option<bool>,
}

pub(super) fn check_person_name(name: &str) -> std::result::Result<(), FieldError> {
    let length = name.trim().chars().count();
    if length == 0 || length > 100 || name.chars().any(char::is_control) {
        return Err(FieldError::new("name", "must have 1 to 100 characters"));
    }
    Ok(())
}

impl Accounts<'_> {
    /// People by address.
    pub async fn users(&self, actor: &Actor, page: &PageRequest) -> Result<Page<User>> {
        self.core.require(actor, Permission::ManageUsers).await?;
        Ok(self.core.store.users(page).await?)
    }

    /// One person.
    pub async fn user(&self, actor: &Actor, id: UserId) -> Result<User> {
        self.core.require(actor, Permission::ManageUsers).await?;
        self.core.store.user(id).await?.ok_or(Error::NotFound("person"))
    }

    /// Adds a person.
    pub async fn create_user(&self, actor: &Actor, new: NewUser) -> Result<User> {
        self.core.require(actor, Permission::ManageUsers).await?;
        if let Some(id) = self.once.done()? {
            return self.user(actor, id).await;
        }
        let mut findings = Findings::default();
        let email = findings.take(Email::parse(&new.email));
        findings.take(check_password("password", &new.password, &new.email));
        findings.take(check_person_name(&new.name));
        findings.finish()?;
        let user = User {
            id: UserId(self.core.uuid()),
            email: email.map(|email| email.as_str().to_owned()).unwrap_or_default(),
            name: new.name.trim().to_owned(),
            role: new.role,
            disabled: false,
            created_at: self.core.now(),
        };
        let hash = self.core.passwords.hash(&new.password).await?;
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.insert_user(&user, &hash).await.map_err(|error| match error {
            StoreError::Taken(_) => Error::field("email", "belongs to somebody already"),
            other => other.into(),
        })?;
        let line = Line::ok(action::USER, format!("added {} as {}", user.email, user.role)).about(user.id);
        self.core.audit(&mut *tx, actor, line).await?;
        self.once.keep(&mut *tx, user.id).await?;
        tx.commit().await?;
        Ok(user)
    }

    /// Changes a person. The last administrator stays one.
    pub async fn update_user(&self, actor: &Actor, id: UserId, patch: UserPatch) -> Result<User> {
        self.core.require(actor, Permission::ManageUsers).await?;
        // Their tokens are worth what the person may do.
        let _ending = self.core.known_tokens.ending();
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        let mut user = tx.user(id).await?.ok_or(Error::NotFound("person"))?;
        if let Some(name) = patch.name {
            check_person_name(&name)?;
            user.name = name.trim().to_owned();
        }
        user.role = patch.role.unwrap_or(user.role);
        user.disabled = patch.disabled.unwrap_or(user.disabled);
        tx.update_user(&user).await?;
        self.keep_an_admin(&mut *tx).await?;
        if user.disabled {
            tx.delete_sessions_of(user.id, None).await?;
            tx.delete_api_tokens_of(user.id).await?;
        }
        let state = if user.disabled { "disabled" } else { "active" };
        let line =
            Line::ok(action::USER, format!("set {} to {}, {state}", user.email, user.role)).about(user.id);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        Ok(user)
    }

    async fn keep_an_admin(&self, tx: &mut dyn Transaction) -> Result<()> {
        if tx.active_admins().await? == 0 {
            return Err(Error::Conflict(
                "this is the last administrator: make somebody else one first".into(),
            ));
        }
        Ok(())
    }

    /// Sets a person's password from outside (the command line); all their sessions end.
    pub async fn reset_password(&self, actor: &Actor, email: &str, password: &str) -> Result<User> {
        self.core.require(actor, Permission::ManageUsers).await?;
        let folded = Email::parse(email)?.folded();
        let (user, _) = self.core.store.user_by_email(&folded).await?.ok_or(Error::NotFound("person"))?;
        check_password("password", password, &user.email)?;
        let hash = self.core.passwords.hash(password).await?;
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.set_password(user.id, &hash).await?;
        tx.delete_sessions_of(user.id, None).await?;
        let line = Line::ok(action::USER, format!("reset the password of {}", user.email)).about(user.id);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        Ok(user)
    }
}
