//! What is read beside a ticket. A part that cannot be read is named, and hides none of the others.

use super::{
    clients::Client,
    words::{self, trouble},
};
use domain::{connector::Detail, ticket::TicketDetails};
use services::ports::psa::PsaError;

/// Reads what is wanted.
pub(super) async fn read(client: &Client, ticket: i64, wanted: &[Detail]) -> TicketDetails {
    let mut details = TicketDetails::default();
    for detail in wanted {
        if let Err(error) = part(client, ticket, *detail, &mut details).await {
            details.unread.push(format!("{}: {error}", name(*detail)));
        }
    }
    details
}

async fn part(
    client: &Client,
    ticket: i64,
    detail: Detail,
    details: &mut TicketDetails,
) -> Result<(), PsaError> {
    let manage = &client.manage;
    let told = |error| trouble(error, Some(ticket));
    match detail {
        Detail::Notes => {
            let notes = manage.notes(ticket).await.map_err(told)?;
            details.notes = notes.into_iter().map(words::note).collect();
            details.notes.sort_by_key(|note| (note.created_at, note.id));
        }
        Detail::Tasks => {
            details.tasks = manage.tasks(ticket).await.map_err(told)?.into_iter().map(words::task).collect();
        }
        Detail::TimeEntries => {
            let entries = manage.time_entries(ticket).await.map_err(told)?;
            details.time_entries = entries.into_iter().map(words::time_entry).collect();
        }
        Detail::Configurations => {
            let things = manage.configurations(ticket).await.map_err(told)?;
            details.configurations = things.into_iter().map(words::configuration).collect();
        }
        Detail::Documents => {
            let documents = manage.documents(ticket).await.map_err(told)?;
            details.documents = documents.into_iter().map(words::document).collect();
        }
        Detail::Company => details.company = company(client, ticket).await?,
        Detail::Contact => details.contact = contact(client, ticket).await?,
    }
    Ok(())
}

async fn company(client: &Client, ticket: i64) -> Result<Option<domain::ticket::Company>, PsaError> {
    let (Some(id), _) = client.references(ticket).await? else { return Ok(None) };
    let now = client.now();
    if let Some(known) = client.companies.get(&id, now) {
        return Ok(Some(words::company(known)));
    }
    let read = client.manage.company(id).await.map_err(|error| trouble(error, None))?;
    client.companies.keep(id, now, read.clone());
    Ok(Some(words::company(read)))
}

async fn contact(client: &Client, ticket: i64) -> Result<Option<domain::ticket::Contact>, PsaError> {
    let (_, Some(id)) = client.references(ticket).await? else { return Ok(None) };
    let now = client.now();
    if let Some(known) = client.contacts.get(&id, now) {
        return Ok(Some(words::contact(known)));
    }
    let read = client.manage.contact(id).await.map_err(|error| trouble(error, None))?;
    client.contacts.keep(id, now, read.clone());
    Ok(Some(words::contact(read)))
}

fn name(detail: Detail) -> &'static str {
    match detail {
        Detail::Notes => "notes",
        Detail::Tasks => "tasks",
        Detail::TimeEntries => "time entries",
        Detail::Configurations => "configurations",
        Detail::Company => "company",
        Detail::Contact => "contact",
        Detail::Documents => "documents",
    }
}
