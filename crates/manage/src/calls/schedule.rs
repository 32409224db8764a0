//! Assignments: who works on a ticket. `resources` on a ticket is read-only; a schedule entry makes it.

use crate::{
    client::Manage,
    conditions::field,
    error::ManageError,
    model::{Assignment, Changed, TicketChange},
    patch::{Patch, Reference},
    query::Query,
    wire::setup::WireScheduleEntry,
};
use serde_json::json;

const ENTRIES: &str = "/schedule/entries";

impl Manage {
    /// The assignments to a ticket that are not over.
    pub async fn assignments(&self, ticket: i64) -> Result<Vec<Assignment>, ManageError> {
        let open = field("objectId")
            .equals(ticket)
            .and(field("type/identifier").equals("S"))
            .and(field("doneFlag").equals(false));
        let rows = self.list::<WireScheduleEntry>(ENTRIES, &Query::matching(open)).await?;
        Ok(rows.into_iter().map(Assignment::from).collect())
    }

    /// Assigns a member, unless they are already. After an unknown outcome it is looked again.
    pub async fn assign(&self, ticket: i64, member: i64) -> Result<Assignment, ManageError> {
        if let Some(found) = self.assignment_of(ticket, member).await? {
            return Ok(found);
        }
        let body = json!({"objectId": ticket, "member": {"id": member}, "type": {"identifier": "S"}});
        match self.create::<WireScheduleEntry>(ENTRIES, body).await {
            Err(ManageError::OutcomeUnknown(cause)) => {
                self.assignment_of(ticket, member).await?.ok_or(ManageError::OutcomeUnknown(cause))
            }
            other => other.map(Assignment::from),
        }
    }

    /// Ends an assignment.
    pub async fn end_assignment(&self, assignment: i64) -> Result<Assignment, ManageError> {
        let patch = Patch::default().replace("doneFlag", true);
        self.patch::<WireScheduleEntry>(&format!("{ENTRIES}/{assignment}"), &patch)
            .await
            .map(Assignment::from)
    }

    /// Makes a member the owner of a ticket. Some boards want the owner among the assigned first.
    pub async fn make_owner(&self, ticket: i64, member: i64) -> Result<Changed, ManageError> {
        let change = TicketChange { owner: Some(Reference::Id(member)), ..TicketChange::default() };
        match self.change_ticket(ticket, &change).await {
            Err(ManageError::Rejected(_) | ManageError::NotApplied(_)) => {
                self.assign(ticket, member).await?;
                self.change_ticket(ticket, &change).await
            }
            other => other,
        }
    }

    async fn assignment_of(&self, ticket: i64, member: i64) -> Result<Option<Assignment>, ManageError> {
        let all = self.assignments(ticket).await?;
        Ok(all.into_iter().find(|one| one.member.as_ref().is_some_and(|found| found.id == member)))
    }
}
