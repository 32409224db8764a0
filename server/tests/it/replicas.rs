//! Two replicas on one database: jobs run once, and what one was told holds on both.

use crate::world::{Engine, World, config};
use sandbox::exports::{Script, ScriptStep};

#[tokio::test(flavor = "multi_thread")]
async fn jobs_run_once_and_refusals_hold_everywhere() {
    let world = World::with(Engine::Postgres, |config| config.content.sync_seconds = 1).await;
    let mut second = config(&world.database);
    second.content.sync_seconds = 1;
    let other = server::run::start(&second).await.unwrap();
    std::fs::write(world.library().join("a.xml"), Script::new("A").step(ScriptStep::note("x")).to_xml())
        .unwrap();
    let source = world.add_source().await;
    world.scan(&source).await;
    let rows = world.rows("scripts").await;
    world.approve("scripts", &rows).await;

    // The schedule publishes by itself, once.
    let mut tries = 0;
    while world.row("scripts", "A").await["status"] != "Unchanged" {
        tries += 1;
        assert!(tries < 200, "the schedule did not sync");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let (id, token) = world.client("Acme").await;
    let pull = |base: &str| world.http.get(format!("{base}/api/v1/pull/manifest")).bearer_auth(&token).send();
    let manifest: serde_json::Value = pull(&other.url).await.unwrap().json().await.unwrap();
    assert_eq!((manifest["revision"].as_i64(), manifest["items"].as_array().unwrap().len()), (Some(1), 1));
    world.delete(&format!("/clients/{id}"), 204).await;
    assert_eq!(pull(&other.url).await.unwrap().status(), 401);
    assert_eq!(pull(&world.running.url).await.unwrap().status(), 401);
    let syncs = world.get("/audit?action=content.sync", 200).await;
    assert_eq!(syncs["total"], 1, "{syncs}");
    other.stop().await;
    world.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_to_be_done_holds_on_every_replica() {
    let world = World::with(Engine::Postgres, |_| {}).await;
    let other = server::run::start(&config(&world.database)).await.unwrap();
    // Whatever they have is current, so that memory alone can answer.
    let poll = |token: &str| {
        let request = world.http.get(format!("{}/api/v1/pull/manifest", other.url)).bearer_auth(token);
        request.header("if-none-match", "*").send()
    };
    // Others ask the second replica all the time, so that what it knows is fresh at every moment.
    let (_, busy) = world.client("Busy").await;
    let asking: Vec<_> = (0..2)
        .map(|_| {
            let (http, busy) = (world.http.clone(), busy.clone());
            let address = format!("{}/api/v1/pull/manifest", other.url);
            tokio::spawn(async move {
                loop {
                    let request = http.get(&address).bearer_auth(&busy).header("if-none-match", "*");
                    assert_eq!(request.send().await.unwrap().status(), 304);
                }
            })
        })
        .collect();
    for round in 0..25 {
        let (id, token) = world.client(&format!("Acme {round}")).await;
        for _ in 0..3 {
            assert_eq!(poll(&token).await.unwrap().status(), 304, "{round}");
        }
        world.delete(&format!("/clients/{id}"), 204).await;
        assert_eq!(poll(&token).await.unwrap().status(), 401, "{round}");
    }
    for asks in asking {
        asks.abort();
        assert!(asks.await.unwrap_err().is_cancelled());
    }
    other.stop().await;
    world.running.stop().await;
}
