//! Workflow mode makes what is missing, once, and takes only that away again.

use super::place;
use serde_json::json;
use services::ports::Psa as _;

#[tokio::test]
async fn what_is_missing_is_made_once_and_hidden() {
    let mut place = place(|_| {}).await;
    let report = place.set_up().await;
    assert_eq!(report.warnings, Vec::<String>::new());
    assert_eq!(place.link.made.custom_fields.len(), 3);
    assert_eq!(place.link.made.workflows.len(), 3);
    place.simulator.with(|world| {
        let events: Vec<usize> = place
            .link
            .made
            .workflows
            .iter()
            .map(|(id, _)| world.rows("events").iter().filter(|event| event["parentId"] == *id).count())
            .collect();
        assert_eq!(events, [3, 2, 2]);
        assert_eq!(world.rows("actions").len(), 2);
        assert!(
            world.rows("workflows").iter().all(|rule| rule["activateFlag"] == false),
            "they stay inactive"
        );
        let ours = |field: &&serde_json::Value| field["caption"] != "Room";
        assert!(
            world
                .rows("userDefinedFields")
                .iter()
                .filter(ours)
                .all(|field| field["displayOnScreenFlag"] == false)
        );
    });
    let writes = place.writes();
    let again = place.set_up().await;
    assert!(again.needs.iter().all(|need| !need.made), "{again:?}");
    assert_eq!(place.writes(), writes, "nothing is written the second time");
}

#[tokio::test]
async fn hand_edited_rules_and_other_names_are_respected() {
    let mut place = place(|_| {}).await;
    place.link.input.workflow_trigger_name = "Pager".into();
    place.link.input.custom_field_user = "PagerUser_c".into();
    place.set_up().await;
    place.simulator.with(|world| {
        let id = world.rows("events").first().unwrap()["id"].as_i64().unwrap();
        world.row_mut("events", id).unwrap()["eventCondition"] = json!("status/name = \"In Progress\"");
    });
    place.later();
    place.set_up().await;
    place.simulator.with(|world| {
        let first = world.rows("events").first().unwrap().clone();
        assert_eq!(first["eventCondition"], "status/name = \"In Progress\"");
        assert!(world.rows("workflows").iter().any(|rule| rule["name"] == "Pager"));
        assert!(world.rows("userDefinedFields").iter().any(|field| field["caption"] == "PagerUser_c"));
    });
}

#[tokio::test]
async fn a_lost_answer_makes_nothing_twice() {
    use sandbox::manage::{Fault, FaultKind};
    let mut place = place(|world| {
        world.faults = vec![
            Fault::on("userDefinedFields", FaultKind::DropAfter).method("POST").times(1),
            Fault::on("system/workflows", FaultKind::DropAfter).method("POST").times(2),
        ];
    })
    .await;
    place.set_up().await;
    place.simulator.with(|world| {
        assert_eq!(world.rows("userDefinedFields").len(), 4, "three and the customer's own");
        assert_eq!((world.rows("workflows").len(), world.rows("events").len()), (3, 7));
    });
}

#[tokio::test]
async fn a_condition_that_manage_does_not_understand_is_a_warning_with_the_event() {
    let mut place = place(|_| {}).await;
    place.set_up().await;
    place.simulator.with(|world| {
        let id = world.rows("events").first().unwrap()["id"].as_i64().unwrap();
        world.row_mut("events", id).unwrap()["eventCondition"] = json!("((");
    });
    place.later();
    let report = place.set_up().await;
    assert!(report.warnings[0].contains("New ticket") && report.warnings[0].contains("correct it in Manage"));
}

#[tokio::test]
async fn without_any_custom_field_the_remedy_is_named() {
    let mut place = place(|world| {
        world.remove("userDefinedFields", 1);
        for id in 1..=6 {
            world.row_mut("tickets", id).unwrap()["customFields"] = json!([]);
        }
    })
    .await;
    let error = place.psa.set_up(&place.link, &|_| {}).await.0.unwrap_err();
    assert!(error.to_string().contains("by hand"), "{error}");
    place.link.input.mode = domain::connector::Mode::Rules;
    let report = place.set_up().await;
    assert!(report.needs.is_empty(), "rules mode writes nothing");
    assert_eq!(place.writes(), 0);
}

#[tokio::test]
async fn only_what_was_made_is_taken_down() {
    let mut place = place(|_| {}).await;
    place.set_up().await;
    let made =
        place.psa.register_callback(&place.link, "http://127.0.0.1:1/callbacks/manage/x").await.unwrap();
    place.link.made.callbacks = made.callbacks;
    let taken = place.psa.take_down(&place.link).await.unwrap();
    assert_eq!(taken, services::ports::psa::TakenDown::default());
    place.link.made = taken.left;
    place.simulator.with(|world| {
        assert_eq!(world.rows("userDefinedFields").len(), 1, "the customer's own stays");
        assert!(world.rows("workflows").is_empty() && world.rows("callbacks").is_empty());
    });
    place.simulator.with(|world| world.set_right("Table Setup", "deleteLevel", "None"));
    place.set_up().await;
    assert!(place.psa.take_down(&place.link).await.is_err(), "nothing could be removed, and that is said");
}

#[tokio::test]
async fn a_callback_of_somebody_else_is_never_taken_down() {
    let mut place = place(|_| {}).await;
    let url = "http://127.0.0.1:1/callbacks/manage/x";
    let made = place.psa.register_callback(&place.link, url).await.unwrap();
    let number = made.callbacks[0].0;
    // The number of one that is gone may have come to another since.
    place.simulator.with(|world| {
        world.row_mut("callbacks", number).unwrap()["url"] = json!("https://else.example/?recordId=");
    });
    place.link.made.callbacks = vec![(number, url.to_owned()), (number + 7, url.to_owned())];
    let taken = place.psa.take_down(&place.link).await.unwrap();
    assert_eq!(taken, services::ports::psa::TakenDown::default(), "none of it is ours any more");
    place.simulator.with(|world| assert_eq!(world.rows("callbacks").len(), 1));
}

#[tokio::test]
async fn what_is_left_is_told_with_the_reason() {
    use sandbox::manage::{Fault, FaultKind};
    let mut place = place(|_| {}).await;
    for url in ["http://127.0.0.1:1/callbacks/manage/x", "http://127.0.0.1:2/callbacks/manage/x"] {
        let made = place.psa.register_callback(&place.link, url).await.unwrap();
        place.link.made.callbacks.extend(made.callbacks);
    }
    let stuck = place.link.made.callbacks[0].clone();
    let path = format!("callbacks/{}", stuck.0);
    let fault = Fault::on(&path, FaultKind::Status { status: 409 }).method("DELETE");
    place.simulator.with(|world| world.faults.push(fault));
    let taken = place.psa.take_down(&place.link).await.unwrap();
    assert_eq!(taken.left.callbacks, [stuck]);
    assert!(taken.why.unwrap().contains("another record"));
}
