//! What a person's deed owes to the ticket.

use crate::{
    Core, Result,
    ports::store::{Transaction, alerts::AlertRecord},
};
use domain::{
    account::Actor,
    alert::AlertState,
    connector::{Connector, ConnectorInput, OwnerAssignment},
    ids::WriteBackId,
    write_back::{Task, WriteBack, WriteBackState},
};

/// Whether a state that was reached here is carried over to the ticket.
pub(crate) fn is_carried(input: &ConnectorInput, state: AlertState) -> bool {
    let (mapping, owner) = (input.status_mapping, input.owner_assignment);
    match state {
        AlertState::Acknowledged => mapping.acknowledged_to_cw || owner.on_acknowledge(),
        AlertState::Closed => mapping.closed_to_cw || owner.on_close(),
        // What closing did to the ticket, reopening undoes.
        AlertState::Open => mapping.closed_to_cw,
    }
}

/// Whether a note of ours goes into the ticket: somewhere it must stand.
pub(crate) fn takes_notes(input: &ConnectorInput) -> bool {
    let flags = input.note_flags;
    flags.discussion || flags.internal || flags.resolution
}

/// Whether the states before this one are still to be carried over. Closing would not make the person who
/// acknowledged the owner, where only acknowledging does.
fn keeps_earlier(input: &ConnectorInput, state: AlertState) -> bool {
    state == AlertState::Closed && input.owner_assignment == OwnerAssignment::Acknowledge
}

impl Core {
    /// The enabled connector that an alert's ticket came by.
    pub(crate) async fn carrier(
        &self,
        tx: &mut dyn Transaction,
        alert: &AlertRecord,
    ) -> Result<Option<Connector>> {
        let Some(ticket) = &alert.ticket else { return Ok(None) };
        let connector = tx.connector(ticket.connector_id).await?;
        Ok(connector.filter(|connector| connector.enabled))
    }

    /// Owes the alert's new state to its ticket, instead of older states that did not get there. A state that is
    /// not carried over leaves nothing that the ticket could still learn: both sides agree on it, except that a
    /// ticket which says that it is closed would close what was reopened.
    pub(crate) async fn owe_state(
        &self,
        tx: &mut dyn Transaction,
        alert: &mut AlertRecord,
        by: &Actor,
    ) -> Result<()> {
        let state = alert.course.state();
        let carrier = self.carrier(tx, alert).await?;
        match carrier.filter(|connector| is_carried(&connector.input, state)) {
            Some(connector) => {
                if !keeps_earlier(&connector.input, state) {
                    tx.supersede_states(alert.id, self.now()).await?;
                }
                self.owe(tx, alert, Task::State { state }, by).await
            }
            None => {
                tx.supersede_states(alert.id, self.now()).await?;
                if state != AlertState::Open {
                    alert.agreed = state;
                }
                Ok(())
            }
        }
    }

    /// Owes something to the alert's ticket.
    pub(crate) async fn owe(
        &self,
        tx: &mut dyn Transaction,
        alert: &AlertRecord,
        task: Task,
        by: &Actor,
    ) -> Result<()> {
        let Some(ticket) = &alert.ticket else { return Ok(()) };
        let now = self.now();
        let write_back = WriteBack {
            id: WriteBackId(self.uuid()),
            alert_id: alert.id,
            connector_id: ticket.connector_id,
            ticket_id: ticket.id,
            task,
            by: by.clone(),
            state: WriteBackState::Pending,
            created_at: now,
            next_attempt_at: Some(now),
            ended_at: None,
            attempts: Vec::new(),
            remarks: Vec::new(),
        };
        Ok(tx.insert_write_back(&write_back).await?)
    }
}
