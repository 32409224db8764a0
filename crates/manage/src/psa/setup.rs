//! What workflow mode makes in Manage: looked for first, never made twice, never changed once it is there.

use super::{
    clients::{Client, Rule},
    defaults::{self, Event},
    rules,
    words::trouble,
};
use crate::{
    calls::{NewEvent, NewWorkflow},
    error::ManageError,
    model::{CustomField, CustomFieldKind, Status, Workflow, WorkflowEvent},
};
use domain::{
    alert::AlertState,
    connector::{MadeInManage, Mode, Need, SetupReport},
};
use services::ports::psa::{Link, PsaError};

type Tell<'a> = &'a (dyn Fn(String) + Send + Sync);

/// Setting up, step by step.
pub(super) struct SetUp<'a> {
    client: &'a Client,
    link: &'a Link,
    tell: Tell<'a>,
    report: SetupReport,
    made: MadeInManage,
}

impl<'a> SetUp<'a> {
    pub(super) fn new(client: &'a Client, link: &'a Link, tell: Tell<'a>) -> Self {
        Self { client, link, tell, report: SetupReport::default(), made: link.made.clone() }
    }

    /// What was made is answered whatever happens, so that it can be taken away again.
    pub(super) async fn run(mut self) -> (Result<SetupReport, PsaError>, MadeInManage) {
        let done = match self.link.input.mode {
            Mode::Workflow => self.steps().await,
            Mode::Rules => Ok(()),
        };
        (done.map(|()| self.report), self.made)
    }

    async fn steps(&mut self) -> Result<(), PsaError> {
        self.custom_fields().await?;
        self.workflows().await
    }

    fn need(&mut self, what: String, made: bool) {
        (self.tell)(if made { format!("made the {what}") } else { format!("found the {what}") });
        self.report.needs.push(Need { what, made });
    }

    async fn custom_fields(&mut self) -> Result<(), PsaError> {
        let input = &self.link.input;
        let wanted = [
            (&input.custom_field_retrieved, CustomFieldKind::Checkbox),
            (&input.custom_field_status, CustomFieldKind::Text),
            (&input.custom_field_user, CustomFieldKind::Text),
        ];
        let pod = self.client.manage.ticket_pod().await.map_err(told)?;
        for (place, (caption, kind)) in wanted.into_iter().enumerate() {
            let caption = caption.trim();
            let there = self.fields_of(caption, pod).await?;
            if let Some(field) = there.first() {
                self.doubt_field(field, kind, there.len());
                self.need(format!("custom field {caption}"), false);
                continue;
            }
            let pod = pod.ok_or_else(no_pod)?;
            let number = 490 + u32::try_from(place).unwrap_or_default();
            let made = self.client.manage.create_custom_field(pod, caption, kind, number).await;
            let made = match made {
                // It may be there all the same: look before a second one is made.
                Err(ManageError::OutcomeUnknown(cause)) => {
                    let found = self.fields_of(caption, Some(pod)).await?.into_iter().next();
                    found.ok_or(ManageError::OutcomeUnknown(cause)).map_err(told)?
                }
                other => other.map_err(told)?,
            };
            self.made.custom_fields.push((made.id, caption.to_owned()));
            self.need(format!("custom field {caption}"), true);
        }
        Ok(())
    }

    /// The fields of tickets with this caption; other kinds of records may have the same.
    async fn fields_of(&self, caption: &str, pod: Option<i64>) -> Result<Vec<CustomField>, PsaError> {
        let all = self.client.manage.custom_fields(caption).await.map_err(told)?;
        Ok(all.into_iter().filter(|field| pod.is_none_or(|pod| field.pod == pod)).collect())
    }

    fn doubt_field(&mut self, field: &CustomField, kind: CustomFieldKind, number: usize) {
        let wanted = match kind {
            CustomFieldKind::Checkbox => "Checkbox",
            CustomFieldKind::Text => "Text",
        };
        if !field.kind.eq_ignore_ascii_case(wanted) {
            self.report.warnings.push(format!(
                "the custom field {} is a {}, and must be a {wanted}: choose another name",
                field.caption, field.kind
            ));
        }
        if number > 1 {
            self.report.warnings.push(format!(
                "there are {number} custom fields {}: delete all but one in Manage",
                field.caption
            ));
        }
    }

    async fn workflows(&mut self) -> Result<(), PsaError> {
        let input = &self.link.input;
        let kind = self.client.manage.ticket_record_kind().await.map_err(told)?.ok_or_else(no_kind)?;
        let trigger = self.workflow(&input.workflow_trigger_name, kind, &defaults::trigger(input)).await?;
        let update = self.workflow(&input.workflow_update_name, kind, &defaults::update(input)).await?;
        let tickets = self.workflow(&input.workflow_tickets_name, kind, &defaults::tickets(input)).await?;
        self.actions(&tickets).await?;
        self.client.forget();
        for rule in [trigger, update, tickets] {
            self.try_out(&rule).await?;
        }
        Ok(())
    }

    /// The rule of this name with its events. A rule that has events belongs to the administrator.
    async fn workflow(&mut self, name: &str, kind: i64, events: &[Event]) -> Result<Rule, PsaError> {
        let name = name.trim();
        let found = self.client.manage.workflow(name).await.map_err(told)?;
        let made = found.is_none();
        let workflow = match found {
            Some(workflow) => workflow,
            None => self.make_workflow(name, kind).await?,
        };
        if workflow.record_kind.as_ref().is_some_and(|found| found.id != kind) {
            self.report
                .warnings
                .push(format!("the workflow rule {name} is not about service tickets: choose another name"));
        }
        let mut there = self.client.manage.events(workflow.id).await.map_err(told)?;
        if there.is_empty() {
            for event in events {
                there.push(self.make_event(&workflow, event).await?);
            }
        } else if there.len() < events.len() {
            self.report.warnings.push(format!(
                "the workflow rule {name} has {} of {} events: add what is missing, or delete it to have it made anew",
                there.len(),
                events.len()
            ));
        }
        self.need(format!("workflow rule {name}"), made);
        Ok(Rule { workflow, events: there })
    }

    async fn make_workflow(&mut self, name: &str, kind: i64) -> Result<Workflow, PsaError> {
        let new = NewWorkflow { name: name.to_owned(), record_kind: kind };
        let made = match self.client.manage.create_workflow(&new).await {
            Err(ManageError::OutcomeUnknown(cause)) => {
                let found = self.client.manage.workflow(name).await.map_err(told)?;
                found.ok_or(ManageError::OutcomeUnknown(cause)).map_err(told)?
            }
            other => other.map_err(told)?,
        };
        self.made.workflows.push((made.id, name.to_owned()));
        Ok(made)
    }

    async fn make_event(&self, workflow: &Workflow, event: &Event) -> Result<WorkflowEvent, PsaError> {
        let new = NewEvent { name: event.name.to_owned(), condition: event.condition.clone() };
        match self.client.manage.create_event(workflow.id, &new).await {
            Err(ManageError::OutcomeUnknown(cause)) => {
                let events = self.client.manage.events(workflow.id).await.map_err(told)?;
                let found = events.into_iter().find(|found| found.name == event.name);
                found.ok_or(ManageError::OutcomeUnknown(cause)).map_err(told)
            }
            other => other.map_err(told),
        }
    }

    /// An event without any action gets one that sets a status of the first board; by name it serves all boards.
    async fn actions(&mut self, rule: &Rule) -> Result<(), PsaError> {
        let manage = &self.client.manage;
        let kinds = manage.action_kinds(rule.workflow.id).await.map_err(told)?;
        let kind = kinds.into_iter().find(|kind| kind.to_lowercase().contains("status"));
        for (place, event) in rule.events.iter().enumerate() {
            let there = manage.actions(rule.workflow.id, event.id).await.map_err(told)?;
            if !there.is_empty() {
                continue;
            }
            let status = self.status_for(defaults::state_of(&event.name, place)).await?;
            let (Some(kind), Some(status)) = (&kind, status) else {
                let event = &event.name;
                self.report
                    .warnings
                    .push(format!("no status fits the event {event}: give it an action in Manage"));
                continue;
            };
            let made = manage.create_status_action(rule.workflow.id, event.id, kind, status.id).await;
            if let Err(error) = made {
                // The rule works without it; what is missing is told rather than tried again blindly.
                self.report.warnings.push(format!("the event {} has no action: {error}", event.name));
                continue;
            }
            self.need(format!("action “{} {}” of the event {}", kind, status.name, event.name), true);
        }
        Ok(())
    }

    async fn status_for(&self, state: AlertState) -> Result<Option<Status>, PsaError> {
        for board in self.client.manage.boards().await.map_err(told)?.iter().filter(|board| !board.is_project)
        {
            let statuses = self.client.manage.statuses(board.id).await.map_err(told)?;
            let named = |name: &&str| {
                statuses.iter().find(|status| !status.inactive && status.name.eq_ignore_ascii_case(name))
            };
            let found = defaults::preferred(state).iter().find_map(named);
            let closing = || statuses.iter().find(|status| status.closes && !status.inactive);
            let found = found.or_else(|| closing().filter(|_| state == AlertState::Closed));
            if let Some(found) = found {
                return Ok(Some(found.clone()));
            }
        }
        Ok(None)
    }

    /// A condition that Manage does not understand shows only when it is evaluated.
    async fn try_out(&mut self, rule: &Rule) -> Result<(), PsaError> {
        for event in &rule.events {
            let (_, warning) = rules::holds(self.client, rule, event).await?;
            self.report.warnings.extend(warning);
        }
        Ok(())
    }
}

fn told(error: ManageError) -> PsaError {
    trouble(error, None)
}

fn no_pod() -> PsaError {
    PsaError::Person {
        field: Some("custom_field_retrieved".into()),
        message: "Manage does not tell which screen area the custom fields of tickets belong to: make any one custom field for service tickets by hand, then enable again".into(),
    }
}

fn no_kind() -> PsaError {
    PsaError::Person {
        field: Some("workflow_trigger_name".into()),
        message: "Manage lists no kind of workflow rule for service tickets: use rules mode, or ask for the right Table Setup".into(),
    }
}
