//! Alerts: what people see of them and do to them. What tickets say about them is heard in [`crate::connectors`].
//!
//! A step commits the alert's state, a line of its timeline, the audit line and what is owed to the ticket
//! ([`owed`]) together, or none of it. [`live`] tells everybody who shows alerts that something changed.

mod categories;
mod intake;
mod live;
mod owed;
mod raise;
mod replay;
mod retention;
mod steps;

pub use live::{AlertChanges, AlertNews};

use crate::{Core, Error, Result, once::Once, ports::store::alerts::AlertRecord};
use domain::{
    account::{Actor, Permission},
    alert::{Alert, AlertCounts, AlertDetail, AlertFilter, Assignee},
    ids::AlertId,
    page::{MAX_LIMIT, Page, PageRequest},
};
pub(crate) use intake::Intake;
use std::sync::Arc;

/// The most alerts that one call acts on.
pub const MOST_AT_ONCE: usize = 500;
/// The longest text that a list is searched for, in characters.
const LONGEST_SEARCH: usize = 200;

/// Alerts.
pub struct Alerts<'a> {
    pub(crate) core: &'a Arc<Core>,
    pub(crate) once: Once,
}

impl Alerts<'_> {
    /// Alerts, newest first.
    pub async fn list(&self, actor: &Actor, filter: &AlertFilter, page: &PageRequest) -> Result<Page<Alert>> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        check(filter)?;
        Ok(self.core.store.alerts(filter, page).await?)
    }

    /// How many alerts there are in each state; the filter's own state is left out of account.
    pub async fn counts(&self, actor: &Actor, filter: &AlertFilter) -> Result<AlertCounts> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        check(filter)?;
        Ok(self.core.store.alert_counts(filter).await?)
    }

    /// One alert with everything about it.
    pub async fn get(&self, actor: &Actor, id: AlertId) -> Result<AlertDetail> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        let store = &self.core.store;
        let record = store.alert(id).await?.ok_or(Error::NotFound("alert"))?;
        Ok(AlertDetail {
            alert: listed(&record),
            text: record.text,
            details: record.details,
            write_backs: store.write_backs_of(id).await?,
            timeline: store.timeline(id).await?,
        })
    }

    /// The people whom an alert can be given to, by name.
    pub async fn people(&self, actor: &Actor) -> Result<Vec<Assignee>> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        let mut people = Vec::new();
        let mut page = PageRequest { limit: MAX_LIMIT, cursor: None };
        loop {
            let found = self.core.store.users(&page).await?;
            let able =
                |user: &domain::account::User| !user.disabled && user.role.allows(Permission::HandleAlerts);
            let named = found.items.into_iter().filter(able);
            people.extend(named.map(|user| Assignee { user_id: user.id, name: user.name }));
            if found.next_cursor.is_none() {
                break;
            }
            page.cursor = found.next_cursor;
        }
        people.sort_by_key(|person| person.name.to_lowercase());
        Ok(people)
    }
}

fn check(filter: &AlertFilter) -> Result<()> {
    if filter.q.as_ref().is_some_and(|text| text.chars().count() > LONGEST_SEARCH) {
        return Err(Error::field("q", format!("must have at most {LONGEST_SEARCH} characters")));
    }
    if filter.q.as_ref().is_some_and(|text| text.contains('\0')) {
        return Err(Error::field("q", "must not hold the character NUL: leave it out"));
    }
    Ok(())
}

/// An alert as lists show it.
pub(crate) fn listed(record: &AlertRecord) -> Alert {
    let course = &record.course;
    Alert {
        id: record.id,
        state: course.state(),
        title: record.title.clone(),
        category: record.category.clone(),
        severity: record.severity,
        created_at: record.created_at,
        opened_at: course.opened_at(),
        acknowledged: course.acknowledged().cloned(),
        closed: course.closed().cloned(),
        assignee: record.assignee.clone(),
        ticket: record.ticket.clone(),
        carried: record.carried,
        revision: record.revision,
    }
}
