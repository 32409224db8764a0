//! Rows of alerts.

use super::tallies::Tally;
use crate::rows::{Place, micros, to_json};
use domain::{
    account::Actor,
    alert::{Alert, AlertState, Assignee, Carried, Course, Deed, Severity},
    ticket::Ticket,
};
use services::ports::store::{StoreResult, alerts::AlertRecord};
use std::collections::BTreeSet;

/// The columns of [`ListRow`], of a table that is called `a`.
macro_rules! listed {
    ($start:literal, $rest:literal) => {
        concat!(
            $start,
            " a.id, a.created_at, a.opened_at, a.acknowledged, a.closed, a.title, a.category, a.severity,",
            " a.assignee, a.ticket, a.agreed, a.carried, a.revision",
            $rest
        )
    };
}
pub(super) use listed;

#[derive(sqlx::FromRow)]
pub(super) struct ListRow {
    pub(super) id: String,
    created_at: i64,
    opened_at: i64,
    acknowledged: Option<String>,
    closed: Option<String>,
    title: String,
    category: String,
    severity: String,
    assignee: Option<String>,
    ticket: Option<String>,
    agreed: String,
    carried: String,
    revision: i64,
}

#[derive(sqlx::FromRow)]
pub(super) struct RecordRow {
    #[sqlx(flatten)]
    listed: ListRow,
    text: String,
    details: String,
}

fn deed(json: Option<&str>) -> StoreResult<Option<Deed>> {
    json.map(|json| Place("alerts", "deed").json(json)).transpose()
}

/// The words of [`Carried`].
const CARRIED: [(Carried, &str); 4] = [
    (Carried::Nothing, "nothing"),
    (Carried::Sending, "sending"),
    (Carried::Confirmed, "confirmed"),
    (Carried::Failed, "failed"),
];

pub(super) fn carried_word(carried: Carried) -> &'static str {
    CARRIED.iter().find(|(known, _)| *known == carried).map_or("nothing", |(_, word)| word)
}

fn carried(word: &str) -> Option<Carried> {
    CARRIED.iter().find(|(_, known)| *known == word).map(|(carried, _)| *carried)
}

impl ListRow {
    fn course(&self) -> StoreResult<Course> {
        let opened = Place("alerts", "opened_at").time(self.opened_at)?;
        let (acknowledged, closed) = (deed(self.acknowledged.as_deref())?, deed(self.closed.as_deref())?);
        Ok(Course::restored(opened, acknowledged, closed))
    }

    fn assignee(&self) -> StoreResult<Option<Assignee>> {
        self.assignee.as_deref().map(|json| Place("alerts", "assignee").json(json)).transpose()
    }

    fn ticket(&self) -> StoreResult<Option<Ticket>> {
        self.ticket.as_deref().map(|json| Place("alerts", "ticket").json(json)).transpose()
    }

    pub(super) fn read(self) -> StoreResult<Alert> {
        let course = self.course()?;
        Ok(Alert {
            id: Place("alerts", "id").parse(&self.id)?,
            state: course.state(),
            created_at: Place("alerts", "created_at").time(self.created_at)?,
            opened_at: course.opened_at(),
            acknowledged: course.acknowledged().cloned(),
            closed: course.closed().cloned(),
            assignee: self.assignee()?,
            ticket: self.ticket()?,
            severity: Place("alerts", "severity").word(&self.severity, Severity::parse)?,
            carried: Place("alerts", "carried").word(&self.carried, carried)?,
            title: self.title,
            category: self.category,
            revision: self.revision,
        })
    }
}

impl RecordRow {
    pub(super) fn read(self) -> StoreResult<AlertRecord> {
        let listed = self.listed;
        Ok(AlertRecord {
            id: Place("alerts", "id").parse(&listed.id)?,
            created_at: Place("alerts", "created_at").time(listed.created_at)?,
            course: listed.course()?,
            assignee: listed.assignee()?,
            ticket: listed.ticket()?,
            severity: Place("alerts", "severity").word(&listed.severity, Severity::parse)?,
            agreed: Place("alerts", "agreed").word(&listed.agreed, AlertState::parse)?,
            carried: Place("alerts", "carried").word(&listed.carried, carried)?,
            details: Place("alert_details", "details").json(&self.details)?,
            text: self.text,
            title: listed.title,
            category: listed.category,
            revision: listed.revision,
        })
    }
}

/// An alert on its way into the table.
pub(super) struct Columns {
    pub(super) id: String,
    pub(super) opened_at: i64,
    pub(super) state: &'static str,
    pub(super) acknowledged: Option<String>,
    pub(super) closed: Option<String>,
    pub(super) ended_at: Option<i64>,
    pub(super) category_folded: String,
    pub(super) assignee: Option<String>,
    pub(super) connector: Option<String>,
    pub(super) ticket_id: Option<i64>,
    pub(super) ticket: Option<String>,
    pub(super) search: String,
    pub(super) details: String,
    pub(super) people: BTreeSet<String>,
}

impl Columns {
    pub(super) fn of(alert: &AlertRecord) -> StoreResult<Self> {
        let (course, ticket) = (&alert.course, alert.ticket.as_ref());
        Ok(Self {
            id: alert.id.to_string(),
            opened_at: micros(course.opened_at()),
            state: course.state().as_str(),
            acknowledged: course.acknowledged().map(to_json).transpose()?,
            closed: course.closed().map(to_json).transpose()?,
            ended_at: course.closed().map(|deed| micros(deed.at)),
            category_folded: alert.category.to_lowercase(),
            assignee: alert.assignee.as_ref().map(to_json).transpose()?,
            connector: ticket.map(|ticket| ticket.connector_id.to_string()),
            ticket_id: ticket.map(|ticket| ticket.id),
            ticket: ticket.map(to_json).transpose()?,
            search: search_text(alert),
            details: to_json(&alert.details)?,
            people: people(alert),
        })
    }
}

impl Columns {
    /// The alert as it counts.
    pub(super) fn tally(&self) -> Tally {
        Tally {
            state: self.state.to_owned(),
            category_folded: self.category_folded.clone(),
            connector_id: self.connector.clone(),
        }
    }
}

/// The text that the search looks through.
fn search_text(alert: &AlertRecord) -> String {
    let ticket = alert.ticket.as_ref();
    let company = ticket.and_then(|ticket| ticket.company.as_deref()).unwrap_or_default();
    let number = ticket.map(|ticket| ticket.id.to_string()).unwrap_or_default();
    format!("{}\n{company}\n{number}", alert.title).to_lowercase()
}

/// Whose it is. A program with a personal token is somebody, too.
fn people(alert: &AlertRecord) -> BTreeSet<String> {
    let deeds = [alert.course.acknowledged(), alert.course.closed()];
    let actors = deeds.into_iter().flatten().filter_map(|deed| match &deed.by {
        by @ (Actor::User { .. } | Actor::Token { .. }) => by.id(),
        _ => None,
    });
    actors.chain(alert.assignee.as_ref().map(|assignee| assignee.user_id.to_string())).collect()
}
