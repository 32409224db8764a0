//! Callbacks: Manage calls when a ticket changes, and that hurries the poll. They are hints: what they tell of is read
//! again, and polling goes on without them. They are asked for by a person, asked for again whenever the connector is
//! enabled (Manage gives up calling whoever did not answer for three days), and taken back with the connector.

use super::{Connectors, as_actor};
use crate::{
    Core, Error, Result,
    ports::{
        psa::{Link, PsaError, TakenDown},
        store::Lane,
    },
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::action,
    connector::{CallbackHealth, Connector, MadeInManage},
    ids::ConnectorId,
};
use std::time::Duration;

/// How long a connector that is removed waits for Manage to take its callbacks back.
const PARTING: Duration = Duration::from_secs(10);

impl Connectors<'_> {
    /// Asks Manage to call when tickets change, at the address that people type for this Tandem.
    pub async fn register_callback(&self, actor: &Actor, id: ConnectorId) -> Result<Connector> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        let (url, made) = self.ask_for_calls(&connector).await?;
        let line = format!("asked Manage to call the connector {}", connector.input.name);
        let logged = ("info", format!("Manage calls {url} when tickets change"));
        self.keep_calls(actor, &connector, &made, line, logged).await
    }

    /// Asks Manage to call no more. Answers also what a person should know when it goes on calling.
    pub async fn withdraw_callback(
        &self,
        actor: &Actor,
        id: ConnectorId,
    ) -> Result<(Connector, Option<String>)> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        let link = self.core.link(&connector).await?;
        let callbacks = connector.made.callbacks.clone();
        let many = callbacks.len();
        let taken = self.take_back(&link, callbacks).await?;
        let told = still_called(many, &taken);
        let made = MadeInManage { callbacks: taken.left.callbacks, ..connector.made.clone() };
        let line = format!("asked Manage to call the connector {} no more", connector.input.name);
        let logged = match &told {
            Some(told) => ("warning", told.clone()),
            None => ("info", "Manage calls no more".to_owned()),
        };
        Ok((self.keep_calls(actor, &connector, &made, line, logged).await?, told))
    }

    async fn keep_calls(
        &self,
        actor: &Actor,
        connector: &Connector,
        made: &MadeInManage,
        told: String,
        (level, logged): (&str, String),
    ) -> Result<Connector> {
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        let now = self.core.keep_made(&mut *tx, connector, made).await?;
        self.core.audit(&mut *tx, actor, Line::ok(action::CONNECTOR, told).about(connector.id)).await?;
        self.core.log(&mut *tx, connector.id, level, logged).await?;
        tx.commit().await?;
        Ok(now)
    }

    /// Registers at the address of today, and takes back what was registered at others. What Manage did not take
    /// back is kept, so that it is tried again.
    async fn ask_for_calls(&self, connector: &Connector) -> Result<(String, MadeInManage)> {
        let url = self.core.callback_address(connector.id).ok_or_else(|| {
            Error::Conflict(
                "Manage must know where to call: set server.public_url in tandem.toml to an address that it reaches"
                    .into(),
            )
        })?;
        let link = self.core.link(connector).await?;
        let mut callbacks = self.core.psa.register_callback(&link, &url).await?.callbacks;
        let known = |id: i64| callbacks.iter().any(|(new, _)| *new == id);
        let old: Vec<_> = connector.made.callbacks.iter().filter(|(id, _)| !known(*id)).cloned().collect();
        if !old.is_empty() {
            let left = self.take_back(&link, old.clone()).await.map(|taken| taken.left.callbacks);
            callbacks.extend(left.unwrap_or(old));
        }
        Ok((url, MadeInManage { callbacks, ..connector.made.clone() }))
    }

    /// Answers those that Manage did not take back.
    async fn take_back(&self, link: &Link, callbacks: Vec<(i64, String)>) -> Result<TakenDown> {
        let made = MadeInManage { callbacks, ..MadeInManage::default() };
        Ok(self.core.psa.take_down(&Link { made, ..link.clone() }).await?)
    }

    /// Asks again for calls that were asked for before. Answers what a person should know of it.
    pub(super) async fn renew_callbacks(&self, id: ConnectorId) -> Result<Option<String>> {
        let connector = self.core.connector(id).await?;
        if connector.made.callbacks.is_empty() {
            return Ok(None);
        }
        match self.ask_for_calls(&connector).await {
            Ok((_, made)) => {
                let mut tx = self.core.store.begin(Lane::Alerts).await?;
                self.core.keep_made(&mut *tx, &connector, &made).await?;
                tx.commit().await?;
                Ok(None)
            }
            Err(error) => Ok(Some(format!("callbacks are not renewed, polling goes on: {error}"))),
        }
    }

    /// Takes back the callbacks of a connector that is removed, as far as Manage answers. Answers the addresses that
    /// it goes on calling.
    pub(super) async fn part(&self, connector: &Connector) -> Vec<String> {
        let callbacks = connector.made.callbacks.clone();
        if callbacks.is_empty() {
            return Vec::new();
        }
        let parting = async {
            let link = self.core.link(connector).await?;
            self.take_back(&link, callbacks.clone()).await
        };
        let left = match tokio::time::timeout(PARTING, parting).await {
            Ok(Ok(taken)) => taken.left.callbacks,
            Ok(Err(_)) | Err(_) => callbacks,
        };
        left.into_iter().map(|(_, url)| url).collect()
    }

    /// Takes a callback in: believed only when it is signed, and then only a reason to ask sooner.
    pub async fn called_back(&self, id: ConnectorId, raw: &[u8], signature: &str) -> Result<()> {
        let connector = self.core.connector(id).await?;
        if !connector.enabled {
            return Err(Error::NotFound("connector"));
        }
        let link = self.core.link(&connector).await?;
        let ticket = match self.core.psa.verify_callback(&link, raw, signature).await {
            Ok(ticket) => ticket,
            // Whether it may be believed is not known: it shall come again.
            Err(error @ PsaError::Later { .. }) => return Err(error.into()),
            Err(error) => {
                self.core.refuse_call(id, &error.to_string()).await?;
                return Err(error.into());
            }
        };
        let now = self.core.now();
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        tx.hurry_poll(id, now).await?;
        tx.believe_call(id, now).await?;
        tx.hear_of(id, ticket, now).await?;
        tx.commit().await?;
        tracing::debug!(connector = as_actor(&connector).name(), ticket, "a callback hurries the poll");
        Ok(())
    }
}

impl Core {
    /// Where Manage can call for a connector, if anybody outside can.
    pub(super) fn callback_address(&self, id: ConnectorId) -> Option<String> {
        let base = self.settings.public_url.as_deref()?.trim_end_matches('/');
        Some(format!("{base}/callbacks/manage/{id}"))
    }

    /// Anybody may send what is refused, so it is counted without writing each time.
    async fn refuse_call(&self, id: ConnectorId, reason: &str) -> Result<()> {
        let now = self.now();
        let Some(many) = self.desk.refuse(id, now) else { return Ok(()) };
        let mut tx = self.store.begin(Lane::Alerts).await?;
        tx.refuse_calls(id, many, now, reason).await?;
        Ok(tx.commit().await?)
    }

    /// How the callbacks of a connector do.
    pub(super) async fn callback_health(&self, connector: &Connector) -> Result<CallbackHealth> {
        let (id, calls) = (connector.id, self.store.calls(connector.id).await?);
        let address = self.callback_address(id);
        let made = &connector.made.callbacks;
        let here = made.iter().find(|(_, url)| Some(url) == address.as_ref());
        Ok(CallbackHealth {
            registered: here.or(made.first()).map(|(_, url)| url.clone()),
            address,
            last_at: calls.last_at,
            believed: calls.believed,
            refused: calls.refused + self.desk.refused(id),
            last_refused_at: calls.refused_at,
            last_refusal: calls.refusal,
        })
    }
}

/// What a person should know of callbacks that Manage did not take back.
fn still_called(many: usize, taken: &TakenDown) -> Option<String> {
    let left: Vec<&str> = taken.left.callbacks.iter().map(|(_, url)| url.as_str()).collect();
    let why = taken.why.as_deref().unwrap_or("it did not say why");
    (!left.is_empty()).then(|| {
        format!(
            "Manage did not remove {} of {many} callbacks ({why}) and goes on calling {}: try again, or delete that callback there.",
            left.len(),
            left.join(", ")
        )
    })
}
