//! Write-backs as people see them, and another try for one that was given up.

use super::Alerts;
use crate::{
    Error, Result,
    ports::store::{Lane, write_backs::WriteBackFilter},
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    alert::AlertState,
    audit::action,
    ids::WriteBackId,
    page::{Page, PageRequest},
    write_back::{Task, WriteBack, WriteBackState},
};

impl Alerts<'_> {
    /// Write-backs, newest first.
    pub async fn write_backs(
        &self,
        actor: &Actor,
        filter: &WriteBackFilter,
        page: &PageRequest,
    ) -> Result<Page<WriteBack>> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        Ok(self.core.store.write_backs(filter, page).await?)
    }

    /// Lets a write-back that was given up begin anew. A state is only carried over while the alert still has it:
    /// a replay never takes a ticket back.
    pub async fn replay(&self, actor: &Actor, id: WriteBackId) -> Result<WriteBack> {
        self.core.require(actor, Permission::HandleAlerts).await?;
        let owed = self.core.store.write_back(id).await?.ok_or(Error::NotFound("write-back"))?;
        if owed.state != WriteBackState::Failed {
            let state = owed.state.as_str();
            return Err(Error::Conflict(format!(
                "this write-back is {state}: only one that was given up can be replayed"
            )));
        }
        let now = self.core.now();
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        let connector = tx.connector(owed.connector_id).await?;
        if !connector.is_some_and(|connector| connector.enabled) {
            return Err(Error::Conflict("its connector is not enabled: enable it first".into()));
        }
        let alert = tx.alert(owed.alert_id).await?.ok_or(Error::NotFound("alert"))?;
        if let Some(stale) = stale(&owed.task, alert.course.state()) {
            return Err(Error::Conflict(stale));
        }
        if !tx.replay_write_back(id, now).await? {
            return Err(Error::Conflict("somebody replayed this write-back already".into()));
        }
        let told = format!("replayed: {} {}", owed.task.words(), owed.ticket_id);
        self.core.audit(&mut *tx, actor, Line::ok(action::REPLAY, told).about(id)).await?;
        tx.commit().await?;
        self.core.alerts_changed().await;
        self.core.store.write_back(id).await?.ok_or(Error::NotFound("write-back"))
    }
}

/// Why a write-back must not be replayed: it says a state that the alert no longer has.
fn stale(task: &Task, now: AlertState) -> Option<String> {
    match task {
        Task::State { state } | Task::Known { state } if *state != now => {
            Some(format!("the alert is {now} by now: there is nothing to carry over"))
        }
        _ => None,
    }
}
