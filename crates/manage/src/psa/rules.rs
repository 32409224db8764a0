//! Workflow rules: found by name, evaluated event by event.

use super::{
    clients::{Client, Rule},
    defaults,
    words::trouble,
};
use crate::{error::ManageError, model::WorkflowEvent};
use domain::alert::AlertState;
use services::ports::psa::{Link, PsaError};
use std::collections::{BTreeMap, BTreeSet};

/// A rule of the connector, as far as it is there.
pub(super) async fn find(client: &Client, name: &str) -> Result<Option<Rule>, PsaError> {
    let (key, now) = (name.to_lowercase(), client.now());
    if let Some(known) = client.rules.get(&key, now) {
        return Ok(known);
    }
    let told = |error| trouble(error, None);
    let rule = match client.manage.workflow(name).await.map_err(told)? {
        Some(workflow) => {
            let events = client.manage.events(workflow.id).await.map_err(told)?;
            Some(Rule { workflow, events })
        }
        None => None,
    };
    client.rules.keep(key, now, rule.clone());
    Ok(rule)
}

/// A rule that must be there. `setting` holds its name.
pub(super) async fn needed(client: &Client, name: &str, setting: &str) -> Result<Rule, PsaError> {
    let missing = || PsaError::Person {
        field: Some(setting.to_owned()),
        message: format!(
            "Manage has no workflow rule named {name}: enable the connector again, which makes it"
        ),
    };
    find(client, name).await?.ok_or_else(missing)
}

/// Which tickets an event holds for, and what could not be read of its answer.
pub(super) async fn holds(
    client: &Client,
    rule: &Rule,
    event: &WorkflowEvent,
) -> Result<(Vec<i64>, Option<String>), PsaError> {
    let name = &rule.workflow.name;
    match client.manage.evaluate(rule.workflow.id, event.id, None).await {
        Ok(found) => {
            let odd = found.unreadable.first().map(|row| {
                let columns: Vec<&String> = row.as_object().into_iter().flat_map(|row| row.keys()).collect();
                format!("the test of the event {} of {name} answers rows without a ticket number; their columns are {columns:?}", event.name)
            });
            Ok((found.ids, odd))
        }
        // Somebody wrote a condition that Manage cannot use: the other events go on.
        Err(ManageError::Rejected(refusal)) => Ok((
            Vec::new(),
            Some(format!(
                "Manage does not understand the condition of the event {} of {name} ({refusal}): correct it in Manage",
                event.name
            )),
        )),
        Err(ManageError::NotFound(_)) => {
            client.forget();
            Err(PsaError::Later {
                message: format!("the event {} of {name} was removed in Manage meanwhile", event.name),
                after: None,
            })
        }
        Err(error) => Err(trouble(error, None)),
    }
}

/// Tickets by number, each with the place and the name of the first event that holds for it, and warnings.
pub(super) async fn chosen(
    client: &Client,
    link: &Link,
) -> Result<(BTreeMap<i64, String>, Vec<String>), PsaError> {
    let rule = needed(client, &link.input.workflow_trigger_name, "workflow_trigger_name").await?;
    let (mut chosen, mut warnings) = (BTreeMap::new(), Vec::new());
    for event in &rule.events {
        let (ids, warning) = holds(client, &rule, event).await?;
        warnings.extend(warning);
        for id in ids {
            chosen.entry(id).or_insert_with(|| format!("the event {} of {}", event.name, rule.workflow.name));
        }
    }
    Ok((chosen, warnings))
}

/// What tickets say about their alerts, by the events of the update rule.
#[derive(Debug, Default)]
pub(super) struct Sayings {
    states: BTreeMap<i64, AlertState>,
    /// Events that could not be asked.
    pub(super) warnings: Vec<String>,
}

impl Sayings {
    pub(super) async fn read(client: &Client, link: &Link) -> Result<Self, PsaError> {
        let rule = needed(client, &link.input.workflow_update_name, "workflow_update_name").await?;
        let mut sayings = Self::default();
        for (place, event) in rule.events.iter().enumerate() {
            let state = defaults::state_of(&event.name, place);
            // What is not carried over would be found again in every poll, for nothing.
            let mapping = link.input.status_mapping;
            let wanted = match state {
                AlertState::Closed => mapping.cw_to_closed,
                AlertState::Open | AlertState::Acknowledged => mapping.cw_to_acknowledged,
            };
            if !wanted {
                continue;
            }
            let (ids, warning) = holds(client, &rule, event).await?;
            sayings.warnings.extend(warning);
            for id in ids {
                let said = sayings.states.entry(id).or_insert(state);
                // What is closed was acknowledged on the way.
                *said = (*said).max(state);
            }
        }
        Ok(sayings)
    }

    pub(super) fn of(&self, ticket: i64) -> Option<AlertState> {
        self.states.get(&ticket).copied()
    }

    /// Tickets that say something and are not among `known`.
    pub(super) fn beyond(&self, known: &BTreeSet<i64>) -> Vec<i64> {
        self.states.keys().copied().filter(|id| !known.contains(id)).collect()
    }
}
