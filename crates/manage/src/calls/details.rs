//! Additional details of a ticket: tasks, time, configurations, company, contact, documents.

use crate::{
    client::Manage,
    conditions::field,
    error::ManageError,
    model::{Company, Configuration, Contact, Document, Task, TimeEntry},
    query::Query,
    wire::{
        details::{WireCompany, WireConfiguration, WireContact, WireDocument, WireTimeEntry},
        ticket::WireTask,
    },
};
use serde::Deserialize;

impl Manage {
    /// The tasks of a ticket, in their order.
    pub async fn tasks(&self, ticket: i64) -> Result<Vec<Task>, ManageError> {
        let path = format!("/service/tickets/{ticket}/tasks");
        let mut tasks: Vec<Task> =
            self.list::<WireTask>(&path, &Query::new()).await?.into_iter().map(Task::from).collect();
        tasks.sort_by_key(|task| (task.order, task.id));
        Ok(tasks)
    }

    /// The time that was spent on a ticket.
    pub async fn time_entries(&self, ticket: i64) -> Result<Vec<TimeEntry>, ManageError> {
        let of_ticket = field("chargeToType").equals("ServiceTicket").and(field("chargeToId").equals(ticket));
        let rows = self.list::<WireTimeEntry>("/time/entries", &Query::matching(of_ticket)).await?;
        Ok(rows.into_iter().map(TimeEntry::from).collect())
    }

    /// The configurations of a ticket. The ticket only refers to them, so there are two questions.
    pub async fn configurations(&self, ticket: i64) -> Result<Vec<Configuration>, ManageError> {
        #[derive(Deserialize)]
        struct Attached {
            id: i64,
        }
        let path = format!("/service/tickets/{ticket}/configurations");
        let attached: Vec<i64> =
            self.list::<Attached>(&path, &Query::new()).await?.into_iter().map(|one| one.id).collect();
        let mut found = Vec::new();
        for ids in attached.chunks(100) {
            let query = Query::matching(field("id").one_of(ids));
            let rows = self.list::<WireConfiguration>("/company/configurations", &query).await?;
            found.extend(rows.into_iter().map(Configuration::from));
        }
        Ok(found)
    }

    /// A company.
    pub async fn company(&self, id: i64) -> Result<Company, ManageError> {
        self.read::<WireCompany>(&format!("/company/companies/{id}"), &Query::new()).await.map(Company::from)
    }

    /// A contact.
    pub async fn contact(&self, id: i64) -> Result<Contact, ManageError> {
        self.read::<WireContact>(&format!("/company/contacts/{id}"), &Query::new()).await.map(Contact::from)
    }

    /// The documents of a ticket, by name; their content stays in Manage.
    pub async fn documents(&self, ticket: i64) -> Result<Vec<Document>, ManageError> {
        let query = Query::new().with("recordType", "Ticket").with("recordId", ticket.to_string());
        let rows = self.list::<WireDocument>("/system/documents", &query).await?;
        Ok(rows.into_iter().map(Document::from).collect())
    }
}
