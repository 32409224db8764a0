//! Raising alerts without Manage: monitoring tools, tests, people.
//!
//! Raises that come at the same time share a unit of work ([`super::intake`]).

use super::Alerts;
use crate::{Core, Result, ports::store::alerts::AlertRecord};
use domain::{
    account::{Actor, Permission},
    alert::{AlertDetail, AlertState, Carried, Course, Raise},
    field::Findings,
    ids::AlertId,
    ticket::TicketDetails,
};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 500;
/// The longest text, in characters.
const LONGEST_TEXT: usize = 20_000;
/// The longest name of a category, in characters.
const LONGEST_CATEGORY: usize = 60;

impl Alerts<'_> {
    /// Raises an alert. An unknown category is kept as it is named: no alert is refused because of a name.
    pub async fn raise(&self, actor: &Actor, raise: &Raise) -> Result<AlertDetail> {
        self.core.require(actor, Permission::HandleAlerts).await?;
        if let Some(id) = self.once.done()? {
            return self.get(actor, id).await;
        }
        let raise = tidy(raise)?;
        let now = self.core.now();
        let alert = AlertRecord {
            id: AlertId(self.core.uuid()),
            created_at: now,
            course: Course::opened(now),
            title: raise.title,
            text: raise.text,
            category: raise.category,
            severity: raise.severity,
            assignee: None,
            ticket: None,
            details: TicketDetails::default(),
            agreed: AlertState::Open,
            carried: Carried::Nothing,
            revision: 0,
        };
        Core::keep_alert(self.core, alert, actor.clone(), self.once.clone()).await
    }
}

fn tidy(raise: &Raise) -> Result<Raise> {
    let plain = |text: &str, breaks: bool| -> String {
        let keep = |c: &char| !c.is_control() || (breaks && matches!(c, '\n' | '\t'));
        text.chars().filter(keep).collect::<String>().trim().to_owned()
    };
    let raise = Raise {
        title: plain(&raise.title, false),
        text: plain(&raise.text, true),
        category: plain(&raise.category, false),
        severity: raise.severity,
    };
    let mut findings = Findings::default();
    let title = raise.title.chars().count();
    findings.check(title == 0 || title > LONGEST_TITLE, "title", "must have 1 to 500 characters");
    findings.check(raise.text.chars().count() > LONGEST_TEXT, "text", "must have at most 20000 characters");
    let category = raise.category.chars().count();
    findings.check(category > LONGEST_CATEGORY, "category", "must have at most 60 characters");
    findings.finish()?;
    Ok(raise)
}
