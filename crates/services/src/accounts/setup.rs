//! First start: whoever can read the log makes the first administrator.

use super::{Accounts, Attempted, NewSession, end_attempt};
use crate::{Core, Error, Result, ports::store::Lane, work::Line};
use domain::{
    account::{Actor, Email, Role, User, check_password},
    audit::action,
    field::Findings,
    ids::UserId,
};
use std::sync::{Mutex, PoisonError};

/// Holds the code that guards the set-up screen while there are no people.
#[derive(Default)]
pub struct SetupGate {
    code: Mutex<Option<String>>,
}

/// What someone typed on the set-up screen.
#[derive(Debug, Clone, Default)]
pub struct SetUp {
    /// The code that the log printed.
    pub code: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
}

impl Accounts<'_> {
    /// Whether nobody can sign in yet.
    pub async fn needs_setup(&self) -> Result<bool> {
        Ok(self.core.store.user_count().await? == 0)
    }

    /// The code for the set-up screen; the server prints it into the log at the start. None once there is
    /// somebody.
    pub async fn setup_code(&self) -> Result<Option<String>> {
        if !self.needs_setup().await? {
            return Ok(None);
        }
        let fresh = self.core.short_code();
        let mut code = self.core.setup.code.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(code.get_or_insert(fresh).clone()))
    }

    /// Makes the first administrator and signs them in.
    pub async fn set_up(
        &self,
        typed: SetUp,
        device: Option<String>,
        address: Option<String>,
    ) -> Result<NewSession> {
        if !self.needs_setup().await? {
            return Err(Error::Conflict("Tandem is set up already: sign in instead".into()));
        }
        let attempted = Attempted::set_up(address.as_deref());
        let _turn = self.core.begin_attempt(&attempted).await?;
        if !self.core.setup_code_is(&typed.code) {
            return Err(Error::field("code", "is not the code that the log printed when Tandem started"));
        }
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        end_attempt(&mut *tx, &attempted).await?;
        tx.commit().await?;
        let user = self.first_admin(&typed)?;
        let hash = self.core.passwords.hash(&typed.password).await?;
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        if tx.user_count().await? > 0 {
            return Err(Error::Conflict("Tandem is set up already: sign in instead".into()));
        }
        tx.insert_user(&user, &hash).await?;
        let actor = Actor::User { id: user.id, name: user.name.clone(), role: user.role };
        let line = Line::ok(action::USER, "set Tandem up as its first administrator").about(user.id);
        self.core.audit(&mut *tx, &actor, line).await?;
        let session = self.core.open_session(&mut *tx, user, device, address).await?;
        tx.commit().await?;
        Ok(session)
    }

    fn first_admin(&self, typed: &SetUp) -> Result<User> {
        let mut findings = Findings::default();
        let email = findings.take(Email::parse(&typed.email));
        findings.take(check_password("password", &typed.password, &typed.email));
        findings.take(super::people::check_person_name(&typed.name));
        findings.finish()?;
        let email = email.map(|email| email.as_str().to_owned()).unwrap_or_default();
        Ok(User {
            id: UserId(self.core.uuid()),
            email,
            name: typed.name.trim().to_owned(),
            role: Role::Admin,
            disabled: false,
            created_at: self.core.now(),
        })
    }
}

impl Core {
    /// Eight letters that are hard to confuse, in two groups: about 40 bits, guarded by the attempt counter.
    fn short_code(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let mut bytes = [0u8; 8];
        self.random.fill(&mut bytes);
        let letters: Vec<char> =
            bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        let (first, second) = letters.split_at(4);
        format!("{}-{}", first.iter().collect::<String>(), second.iter().collect::<String>())
    }

    fn setup_code_is(&self, typed: &str) -> bool {
        let plain =
            |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
        let code = self.setup.code.lock().unwrap_or_else(PoisonError::into_inner);
        // Compared by hash, so that the time taken tells nothing about how much was right.
        code.as_ref().is_some_and(|code| {
            crate::tokens::sha256_hex(&plain(code)) == crate::tokens::sha256_hex(&plain(typed))
        })
    }
}
