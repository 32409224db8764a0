//! Whole lists from shifting pages.

use crate::world::setting;
use manage::{ManageError, Query, conditions::field};
use sandbox::manage::World;

fn many(world: &mut World, count: usize) {
    for index in 0..count {
        world.new_ticket(&format!("Number {index}"));
    }
}

fn ids(tickets: &[manage::model::Ticket]) -> Vec<i64> {
    tickets.iter().map(|ticket| ticket.id).collect()
}

#[tokio::test]
async fn conditions_stand_on_every_page() {
    let world = setting(|world| many(world, 30)).await;
    let query = Query::matching(field("summary").contains("Number")).page_size(7);
    let found = world.manage.tickets(&query).await.unwrap();
    assert_eq!(ids(&found), (7..=36).collect::<Vec<_>>());
    let pages = world.simulator.requests("service/tickets");
    assert_eq!(pages.len(), 5);
    assert!(pages.iter().all(|page| page.forward_only && page.parameter("conditions").is_some()));
    assert!(pages[1..].iter().all(|page| page.parameter("pageId").is_some()));
}

#[tokio::test]
async fn rows_that_come_go_and_change_between_pages_neither_hide_others_nor_double() {
    let world = setting(|world| {
        many(world, 20);
        world.after_page.push_back(Box::new(|world| drop(world.remove("tickets", 2))));
        world.after_page.push_back(Box::new(|world| {
            world.new_ticket("Late");
            world.touch("tickets", 1, "jdoe");
        }));
    })
    .await;
    let found = ids(&world.manage.tickets(&Query::new().page_size(5)).await.unwrap());
    // Ticket 2 was read before it went; 27 came while pages were read.
    assert_eq!(found, (1..=27).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_collection_that_ignores_page_ids_is_read_all_the_same() {
    let world = setting(|world| {
        many(world, 20);
        world.quirks.without_page_id.insert("tickets");
        for _ in 0..3 {
            world.after_page.push_back(Box::new(|world| {
                world.new_ticket("Meanwhile");
            }));
        }
    })
    .await;
    let query = Query::new().conditions("closedFlag = false or id > 0").page_size(6);
    let found = ids(&world.manage.tickets(&query).await.unwrap());
    assert_eq!(found, (1..=29).collect::<Vec<_>>());
    let mut narrowed = world
        .simulator
        .requests("service/tickets")
        .into_iter()
        .filter_map(|page| page.parameter("conditions").map(str::to_owned));
    assert!(narrowed.next_back().unwrap().starts_with("(closedFlag = false or id > 0) and id > "));
}

#[tokio::test]
async fn the_host_in_link_is_never_asked() {
    // The simulator's links name another host; the list is whole, so they were not followed.
    let world = setting(|world| many(world, 10)).await;
    assert_eq!(world.manage.tickets(&Query::new().page_size(3)).await.unwrap().len(), 16);
}

#[tokio::test]
async fn no_more_than_asked_for_is_read() {
    let world = setting(|world| many(world, 50)).await;
    assert_eq!(world.manage.tickets(&Query::new().page_size(10).most(15)).await.unwrap().len(), 15);
    assert_eq!(world.simulator.requests("service/tickets").len(), 2);
}

#[tokio::test]
async fn many_ids_are_asked_in_parts_and_absence_is_no_error() {
    let world = setting(|world| many(world, 250)).await;
    let wanted: Vec<i64> = (1..=400).collect();
    assert_eq!(world.manage.tickets_by_ids(&wanted).await.unwrap().len(), 256);
    let asked = world.simulator.requests("service/tickets");
    assert!(asked.iter().all(|request| request.method == "GET"));
    assert_eq!(asked.len(), 4);
}

#[tokio::test]
async fn conditions_too_long_for_an_address_are_searched_for() {
    let world = setting(|world| many(world, 12)).await;
    let long = format!("summary contains \"Number\" and summary not contains \"{}\"", "x".repeat(2_500));
    let found = world.manage.tickets(&Query::new().conditions(&long).page_size(5)).await.unwrap();
    assert_eq!(ids(&found), (7..=18).collect::<Vec<_>>());
    assert_eq!(world.asked("POST", "tickets/search"), 3);
}

#[tokio::test]
async fn conditions_that_manage_refuses_come_back_in_its_words() {
    let world = setting(|_| {}).await;
    for (condition, words) in [
        ("colour = \"red\"", "colour is not a recognized name."),
        ("closedFlag = 1", "Expected a boolean value"),
        ("severity = \"Huge\"", "Enum value supplied was invalid"),
        ("customFields = 1", "customFields is not a recognized name."),
    ] {
        let error = world.manage.tickets(&Query::new().conditions(condition)).await.unwrap_err();
        assert!(
            matches!(&error, ManageError::Rejected(refusal) if refusal.code == "ApiFindCondition"),
            "{error}"
        );
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn the_newest_tickets_come_first_for_dry_runs() {
    let world = setting(|world| many(world, 30)).await;
    let found = ids(&world.manage.newest_tickets(&Query::new(), 4).await.unwrap());
    assert_eq!(found, [36, 35, 34, 33]);
    assert_eq!(world.manage.count_tickets(&Query::new()).await.unwrap(), 36);
}

#[tokio::test]
async fn custom_fields_and_children_can_be_asked_for() {
    let world = setting(|world| {
        world.row_mut("tickets", 3).unwrap()["customFields"][0]["value"] = "Attic".into();
    })
    .await;
    let query = Query::new().custom_field_conditions("caption = \"Room\" and value = \"attic\"");
    assert_eq!(ids(&world.manage.tickets(&query).await.unwrap()), [3]);
}
