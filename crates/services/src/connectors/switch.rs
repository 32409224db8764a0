//! Setting up, switching on and off.

use super::Connectors;
use crate::{Error, Result, ports::store::Lane, work::Line};
use domain::{
    account::{Actor, Permission},
    audit::action,
    connector::{Connector, LogLine, SetupReport},
    ids::ConnectorId,
};
use tokio::sync::mpsc;

impl Connectors<'_> {
    /// Makes what is missing in Manage and switches the connector on. The log tells every step while it goes on.
    pub async fn enable(&self, actor: &Actor, id: ConnectorId) -> Result<SetupReport> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        self.core.log_alone(id, "info", format!("{} enables the connector", actor.name())).await?;
        match self.set_up(&connector).await {
            Ok(mut report) => {
                report.warnings.extend(self.renew_callbacks(id).await?);
                self.switch(actor, &connector, true).await?;
                Ok(report)
            }
            Err(error) => {
                self.core
                    .log_alone(id, "error", format!("it could not be enabled: {}", plain(&error)))
                    .await?;
                Err(error)
            }
        }
    }

    async fn set_up(&self, connector: &Connector) -> Result<SetupReport> {
        let link = self.core.link(connector).await?;
        let (told, mut steps) = mpsc::unbounded_channel::<LogLine>();
        let working = async {
            // A log that nobody writes any more is no reason to stop.
            let progress = move |line: LogLine| drop(told.send(line));
            self.core.psa.set_up(&link, &progress).await
        };
        let writing = async {
            while let Some(line) = steps.recv().await {
                self.core.log_alone(connector.id, &line.level, line.message).await?;
            }
            Ok::<(), Error>(())
        };
        let ((done, made), written) = tokio::join!(working, writing);
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        self.core.keep_made(&mut *tx, connector, &made).await?;
        for warning in done.iter().flat_map(|report| &report.warnings) {
            self.core.log(&mut *tx, connector.id, "warning", warning.as_str()).await?;
        }
        tx.commit().await?;
        written?;
        Ok(done?)
    }

    async fn switch(&self, actor: &Actor, connector: &Connector, on: bool) -> Result<()> {
        let (id, name) = (connector.id, &connector.input.name);
        let word = if on { "enabled" } else { "disabled" };
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        if !tx.switch_connector(id, on, self.core.now()).await? {
            return Err(Error::NotFound("connector"));
        }
        self.core
            .audit(
                &mut *tx,
                actor,
                Line::ok(action::CONNECTOR, format!("{word} the connector {name}")).about(id),
            )
            .await?;
        self.core.log(&mut *tx, id, "info", format!("{} {word} the connector", actor.name())).await?;
        tx.commit().await?;
        self.core.desk.owe();
        Ok(())
    }

    /// Switches the connector off: it asks nothing and writes nothing until it is enabled again.
    pub async fn disable(&self, actor: &Actor, id: ConnectorId) -> Result<()> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        self.switch(actor, &connector, false).await
    }
}

/// An error with the fields that it names, in one line.
pub(super) fn plain(error: &Error) -> String {
    match error {
        Error::Invalid(fields) => {
            let told: Vec<String> =
                fields.iter().map(|wrong| format!("{}: {}", wrong.field, wrong.message)).collect();
            told.join("; ")
        }
        other => other.to_string(),
    }
}
