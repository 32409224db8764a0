//! Connectors: tickets of ConnectWise Manage become alerts, and what people do goes back into the tickets.
//!
//! - here: adding, changing and removing them; `switch` sets up, switches on and off
//! - `poll`: when Manage is asked, under a lease; `round`: what, and what is made of the answers
//! - `holding` prolongs leases while their work goes on
//! - `intake` makes alerts of tickets, `hear` takes news of tickets in
//! - `callbacks`: Manage calls, which hurries the poll
//! - `outbox`: write-backs, leased and attempted; `details` reads what hangs on tickets, when there is time
//! - `look`: tests, dry runs, previews, health; `desk` is what this process alone remembers
//!
//! Manage is asked outside any transaction, through [`crate::ports::Psa`]; what follows is kept in one.

mod callbacks;
mod desk;
mod details;
mod hear;
mod holding;
mod intake;
mod look;
mod outbox;
mod pace;
mod poll;
mod round;
mod switch;

pub use desk::Desk;
pub use look::Figures;

use crate::{
    Core, Error, Result,
    once::Once,
    ports::{
        psa::{Hold, Link, PsaError},
        store::{Lane, StoreError, Transaction},
    },
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::action,
    connector::{Connector, ConnectorInput, LogLine, MadeInManage},
    ids::ConnectorId,
    secret::{Secret, SecretPlace},
};

/// Connectors and their work.
pub struct Connectors<'a> {
    pub(crate) core: &'a Core,
    pub(crate) once: Once,
}

impl Connectors<'_> {
    /// All connectors by name.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Connector>> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        Ok(self.core.store.connectors().await?)
    }

    /// One connector.
    pub async fn get(&self, actor: &Actor, id: ConnectorId) -> Result<Connector> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        self.core.connector(id).await
    }

    /// Adds a connector. It does nothing until it is enabled.
    pub async fn add(&self, actor: &Actor, input: ConnectorInput) -> Result<Connector> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        if let Some(id) = self.once.done()? {
            return self.get(actor, id).await;
        }
        let input = self.core.tidy(input, None)?;
        let (id, created_at) = (ConnectorId(self.core.uuid()), self.core.now());
        let made = MadeInManage::default();
        let mut connector = Connector { id, input, enabled: false, created_at, made };
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        tx.insert_connector(&connector).await.map_err(name_taken)?;
        self.core.keep_secret(&mut *tx, &place(id), &connector.input.private_key).await?;
        connector.input.private_key.forget();
        let line = Line::ok(action::CONNECTOR, format!("added the connector {}", connector.input.name));
        self.core.audit(&mut *tx, actor, line.about(id)).await?;
        self.once.keep(&mut *tx, id).await?;
        tx.commit().await?;
        Ok(connector)
    }

    /// Changes what was typed; what is enabled goes on with it at once. One that has alerts stays with its instance.
    pub async fn change(&self, actor: &Actor, id: ConnectorId, input: ConnectorInput) -> Result<Connector> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        let old = tx.connector(id).await?.ok_or(Error::NotFound("connector"))?;
        let input = self.core.tidy(input, Some(&old.input))?;
        if !tx.update_connector(id, &input).await.map_err(name_taken)? {
            return Err(Error::NotFound("connector"));
        }
        self.core.keep_secret(&mut *tx, &place(id), &input.private_key).await?;
        self.core.leave_behind(&mut *tx, &old, &input).await?;
        let line = Line::ok(action::CONNECTOR, format!("changed the connector {}", input.name));
        self.core.audit(&mut *tx, actor, line.about(id)).await?;
        self.core.log(&mut *tx, id, "info", format!("{} changed the settings", actor.name())).await?;
        tx.hurry_poll(id, self.core.now()).await?;
        let connector = tx.connector(id).await?.ok_or(Error::NotFound("connector"))?;
        tx.commit().await?;
        Ok(connector)
    }

    /// Removes a connector; its alerts stay. With `take_down`, first removes from Manage what it made there. Without,
    /// Manage is only asked to call no more: answers the addresses that it goes on calling, if it does not answer.
    pub async fn remove(&self, actor: &Actor, id: ConnectorId, take_down: bool) -> Result<Vec<String>> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        let left = if take_down {
            self.take_down(&connector).await?;
            Vec::new()
        } else {
            self.part(&connector).await
        };
        let now = self.core.now();
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        if !tx.delete_connector(id, now).await? {
            return Err(Error::NotFound("connector"));
        }
        let dropped = tx.drop_write_backs(id, now).await?;
        tx.forget_sealed(&place(id)).await?;
        tx.forget_told(id, now).await?;
        let mut line =
            format!("removed the connector {}; {dropped} write-backs were given up", connector.input.name);
        if !left.is_empty() {
            line = format!("{line}; Manage still calls {}", left.join(", "));
        }
        self.core.audit(&mut *tx, actor, Line::ok(action::CONNECTOR, line).about(id)).await?;
        tx.commit().await?;
        Ok(left)
    }

    async fn take_down(&self, connector: &Connector) -> Result<()> {
        let link = self.core.link(connector).await?;
        let taken = self.core.psa.take_down(&link).await?;
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        self.core.keep_made(&mut *tx, connector, &taken.left).await?;
        tx.commit().await?;
        let left = taken.left.words();
        if left.is_empty() {
            return Ok(());
        }
        let (left, why) = (left.join(", "), taken.why.unwrap_or_default());
        Err(Error::Conflict(format!(
            "Manage did not let {left} be removed ({why}): remove that there by hand, or remove the connector alone"
        )))
    }
}

impl Core {
    /// One connector.
    pub(crate) async fn connector(&self, id: ConnectorId) -> Result<Connector> {
        self.store.connector(id).await?.ok_or(Error::NotFound("connector"))
    }

    /// A connector with its private key in hand.
    pub(crate) async fn link(&self, connector: &Connector) -> Result<Link> {
        let mut input = connector.input.clone();
        if input.private_key == Secret::Kept {
            input.private_key = self.open_secret(&place(connector.id)).await?;
        }
        Ok(Link { id: connector.id, input, made: connector.made.clone(), hold: Hold::default() })
    }

    /// Checks what was typed, and takes over the key that is kept of the connector that it replaces.
    fn tidy(&self, mut input: ConnectorInput, old: Option<&ConnectorInput>) -> Result<ConnectorInput> {
        let mut refused = input.check().err().unwrap_or_default();
        for wrong in input.inherit(old).err().into_iter().flatten().chain(self.psa.check(&input)) {
            if refused.iter().all(|known| known.field != wrong.field) {
                refused.push(wrong);
            }
        }
        if !refused.is_empty() {
            return Err(refused.into());
        }
        input.name = input.name.trim().to_owned();
        Ok(input)
    }

    /// Keeps what became of what a connector had made in Manage when the work `began`; answers the connector as it is
    /// now. What others did meanwhile stays, and what stands in an instance that was left meanwhile is only told.
    async fn keep_made(
        &self,
        tx: &mut dyn Transaction,
        began: &Connector,
        after: &MadeInManage,
    ) -> Result<Connector> {
        let mut now = tx.connector(began.id).await?.ok_or(Error::NotFound("connector"))?;
        if now.input.same_instance(&began.input) {
            now.made.follow(&began.made, after);
            tx.keep_made(now.id, &now.made).await?;
        } else {
            let mut new = MadeInManage::default();
            new.follow(&began.made, after);
            self.log_left(tx, began, &new).await?;
        }
        Ok(now)
    }

    /// In another instance the same numbers are those of other records. With alerts the instance is not left: a new
    /// ticket would be taken for an old one, and write-backs would go to strangers. What was made is forgotten, and told.
    async fn leave_behind(
        &self,
        tx: &mut dyn Transaction,
        old: &Connector,
        input: &ConnectorInput,
    ) -> Result<()> {
        if old.input.same_instance(input) {
            return Ok(());
        }
        if tx.has_alerts(old.id).await? {
            return Err(stays(&old.input, input));
        }
        // A poll that is under way asks the instance that is left: it keeps nothing.
        tx.switch_connector(old.id, old.enabled, self.now()).await?;
        tx.keep_made(old.id, &MadeInManage::default()).await?;
        self.log_left(tx, old, &old.made).await
    }

    async fn log_left(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        left: &MadeInManage,
    ) -> Result<()> {
        match connector.left_behind(left) {
            Some(told) => self.log(tx, connector.id, "warning", told).await,
            None => Ok(()),
        }
    }

    /// Adds a line to a connector's log in the unit of work that it tells of.
    pub(crate) async fn log(
        &self,
        tx: &mut dyn Transaction,
        id: ConnectorId,
        level: &str,
        message: impl Into<String>,
    ) -> Result<()> {
        let line = LogLine { at: self.now(), level: level.to_owned(), message: message.into() };
        Ok(tx.log_connector(id, &line).await?)
    }

    /// The same by itself.
    pub(crate) async fn log_alone(&self, id: ConnectorId, level: &str, message: String) -> Result<()> {
        let mut tx = self.store.begin(Lane::Alerts).await?;
        self.log(&mut *tx, id, level, message).await?;
        Ok(tx.commit().await?)
    }
}

fn place(id: ConnectorId) -> SecretPlace {
    SecretPlace::new("connectors", id, "private_key")
}

fn name_taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken(_) => Error::field("name", "belongs to another connector already"),
        other => other.into(),
    }
}

impl From<PsaError> for Error {
    fn from(error: PsaError) -> Self {
        match error {
            PsaError::Later { message, .. } => Self::Unavailable(message),
            PsaError::Person { field: Some(field), message } => Self::field(field, message),
            PsaError::Person { field: None, message } => Self::Conflict(message),
            PsaError::Missing(_) => Self::Conflict(error.to_string()),
        }
    }
}

/// The connector as somebody who moves alerts.
pub(crate) fn as_actor(connector: &Connector) -> Actor {
    Actor::Connector { id: connector.id, name: connector.input.name.clone() }
}

/// Why the instance of a connector that has alerts is not changed.
fn stays(old: &ConnectorInput, new: &ConnectorInput) -> Error {
    let field = if old.same_company(new) { "instance_uri" } else { "company_id" };
    let message = format!(
        "must stay with {} of {}: this connector has alerts for tickets there. Add another connector for the other \
         instance, and remove this one when its alerts are done with",
        old.instance_uri, old.company_id
    );
    Error::field(field, message)
}
