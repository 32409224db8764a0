//! What the server functions of the set-up of a connector put together: one step's screen, and what was typed as
//! settings.

use super::{
    ApiError,
    connectors::{Part, SetupScreen, TypedConnection, TypedDetails, TypedMappings, TypedTickets},
    context::{refuse, told},
};
use domain::{
    account::Actor,
    alert::AlertState,
    connector::{
        Connector, ConnectorInput, Detail, Mode, NoteFlags, OwnerAssignment, Rule, StatusMapping, Winner,
    },
    ids::ConnectorId,
    secret::Secret,
};
use serde::de::DeserializeOwned;
use services::{Error, Result, Services};

/// One step of the set-up.
pub(super) async fn screen(
    services: &Services,
    actor: &Actor,
    id: ConnectorId,
    step: &str,
    tried: Option<TypedTickets>,
    preview: Option<AlertState>,
) -> Result<SetupScreen> {
    let connectors = services.connectors();
    let connector = connectors.get(actor, id).await?;
    let part = match step {
        "connection" => Part::Connection,
        "permissions" => Part::Permissions(connectors.test(actor, Some(id), connector.input.clone()).await?),
        "tickets" => {
            let dry_run = match tried {
                Some(typed) => Some(dry_run(services, actor, &connector, typed).await),
                None => None,
            };
            let categories = services.alerts().categories(actor).await?;
            let categories = categories.into_iter().map(|category| category.input.name).collect();
            Part::Tickets { categories, dry_run }
        }
        "mappings" => {
            let boards = match connector.input.mode {
                Mode::Rules => connectors.test(actor, Some(id), connector.input.clone()).await?.boards,
                Mode::Workflow => Vec::new(),
            };
            let preview = match preview {
                Some(state) => Some(connectors.preview(actor, id, state).await.map_err(told)),
                None => None,
            };
            Part::Mappings { boards, preview }
        }
        "people" => Part::People(connectors.members(actor, id).await.map_err(told)),
        "details" => Part::Details(Box::new(connectors.health(actor, id).await?)),
        "enable" => Part::Enable,
        _ => return Err(Error::NotFound("step")),
    };
    Ok(SetupScreen { connector, part })
}

async fn dry_run(
    services: &Services,
    actor: &Actor,
    connector: &Connector,
    typed: TypedTickets,
) -> std::result::Result<domain::connector::DryRun, ApiError> {
    let mut input = connector.input.clone();
    typed.put(&mut input);
    services.connectors().dry_run(actor, Some(connector.id), input).await.map_err(told)
}

/// Adds or changes a connection. A connection that does not work is not added. Answers also what stays in an instance
/// that the connector leaves.
pub(super) async fn save_connection(
    services: &Services,
    actor: &Actor,
    typed: &TypedConnection,
    private_key: String,
) -> Result<(Connector, Option<String>)> {
    let connectors = services.connectors();
    let old = match typed.id.as_str() {
        "" => None,
        id => {
            let id: ConnectorId = id.parse().map_err(|_| Error::NotFound("connector"))?;
            Some(connectors.get(actor, id).await?)
        }
    };
    let mut input = old.as_ref().map(|old| old.input.clone()).unwrap_or_default();
    let trimmed = |text: &str| text.trim().to_owned();
    input.name = trimmed(&typed.name);
    input.instance_uri = trimmed(&typed.instance_uri);
    input.company_id = trimmed(&typed.company_id);
    input.api_member_id = trimmed(&typed.api_member_id);
    input.public_key = trimmed(&typed.public_key);
    input.client_id = trimmed(&typed.client_id);
    input.private_key = match Secret::typed(Some(trimmed(&private_key))) {
        Secret::Kept if old.is_none() => Secret::Missing,
        key => key,
    };
    input.check().map_err(Error::Invalid)?;
    match old {
        Some(old) => {
            let changed = connectors.change(actor, old.id, input).await?;
            let moved = !old.input.same_instance(&changed.input);
            Ok((changed, old.left_behind(&old.made).filter(|_| moved)))
        }
        None => {
            let test = connectors.test(actor, None, input.clone()).await?;
            match (test.ok, test.field) {
                // A right that is missing is named by the next step, with its remedy.
                _ if test.member.is_some() || test.ok => Ok((connectors.add(actor, input).await?, None)),
                (_, Some(field)) => Err(Error::field(&field, test.message)),
                (_, None) => Err(Error::Unavailable(test.message)),
            }
        }
    }
}

/// Saves a part of the settings. A connector that is still being set up goes on to the `next` step.
pub(super) async fn save(
    services: &Services,
    actor: &Actor,
    id: &str,
    next: &str,
    put: impl FnOnce(&mut ConnectorInput),
) -> std::result::Result<String, ApiError> {
    let parsed: ConnectorId = id.parse().map_err(|_| refuse(Error::NotFound("connector")))?;
    let mut input = services.connectors().get(actor, parsed).await.map_err(refuse)?.input;
    put(&mut input);
    let changed = services.connectors().change(actor, parsed, input).await.map_err(told)?;
    if !changed.enabled {
        leptos_axum::redirect(&format!("/connectors/{id}/{next}"));
    }
    Ok(format!("Saved {}.", changed.input.name))
}

/// A word of a form as what it stands for; the default when it is none.
fn word<T: DeserializeOwned + Default>(text: &str) -> T {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap_or_default()
}

impl TypedTickets {
    /// Puts what was typed into the settings. Rules without any condition do not count.
    pub(super) fn put(self, input: &mut ConnectorInput) {
        let blank = |rule: &Rule| {
            [&rule.conditions, &rule.child_conditions, &rule.custom_field_conditions]
                .iter()
                .all(|text| text.trim().is_empty())
        };
        input.mode = word(&self.mode);
        if input.mode == Mode::Rules {
            input.rules = self.rules.into_iter().filter(|rule| !blank(rule)).collect();
            return;
        }
        let named = |to: &mut String, typed: String| *to = typed.trim().to_owned();
        named(&mut input.workflow_trigger_name, self.workflow_trigger_name);
        named(&mut input.workflow_update_name, self.workflow_update_name);
        named(&mut input.workflow_tickets_name, self.workflow_tickets_name);
        named(&mut input.custom_field_retrieved, self.custom_field_retrieved);
        named(&mut input.custom_field_status, self.custom_field_status);
        named(&mut input.custom_field_user, self.custom_field_user);
    }
}

impl TypedMappings {
    /// Puts what was typed into the settings. A board without a status does not count.
    pub(super) fn put(self, input: &mut ConnectorInput) {
        let on = |name: &str| self.switches.iter().any(|switch| switch == name);
        input.status_mapping = StatusMapping {
            cw_to_acknowledged: on("cw_to_acknowledged"),
            cw_to_closed: on("cw_to_closed"),
            acknowledged_to_cw: on("acknowledged_to_cw"),
            closed_to_cw: on("closed_to_cw"),
        };
        input.owner_assignment = word::<OwnerAssignment>(&self.owner_assignment);
        input.conflict_winner = word::<Winner>(&self.conflict_winner);
        if input.mode == Mode::Rules {
            let some = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
            let boards = self.boards.into_iter().map(|mut board| {
                board.acknowledged_status = some(board.acknowledged_status);
                board.closed_status = some(board.closed_status);
                board
            });
            input.board_status_mapping = boards
                .filter(|board| board.acknowledged_status.is_some() || board.closed_status.is_some())
                .collect();
        }
    }
}

impl TypedDetails {
    /// Puts what was typed into the settings.
    pub(super) fn put(self, input: &mut ConnectorInput) {
        let on = |name: &str| self.flags.iter().any(|flag| flag == name);
        input.note_flags = NoteFlags {
            discussion: on("discussion"),
            internal: on("internal"),
            resolution: on("resolution"),
            notify: on("notify"),
        };
        let known =
            |name: &String| serde_json::from_value::<Detail>(serde_json::Value::String(name.clone())).ok();
        input.additional_details = self.details.iter().filter_map(known).collect();
        input.poll_interval_seconds = self.poll_interval_seconds;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::connector::BoardStatus;

    #[test]
    fn unchecked_boxes_and_blank_rules_do_not_count() {
        let mut input = ConnectorInput::default();
        let typed = TypedTickets {
            mode: "rules".into(),
            rules: vec![
                Rule { category: "General".into(), ..Rule::default() },
                Rule {
                    conditions: "priority/name = \"P1\"".into(),
                    category: "Now".into(),
                    ..Rule::default()
                },
            ],
            ..TypedTickets::default()
        };
        typed.put(&mut input);
        assert_eq!((input.mode, input.rules.len()), (Mode::Rules, 1));
        let board = |board: &str, closed: &str| BoardStatus {
            board: board.into(),
            acknowledged_status: Some(String::new()),
            closed_status: Some(closed.into()),
        };
        let typed = TypedMappings {
            switches: vec!["closed_to_cw".into()],
            owner_assignment: "both".into(),
            conflict_winner: "tandem".into(),
            boards: vec![board("Service Desk", ""), board("Projects", "Closed")],
        };
        typed.put(&mut input);
        assert!(input.status_mapping.closed_to_cw && !input.status_mapping.cw_to_closed);
        assert_eq!((input.owner_assignment, input.conflict_winner), (OwnerAssignment::Both, Winner::Tandem));
        assert_eq!(
            input.board_status_mapping,
            [BoardStatus {
                board: "Projects".into(),
                acknowledged_status: None,
                closed_status: Some("Closed".into())
            }]
        );
        let typed = TypedDetails {
            flags: vec!["internal".into()],
            details: vec!["notes".into(), "nonsense".into()],
            poll_interval_seconds: 5,
        };
        typed.put(&mut input);
        assert_eq!(input.additional_details, [Detail::Notes]);
        assert!(input.note_flags.internal && !input.note_flags.discussion);
    }

    #[test]
    fn workflow_names_stay_when_rules_are_saved() {
        let mut input = ConnectorInput::default();
        TypedTickets { mode: "rules".into(), ..TypedTickets::default() }.put(&mut input);
        assert_eq!(input.custom_field_status, "TandemStatus_c");
    }
}
