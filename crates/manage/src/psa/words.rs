//! Our words for Manage's records and refusals.

use crate::{
    error::ManageError,
    model::{self, Named},
};
use domain::{
    field::FieldError,
    ticket::{Company, Configuration, Contact, Document, Note, Task, Ticket, TimeEntry},
};
use services::ports::psa::{Link, PsaError};

/// What went wrong, for a person. `ticket` is the one that the call was about.
pub(super) fn trouble(error: ManageError, ticket: Option<i64>) -> PsaError {
    let message = error.to_string();
    let person =
        |field: Option<&str>| PsaError::Person { field: field.map(str::to_owned), message: message.clone() };
    match error {
        ManageError::Throttled { after } => PsaError::Later { message: error.to_string(), after },
        ManageError::LeftAlone { after } => PsaError::Later { message, after: Some(after) },
        ManageError::Unreachable(_)
        | ManageError::NoAnswer
        | ManageError::OutcomeUnknown(_)
        | ManageError::Failed(_)
        | ManageError::NotOurs
        | ManageError::Odd(_) => PsaError::Later { message, after: None },
        ManageError::NotFound(refusal) => match ticket {
            Some(ticket) if refusal.names_a_missing_record() => PsaError::Missing(ticket),
            _ => PsaError::Person {
                field: None,
                message: format!(
                    "Manage does not know what was asked for ({refusal}): check instance_uri and company_id, and that the API member may see it"
                ),
            },
        },
        ManageError::Setting { field, message } => {
            PsaError::Person { message: format!("{field} {message}"), field: Some(field) }
        }
        ManageError::Unauthorized(ref refusal) | ManageError::Forbidden(ref refusal)
            if refusal.to_string().to_lowercase().contains("clientid") =>
        {
            PsaError::Person {
                field: Some("client_id".into()),
                message:
                    "Manage wants a client id that it knows: enter the GUID from developer.connectwise.com"
                        .into(),
            }
        }
        ManageError::Unauthorized(_) => person(Some("private_key")),
        ManageError::Redirected(_) => person(Some("instance_uri")),
        ManageError::Forbidden(_)
        | ManageError::Conflict(_)
        | ManageError::Rejected(_)
        | ManageError::NotApplied(_)
        | ManageError::TooLong(_)
        | ManageError::Untrusted(_) => person(None),
    }
}

/// Settings that cannot be used at all.
pub(super) fn settings_refused(wrong: Vec<FieldError>) -> PsaError {
    let first = wrong.first().map(|wrong| wrong.field.clone());
    let told: Vec<String> = wrong.iter().map(|wrong| format!("{} {}", wrong.field, wrong.message)).collect();
    PsaError::Person { field: first, message: told.join("; ") }
}

/// A ticket as alerts show it.
pub(super) fn ticket(link: &Link, url: String, ticket: &model::Ticket) -> Ticket {
    let name = |named: &Option<Named>| named.as_ref().map(|named| named.name.clone());
    Ticket {
        connector_id: link.id,
        id: ticket.id,
        url,
        summary: ticket.summary.clone(),
        board: name(&ticket.board),
        status: name(&ticket.status),
        priority: name(&ticket.priority),
        kind: name(&ticket.kind),
        company: name(&ticket.company),
        contact: name(&ticket.contact),
        owner: name(&ticket.owner),
        resources: ticket.resources.clone(),
        closed: ticket.closed,
        merged_into: ticket.merged_into,
        updated_at: ticket.mark.updated_at,
        updated_by: ticket.mark.updated_by.clone(),
        missing_since: None,
    }
}

/// Whether the last change was our own.
pub(super) fn is_ours(link: &Link, ticket: &model::Ticket) -> bool {
    let by = ticket.mark.updated_by.as_deref();
    by.is_some_and(|by| by.eq_ignore_ascii_case(&link.input.api_member_id))
}

pub(super) fn note(note: model::Note) -> Note {
    Note {
        id: note.id,
        text: note.text,
        public: note.discussion || note.resolution,
        resolution: note.resolution,
        author: note.author,
        created_at: note.created_at,
    }
}

pub(super) fn task(task: model::Task) -> Task {
    let member = task.member.map(|member| member.name);
    Task { text: task.text, resolution: task.resolution, done: task.done, member }
}

pub(super) fn time_entry(entry: model::TimeEntry) -> TimeEntry {
    TimeEntry {
        member: entry.member.map(|member| member.name),
        work_type: entry.work_type,
        started_at: entry.started_at,
        hours: entry.hours,
        text: entry.text,
    }
}

pub(super) fn configuration(thing: model::Configuration) -> Configuration {
    Configuration {
        name: thing.name,
        kind: thing.kind,
        status: thing.status,
        site: thing.site,
        ip_address: thing.ip_address,
        operating_system: thing.operating_system,
        serial_number: thing.serial_number,
        last_login: thing.last_login,
    }
}

pub(super) fn company(company: model::Company) -> Company {
    let place = [company.postal_code, company.city].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let lines = [company.street, Some(place).filter(|place| !place.is_empty())];
    let address = lines.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Company {
        name: company.name,
        status: company.status,
        address: Some(address).filter(|address| !address.is_empty()),
        phone: company.phone,
        website: company.website,
    }
}

pub(super) fn contact(contact: model::Contact) -> Contact {
    Contact { name: contact.name, title: contact.title, email: contact.email, phone: contact.phone }
}

pub(super) fn document(document: model::Document) -> Document {
    Document { title: document.title, file_name: document.file_name, size: document.size }
}
