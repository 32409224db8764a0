//! Reading and changing tickets.

use crate::world::{field, setting};
use manage::{ManageError, Reference, model::TicketChange};
use serde_json::json;

fn status(name: &str) -> TicketChange {
    TicketChange { status: Some(Reference::Name(name.into())), ..TicketChange::default() }
}

#[tokio::test]
async fn a_ticket_is_read_in_our_words() {
    let world = setting(|world| {
        let ticket = world.row_mut("tickets", 1).unwrap();
        ticket["summary"] = json!("Odd\u{0}\u{200b} characters\u{1b}[31m");
        ticket["_info"]["lastUpdated"] = json!("2026-11-23T08:00:05Z");
    })
    .await;
    let ticket = world.manage.ticket(1).await.unwrap();
    assert_eq!(ticket.summary, "Odd characters[31m");
    assert_eq!(ticket.status.unwrap().name, "New (not responded)");
    assert_eq!(ticket.company.unwrap().identifier.as_deref(), Some("BrightDental"));
    assert_eq!(ticket.mark.updated_at, Some("2026-11-23T08:00:05Z".parse().unwrap()));
    assert!(!ticket.closed && !ticket.is_project);
    assert!(ticket.custom_fields.iter().any(|field| field.caption == "Room" && field.value.is_null()));
}

#[tokio::test]
async fn a_ticket_without_info_is_read() {
    let world = setting(|world| world.quirks.without_info = true).await;
    assert_eq!(world.manage.ticket(1).await.unwrap().mark, manage::model::Mark::default());
}

#[tokio::test]
async fn a_status_is_found_on_the_tickets_own_board() {
    let world = setting(|world| {
        let (board, status) = (world.reference("boards", 2), world.reference("statuses", 7));
        let ticket = world.row_mut("tickets", 2).unwrap();
        ticket["board"] = board;
        ticket["status"] = status;
    })
    .await;
    let changed = world.manage.change_ticket(2, &status("acknowledged")).await.unwrap();
    assert_eq!(changed.written, ["status"]);
    assert_eq!(changed.ticket.status.unwrap().id, 8, "the second board's, not the first's");
}

#[tokio::test]
async fn what_is_so_already_is_not_written() {
    let world = setting(|_| {}).await;
    assert_eq!(world.manage.change_ticket(1, &status("Acknowledged")).await.unwrap().written, ["status"]);
    assert!(world.manage.change_ticket(1, &status("Acknowledged")).await.unwrap().written.is_empty());
    assert_eq!(world.asked("PATCH", "tickets/1"), 1);
}

#[tokio::test]
async fn closing_is_seen_in_the_answer() {
    let world = setting(|_| {}).await;
    let closed = world.manage.change_ticket(1, &status(">Closed")).await.unwrap().ticket;
    assert!(closed.closed && closed.closed_at.is_some());
    let reopened = world.manage.change_ticket(1, &status("In Progress")).await.unwrap().ticket;
    assert!(!reopened.closed && reopened.closed_at.is_none());
}

#[tokio::test]
async fn a_status_that_the_board_does_not_have_names_the_setting() {
    let world = setting(|_| {}).await;
    let error = world.manage.change_ticket(1, &status("Vanished")).await.unwrap_err();
    assert_eq!(field(&error), "board_status_mapping");
    assert_eq!(world.asked("PATCH", ""), 0);
}

#[tokio::test]
async fn a_false_success_is_recognised() {
    let world = setting(|world| world.quirks.ignores_status = true).await;
    let error = world.manage.change_ticket(1, &status("Acknowledged")).await.unwrap_err();
    assert_eq!(error, ManageError::NotApplied(vec!["status".into()]));
}

#[tokio::test]
async fn another_board_brings_its_own_status() {
    let world = setting(|_| {}).await;
    let change = TicketChange {
        board: Some(Reference::Id(2)),
        status: Some(Reference::Name("Resolved".into())),
        ..TicketChange::default()
    };
    let moved = world.manage.change_ticket(1, &change).await.unwrap().ticket;
    assert_eq!((moved.board.unwrap().id, moved.status.unwrap().id), (2, 11));
}

#[tokio::test]
async fn custom_fields_of_others_keep_their_values() {
    for pairs_only in [false, true] {
        let world = setting(|world| {
            world.quirks.pairs_only = pairs_only;
            world.row_mut("tickets", 1).unwrap()["customFields"][0]["value"] = json!("Attic");
        })
        .await;
        let field = world
            .manage
            .create_custom_field(9, "TandemStatus_c", manage::model::CustomFieldKind::Text, 2)
            .await
            .unwrap();
        let change = TicketChange {
            custom_fields: vec![(field.id, json!("Acknowledged"))],
            ..TicketChange::default()
        };
        let changed = world.manage.change_ticket(1, &change).await.unwrap();
        assert_eq!(changed.ticket.custom("TandemStatus_c").unwrap().value, "Acknowledged");
        assert_eq!(changed.ticket.custom("Room").unwrap().value, "Attic");
        assert!(world.manage.change_ticket(1, &change).await.unwrap().written.is_empty(), "once is enough");
    }
}

#[tokio::test]
async fn the_pod_of_tickets_is_found_on_old_and_new_versions() {
    let new = setting(|world| world.quirks.newest = true).await;
    assert_eq!(new.manage.ticket_pod().await.unwrap(), Some(9));
    let old = setting(|_| {}).await;
    assert_eq!(old.manage.ticket_pod().await.unwrap(), Some(9), "a custom field of a ticket tells");
    let bare = setting(|world| {
        world.remove("userDefinedFields", 1);
        for id in 1..=6 {
            world.row_mut("tickets", id).unwrap()["customFields"] = json!([]);
        }
    })
    .await;
    assert_eq!(bare.manage.ticket_pod().await.unwrap(), None);
}

#[tokio::test]
async fn a_merged_ticket_says_so() {
    let world = setting(|world| {
        world.row_mut("tickets", 4).unwrap()["mergedParentTicket"] = json!({"id": 2, "summary": "the other"});
    })
    .await;
    assert_eq!(world.manage.ticket(4).await.unwrap().merged_into, Some(2));
}
