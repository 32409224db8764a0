//! Workflow rules: found or made, evaluated by `…/test`, never run (the API has no call for that).

use crate::{
    client::Manage,
    conditions::field,
    error::ManageError,
    model::{ActionField, Matches, Workflow, WorkflowAction, WorkflowEvent},
    query::Query,
    wire::workflow::{WireAction, WireActionField, WireEvent, WireWorkflow, matched_id},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const WORKFLOWS: &str = "/system/workflows";

/// A rule to be made; it stays inactive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWorkflow {
    /// Its name.
    pub name: String,
    /// The kind of record, by id: see [`Manage::ticket_record_kind`].
    pub record_kind: i64,
}

/// An event to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its name.
    pub name: String,
    /// Its condition, in whatever language the instance understands.
    pub condition: String,
}

impl Manage {
    /// The rule with this name.
    pub async fn workflow(&self, name: &str) -> Result<Option<Workflow>, ManageError> {
        let query = Query::matching(field("name").equals(name));
        let rows = self.list::<WireWorkflow>(WORKFLOWS, &query).await?;
        let found = rows.into_iter().map(Workflow::from);
        Ok(found
            .filter(|workflow| workflow.name.eq_ignore_ascii_case(name))
            .min_by_key(|workflow| workflow.id))
    }

    /// The id of the kind of record that service tickets are to workflow rules; its name is nowhere published.
    pub async fn ticket_record_kind(&self) -> Result<Option<i64>, ManageError> {
        #[derive(Deserialize)]
        struct Kind {
            id: i64,
            name: Option<String>,
            identifier: Option<String>,
        }
        let kinds = self.list::<Kind>("/system/workflows/tableTypes", &Query::new()).await?;
        let is_ticket = |kind: &&Kind| {
            let says = |text: &Option<String>, wanted: &str| {
                text.as_deref().is_some_and(|text| text.to_lowercase().contains(wanted))
            };
            (says(&kind.name, "service") && says(&kind.name, "ticket")) || says(&kind.identifier, "ticket")
        };
        Ok(kinds.iter().find(is_ticket).map(|kind| kind.id))
    }

    /// Makes a rule. Look for it first: making twice makes two.
    pub async fn create_workflow(&self, new: &NewWorkflow) -> Result<Workflow, ManageError> {
        let body = json!({
            "name": new.name, "tableType": {"id": new.record_kind}, "activateFlag": false,
            "batchInterval": 5, "batchFrequencyUnit": "Minutes", "batchSchedule": "AnyTime",
        });
        self.create::<WireWorkflow>(WORKFLOWS, body).await.map(Workflow::from)
    }

    /// Deletes a rule; says whether it was still there.
    pub async fn delete_workflow(&self, id: i64) -> Result<bool, ManageError> {
        self.delete(&format!("{WORKFLOWS}/{id}")).await
    }

    /// The events of a rule, in the order of their ids.
    pub async fn events(&self, workflow: i64) -> Result<Vec<WorkflowEvent>, ManageError> {
        let rows = self.list::<WireEvent>(&format!("{WORKFLOWS}/{workflow}/events"), &Query::new()).await?;
        Ok(rows.into_iter().map(WorkflowEvent::from).collect())
    }

    /// Makes an event. Evaluate it afterwards: a condition that Manage does not understand shows only then.
    pub async fn create_event(&self, workflow: i64, new: &NewEvent) -> Result<WorkflowEvent, ManageError> {
        let body = json!({
            "name": new.name, "eventCondition": new.condition, "executionTime": "Continuously",
            "frequencyUnit": "Minutes", "frequencyOfExecution": 5,
        });
        self.create::<WireEvent>(&format!("{WORKFLOWS}/{workflow}/events"), body)
            .await
            .map(WorkflowEvent::from)
    }

    /// Which records an event's condition holds for, now. `column` names the column with the id where it is none
    /// of the known ones.
    pub async fn evaluate(
        &self,
        workflow: i64,
        event: i64,
        column: Option<&str>,
    ) -> Result<Matches, ManageError> {
        let path = format!("{WORKFLOWS}/{workflow}/events/{event}/test");
        let rows: Vec<Value> = self.list_by_number(&path, &Query::new()).await?;
        let mut ids = BTreeSet::new();
        let mut unreadable = Vec::new();
        for row in rows {
            match matched_id(&row, column) {
                Some(id) => drop(ids.insert(id)),
                None => unreadable.push(row),
            }
        }
        Ok(Matches { ids: ids.into_iter().collect(), unreadable })
    }

    /// What an event does.
    pub async fn actions(&self, workflow: i64, event: i64) -> Result<Vec<WorkflowAction>, ManageError> {
        let path = format!("{WORKFLOWS}/{workflow}/events/{event}/actions");
        Ok(self
            .list::<WireAction>(&path, &Query::new())
            .await?
            .into_iter()
            .map(WorkflowAction::from)
            .collect())
    }

    /// The values that an action gives to custom fields. Manage keeps them beside the action; versions without the
    /// call have none.
    pub async fn action_fields(&self, event: i64, action: i64) -> Result<Vec<ActionField>, ManageError> {
        let path = format!("{WORKFLOWS}/userdefinedfields/events/{event}/actions/{action}");
        match self.list::<WireActionField>(&path, &Query::new()).await {
            Ok(rows) => Ok(rows.into_iter().filter_map(WireActionField::read).collect()),
            Err(ManageError::NotFound(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// The kinds of actions that a rule may have, by the names that people see.
    pub async fn action_kinds(&self, workflow: i64) -> Result<Vec<String>, ManageError> {
        #[derive(Deserialize)]
        struct Kind {
            name: Option<String>,
        }
        let path = format!("{WORKFLOWS}/{workflow}/notifyTypes");
        let rows = self.list::<Kind>(&path, &Query::new()).await?;
        Ok(rows.into_iter().filter_map(|kind| kind.name).collect())
    }

    /// Makes an action that gives tickets a status (and nothing else). `kind` is one of the rule's action kinds.
    pub async fn create_status_action(
        &self,
        workflow: i64,
        event: i64,
        kind: &str,
        status: i64,
    ) -> Result<WorkflowAction, ManageError> {
        let path = format!("{WORKFLOWS}/{workflow}/events/{event}/actions");
        let body = json!({"notifyType": {"name": kind}, "boardStatus": {"id": status}});
        self.create::<WireAction>(&path, body).await.map(WorkflowAction::from)
    }
}
