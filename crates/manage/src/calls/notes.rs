//! Notes of a ticket. There are no idempotency keys, so a note carries a mark by which it is found again.

use crate::{
    client::Manage,
    error::ManageError,
    model::{NewNote, Note},
    query::Query,
    wire::{parts::clean, ticket::WireNote},
};
use serde_json::json;

impl Manage {
    /// The notes of a ticket, oldest first.
    pub async fn notes(&self, ticket: i64) -> Result<Vec<Note>, ManageError> {
        Ok(self.list::<WireNote>(&path(ticket), &Query::new()).await?.into_iter().map(Note::from).collect())
    }

    /// Adds a note, once and blindly; when the outcome is unknown the error says so.
    pub async fn add_note(&self, ticket: i64, note: &NewNote) -> Result<Note, ManageError> {
        // A note that stands nowhere would be invisible.
        let internal = note.internal || !(note.discussion || note.resolution);
        let mut body = json!({
            "text": clean(&note.text),
            "detailDescriptionFlag": note.discussion,
            "internalAnalysisFlag": internal,
            "resolutionFlag": note.resolution,
            "processNotifications": note.notify,
        });
        if let Some(member) = note.member {
            body["member"] = json!({"id": member});
        }
        self.create::<WireNote>(&path(ticket), body).await.map(Note::from)
    }

    /// Adds a note whose text holds `mark`, unless the ticket has such a note already. Safe to call again after
    /// any failure, also by another process.
    pub async fn add_note_once(&self, ticket: i64, note: &NewNote, mark: &str) -> Result<Note, ManageError> {
        if mark.trim().is_empty() || !note.text.contains(mark) {
            return Err(ManageError::setting("text", "must hold the mark by which the note is found again"));
        }
        if let Some(found) = self.find_note(ticket, mark).await? {
            return Ok(found);
        }
        match self.add_note(ticket, note).await {
            Err(ManageError::OutcomeUnknown(cause)) => {
                let found = self.find_note(ticket, mark).await?;
                found.ok_or(ManageError::OutcomeUnknown(cause))
            }
            other => other,
        }
    }

    /// The note that holds `mark`.
    pub async fn find_note(&self, ticket: i64, mark: &str) -> Result<Option<Note>, ManageError> {
        Ok(self.notes(ticket).await?.into_iter().find(|note| note.text.contains(mark)))
    }
}

fn path(ticket: i64) -> String {
    format!("/service/tickets/{ticket}/notes")
}
