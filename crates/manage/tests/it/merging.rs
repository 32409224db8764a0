//! Copying and merging tickets, as people do it in Manage.

use crate::simulator::ask;
use reqwest::Method;
use sandbox::manage::{Manage as Simulator, World};
use serde_json::{Value, json};

async fn post(simulator: &Simulator, path: &str, body: Option<Value>) -> (u16, Value) {
    let (status, _, body) = ask(simulator, Method::POST, path, body).await;
    (status, body)
}

async fn get(simulator: &Simulator, path: &str) -> Value {
    ask(simulator, Method::GET, path, None).await.2
}

#[tokio::test]
async fn a_copy_is_a_new_ticket() {
    let simulator = Simulator::start(World::seeded()).await.unwrap();
    simulator.with(|world| {
        assert!(world.set_status(1, ">Closed", "jdoe"));
        world.row_mut("tickets", 1).unwrap()["customFields"][0]["value"] = json!("12 b");
    });
    let (status, copy) = post(&simulator, "/service/tickets/1/copy", None).await;
    assert_eq!((status, copy["id"].as_i64()), (200, Some(7)));
    let from = get(&simulator, "/service/tickets/1").await;
    for same in ["summary", "company", "board", "priority"] {
        assert_eq!(copy[same], from[same], "{same}");
    }
    assert_eq!(
        (copy["status"]["name"].as_str(), &copy["closedFlag"]),
        (Some("New (not responded)"), &json!(false))
    );
    assert_eq!(copy["customFields"][0]["value"], Value::Null, "values are the ticket's own");
    assert_eq!(post(&simulator, "/service/tickets/99/copy", None).await.0, 404);
}

#[tokio::test]
async fn merged_tickets_name_the_one_that_they_went_into() {
    let simulator = Simulator::start(World::seeded()).await.unwrap();
    let wanted = json!({"mergeTicketIds": [1, 3], "status": {"name": ">Closed"}});
    let (status, parent) = post(&simulator, "/service/tickets/2/merge", Some(wanted.clone())).await;
    assert_eq!(
        (status, parent["id"].as_i64(), &parent["hasMergedChildTicketFlag"]),
        (200, Some(2), &json!(true))
    );
    for child in [1, 3] {
        let child = get(&simulator, &format!("/service/tickets/{child}")).await;
        assert_eq!(child["mergedParentTicket"]["id"], 2);
        assert_eq!((child["status"]["name"].as_str(), &child["closedFlag"]), (Some(">Closed"), &json!(true)));
    }
    let notes = get(&simulator, "/service/tickets/2/notes").await;
    assert!(
        notes[0]["text"].as_str().unwrap().starts_with("It began") && notes[0]["mergedFlag"] == true,
        "{notes}"
    );
    assert_eq!(post(&simulator, "/service/tickets/2/merge", Some(wanted)).await.0, 400, "only once");
}

#[tokio::test]
async fn a_merge_is_done_whole_or_not_at_all() {
    let simulator = Simulator::start(World::seeded()).await.unwrap();
    let closed = json!({"name": ">Closed"});
    for (body, status, field) in [
        (json!({"status": closed}), 400, "mergeTicketIds"),
        (json!({"mergeTicketIds": [], "status": closed}), 400, "mergeTicketIds"),
        (json!({"mergeTicketIds": [1]}), 400, "status"),
        (json!({"mergeTicketIds": [1, 99], "status": closed}), 404, ""),
        (json!({"mergeTicketIds": [1, 2], "status": closed}), 400, ""),
        (json!({"mergeTicketIds": [1], "status": {"name": "Nowhere"}}), 400, "status"),
    ] {
        let (found, answer) = post(&simulator, "/service/tickets/2/merge", Some(body.clone())).await;
        assert_eq!(found, status, "{body}: {answer}");
        assert_eq!(answer["errors"][0]["field"].as_str().unwrap_or_default(), field, "{body}");
    }
    assert!(get(&simulator, "/service/tickets/1").await.get("mergedParentTicket").is_none());
}
