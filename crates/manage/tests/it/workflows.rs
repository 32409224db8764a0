//! Workflow rules: made, found, evaluated; never run.

use crate::world::setting;
use manage::{ManageError, NewEvent, NewWorkflow, model::CustomFieldKind};
use serde_json::json;

const NAME: &str = "Tandem - Trigger Alerts";

#[tokio::test]
async fn a_rule_is_made_inactive_evaluated_and_found_again() {
    let world = setting(|_| {}).await;
    let manage = &world.manage;
    assert!(manage.workflow(NAME).await.unwrap().is_none());
    let kind = manage.ticket_record_kind().await.unwrap().unwrap();
    let field =
        manage.create_custom_field(9, "TandemRetrieved_c", CustomFieldKind::Checkbox, 2).await.unwrap();
    let rule = manage.create_workflow(&NewWorkflow { name: NAME.into(), record_kind: kind }).await.unwrap();
    assert!(!rule.active);
    let condition = "TandemRetrieved_c = false and status/name = \"New (not responded)\" and ageMinutes < 60";
    let event = manage
        .create_event(rule.id, &NewEvent { name: "New".into(), condition: condition.into() })
        .await
        .unwrap();
    assert_eq!(manage.events(rule.id).await.unwrap(), std::slice::from_ref(&event));
    assert_eq!(manage.evaluate(rule.id, event.id, None).await.unwrap().ids, [1, 2, 3, 4, 5, 6]);

    let seen =
        manage::model::TicketChange { custom_fields: vec![(field.id, json!(true))], ..Default::default() };
    manage.change_ticket(2, &seen).await.unwrap();
    assert_eq!(manage.evaluate(rule.id, event.id, None).await.unwrap().ids, [1, 3, 4, 5, 6]);
    assert_eq!(manage.workflow(NAME).await.unwrap().unwrap().id, rule.id);

    let refused = manage.delete_custom_field(field.id).await.unwrap_err();
    assert!(matches!(refused, ManageError::Conflict(_)), "{refused}");
    assert!(manage.delete_workflow(rule.id).await.unwrap());
    assert!(manage.delete_custom_field(field.id).await.unwrap());
}

#[tokio::test]
async fn an_unknown_column_is_reported_until_it_is_named() {
    let world = setting(|world| {
        world.quirks.id_column = "Vorgang";
        world.add("workflows", json!({"name": NAME, "activateFlag": false}));
        world.add("events", json!({"name": "New", "eventCondition": "id < 3", "parentId": 1}));
    })
    .await;
    let found = world.manage.evaluate(1, 1, None).await.unwrap();
    assert_eq!((found.ids.len(), found.unreadable.len()), (0, 2));
    assert_eq!(world.manage.evaluate(1, 1, Some("vorgang")).await.unwrap().ids, [1, 2]);
}

#[tokio::test]
async fn every_page_of_matches_is_read() {
    let world = setting(|world| {
        for _ in 0..1_300 {
            world.new_ticket("Flood");
        }
        world.add("workflows", json!({"name": NAME, "activateFlag": false}));
        world.add("events", json!({"name": "New", "eventCondition": "summary = \"Flood\"", "parentId": 1}));
    })
    .await;
    assert_eq!(world.manage.evaluate(1, 1, None).await.unwrap().ids.len(), 1_300);
}

#[tokio::test]
async fn a_condition_that_manage_does_not_understand_shows_when_it_is_evaluated() {
    let world = setting(|_| {}).await;
    let rule =
        world.manage.create_workflow(&NewWorkflow { name: NAME.into(), record_kind: 2 }).await.unwrap();
    let event = world
        .manage
        .create_event(rule.id, &NewEvent { name: "New".into(), condition: "who knows".into() })
        .await
        .unwrap();
    let error = world.manage.evaluate(rule.id, event.id, None).await.unwrap_err();
    assert!(matches!(error, ManageError::Rejected(_)), "{error}");
}

#[tokio::test]
async fn actions_become_changes_and_what_the_api_cannot_do_is_told() {
    let world = setting(|world| {
        world.add("workflows", json!({"name": NAME, "activateFlag": false}));
        world.add("events", json!({"name": "Closed", "eventCondition": "id > 0", "parentId": 1}));
        world.add("actions", json!({"grandParentId": 1, "parentId": 1, "notifyType": {"id": 2, "name": "Send Email"}, "subject": "hello"}));
    })
    .await;
    let made = world.manage.create_status_action(1, 1, "Change Status", 5).await.unwrap();
    let actions = world.manage.actions(1, 1).await.unwrap();
    assert_eq!(actions.len(), 2);
    assert_eq!(actions[0].change(), None, "mail cannot be sent for a rule");
    assert_eq!(actions[1], made);
    let changed = world.manage.change_ticket(1, &made.change().unwrap()).await.unwrap();
    assert_eq!(changed.ticket.status.unwrap().name, "Resolved");
}
