//! Filters and pages.

use super::{path, titles};
use crate::world::{Engine, World, expect};
use domain::account::Role;
use reqwest::Method;
use serde_json::json;

crate::on_both_engines!(filters_and_pages);

async fn filters_and_pages(engine: Engine) {
    let world = World::on(engine).await;
    for (title, category) in [("Disk full", "Servers"), ("Line down", "Network"), ("Mail slow", "")] {
        world.raise(title, category).await;
    }
    let ada = world.token_of("Ada", Role::Responder).await;
    let all = world.get("/alerts", 200).await;
    assert_eq!(titles(&all), ["Mail slow", "Line down", "Disk full"]);
    let take = world.as_(&ada, Method::POST, &path(&all["items"][1], "acknowledge"));
    expect(take.send().await.unwrap(), 200).await;
    world.post(&path(&all["items"][2], "close"), json!({}), 200).await;

    for (query, found) in [
        ("state=open", vec!["Mail slow"]),
        ("state=acknowledged", vec!["Line down"]),
        ("state=closed", vec!["Disk full"]),
        ("mine=true", vec!["Disk full"]),
        ("mine=false", vec!["Mail slow", "Line down", "Disk full"]),
        ("category=network", vec!["Line down"]),
        ("category=General", vec!["Mail slow"]),
        ("q=DISK", vec!["Disk full"]),
        ("q=l&state=open", vec!["Mail slow"]),
        ("state=&mine=&category=&q=", vec!["Mail slow", "Line down", "Disk full"]),
        ("connector=01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a", vec![]),
    ] {
        let page = world.get(&format!("/alerts?{query}"), 200).await;
        assert_eq!(
            (titles(&page), page["total"].as_u64()),
            (found.clone(), Some(found.len() as u64)),
            "{query}"
        );
    }
    let mine = expect(world.as_(&ada, Method::GET, "/alerts?mine=true").send().await.unwrap(), 200).await;
    assert_eq!(titles(&mine), ["Line down"], "a token has alerts of its own");

    let first = world.get("/alerts?limit=2", 200).await;
    world.raise("News", "").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = world.get(&format!("/alerts?limit=2&cursor={cursor}"), 200).await;
    assert_eq!((titles(&second), second["next_cursor"].is_null()), (vec!["Disk full"], true));
    let counts = world.get("/alerts/counts?category=servers&state=open", 200).await;
    assert_eq!(counts, json!({ "open": 0, "acknowledged": 0, "closed": 1 }));
    world.running.stop().await;
}
