//! Alerts, their timelines and categories.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    alert::{
        Alert, AlertCounts, AlertFilter, AlertState, Assignee, Carried, Course, Severity, TimelineEntry,
        category::{Category, CategoryInput},
    },
    ids::{AlertId, CategoryId, ConnectorId},
    page::{Page, PageRequest},
    ticket::{Ticket, TicketDetails},
};
use jiff::Timestamp;

/// An alert as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRecord {
    /// Which.
    pub id: AlertId,
    /// When it was raised first.
    pub created_at: Timestamp,
    /// How it went so far.
    pub course: Course,
    /// What it is about.
    pub title: String,
    /// What its raiser said, if it was not raised by a ticket.
    pub text: String,
    /// The name of its category.
    pub category: String,
    /// How urgent it is.
    pub severity: Severity,
    /// Who it was given to.
    pub assignee: Option<Assignee>,
    /// The ticket that it came from; unique by connector and number.
    pub ticket: Option<Ticket>,
    /// What was read beside the ticket.
    pub details: TicketDetails,
    /// The state that the alert and its ticket had when they last agreed (`domain::alert::merge`). A write-back that
    /// is done moves it, and so does a step that is not carried over at all (its switch is off): there is nothing
    /// that the ticket could still learn.
    pub agreed: AlertState,
    /// What became of its write-backs. These say it themselves: what is written here is not kept.
    pub carried: Carried,
    /// Rises with every change.
    pub revision: i64,
}

/// Reads of alerts.
#[async_trait]
pub trait AlertReads {
    /// Alerts, newest first; a page of 50 out of 100,000 with a filter within 10 ms (keyset). Alerts of a person and
    /// alerts with a text are counted up to [`domain::alert::MOST_COUNTED`].
    async fn alerts(&self, filter: &AlertFilter, page: &PageRequest) -> StoreResult<Page<Alert>>;
    /// How many there are in each state; the filter's own state is left out of account. Each is counted as the total of
    /// a list is.
    async fn alert_counts(&self, filter: &AlertFilter) -> StoreResult<AlertCounts>;
    /// One alert.
    async fn alert(&self, id: AlertId) -> StoreResult<Option<AlertRecord>>;
    /// What happened to it, oldest first.
    async fn timeline(&self, id: AlertId) -> StoreResult<Vec<TimelineEntry>>;
    /// Which of these tickets have an alert, and in which state it is.
    async fn alerts_of_tickets(
        &self,
        connector: ConnectorId,
        tickets: &[i64],
    ) -> StoreResult<Vec<(i64, AlertId, AlertState)>>;
    /// The tickets of a connector whose alerts are not closed, in the order of their numbers: the first `most` with a
    /// greater number than `behind`.
    async fn live_tickets(&self, connector: ConnectorId, behind: i64, most: u32) -> StoreResult<Vec<i64>>;
    /// Categories by position.
    async fn categories(&self) -> StoreResult<Vec<Category>>;
    /// The newest change of any alert, as a number that only rises: what a live page waits for.
    async fn alerts_revision(&self) -> StoreResult<i64>;
    /// The alerts that changed after a revision, each with its newest one, in their order; at most `most`.
    async fn alerts_changed_since(&self, revision: i64, most: u32) -> StoreResult<Vec<(AlertId, i64)>>;
}

/// Writes of alerts.
#[async_trait]
pub trait AlertWrites {
    /// As [`AlertReads::alert`], within the unit of work.
    async fn alert(&mut self, id: AlertId) -> StoreResult<Option<AlertRecord>>;
    /// The alert of a ticket.
    async fn alert_of_ticket(
        &mut self,
        connector: ConnectorId,
        ticket: i64,
    ) -> StoreResult<Option<AlertRecord>>;
    /// Adds an alert; false, and nothing done, when its ticket has one already.
    async fn insert_alert(&mut self, alert: &AlertRecord) -> StoreResult<bool>;
    /// Adds many alerts in few statements; answers the revision that each has, or none, and nothing done, where its
    /// ticket has an alert already.
    async fn insert_alerts(&mut self, alerts: &[AlertRecord]) -> StoreResult<Vec<Option<i64>>>;
    /// Adds the first lines of timelines: of alerts that this unit of work added.
    async fn begin_stories(&mut self, first: &[(AlertId, TimelineEntry)]) -> StoreResult<()>;
    /// Writes everything about an alert and gives it the next revision.
    async fn update_alert(&mut self, alert: &AlertRecord) -> StoreResult<()>;
    /// Adds a line to a timeline; of a long one the beginning and the newest thousand lines are kept.
    async fn tell(&mut self, id: AlertId, entry: &TimelineEntry) -> StoreResult<()>;
    /// Forgets alerts that were closed before a moment and owe nothing to a ticket, with everything about them;
    /// at most `most`, the oldest first.
    async fn forget_alerts(&mut self, closed_before: Timestamp, most: u32) -> StoreResult<u64>;
    /// Adds a category at the end; `Taken` when the name is.
    async fn insert_category(&mut self, id: CategoryId, input: &CategoryInput) -> StoreResult<()>;
    /// Changes a category; `Taken` when the name is. Its alerts follow a new name.
    async fn update_category(&mut self, id: CategoryId, input: &CategoryInput) -> StoreResult<bool>;
    /// Puts a category at another place.
    async fn move_category(&mut self, id: CategoryId, position: u32) -> StoreResult<bool>;
    /// Removes a category; alerts keep its name.
    async fn delete_category(&mut self, id: CategoryId) -> StoreResult<bool>;
}
