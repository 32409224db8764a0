//! Live changes: told at once, resumed after a break, ended when they must.

use super::path;
use crate::world::{Engine, World, config, database, expect};
use domain::account::Role;
use futures::StreamExt as _;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// An event as it came.
#[derive(Debug, Default, Clone)]
struct Told {
    id: String,
    event: String,
    data: Value,
}

/// A reader of events.
struct Reader {
    bytes: futures::stream::BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    text: String,
}

impl Reader {
    async fn of(answer: Response) -> Self {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        Self { bytes: answer.bytes_stream().boxed(), text: String::new() }
    }

    /// The next event of this name; none when the stream has ended.
    async fn next(&mut self, name: &str) -> Option<Told> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let told = read(block);
                self.text = rest.to_owned();
                if told.event == name {
                    return Some(told);
                }
            }
            let more = timeout(Duration::from_secs(20), self.bytes.next()).await.expect("nothing was told");
            self.text.push_str(std::str::from_utf8(&more?.ok()?).unwrap());
        }
    }
}

fn read(block: &str) -> Told {
    let mut told = Told::default();
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("id", id)) => told.id = id.to_owned(),
            Some(("event", event)) => told.event = event.to_owned(),
            Some(("data", data)) => told.data = serde_json::from_str(data).unwrap(),
            _ => {}
        }
    }
    told
}

async fn watch(world: &World, token: &str, last: Option<&str>) -> Reader {
    let mut request = world.as_(token, Method::GET, "/events");
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    Reader::of(request.send().await.unwrap()).await
}

fn changed(told: &Told) -> Vec<&str> {
    told.data["changed"].as_array().unwrap().iter().map(|news| news["id"].as_str().unwrap()).collect()
}

crate::on_both_engines!(a_change_is_told_and_a_break_is_made_good);

async fn a_change_is_told_and_a_break_is_made_good(engine: Engine) {
    let world = World::on(engine).await;
    let before = world.raise("before", "").await;
    let viewer = world.token_of("Eve", Role::Viewer).await;
    let mut reader = watch(&world, &viewer, None).await;
    assert_eq!(reader.next("health").await.unwrap().data, json!({ "connectors": [] }));
    let one = world.raise("one", "").await;
    let told = reader.next("alerts").await.unwrap();
    assert_eq!((changed(&told), &told.data["all"]), (vec![one["id"].as_str().unwrap()], &json!(false)));
    assert_eq!(told.data["revision"], one["revision"]);
    drop(reader);

    // While nobody listened: a step, and another alert.
    let taken = world.post(&path(&before, "acknowledge"), json!({}), 200).await;
    let two = world.raise("two", "").await;
    let mut reader = watch(&world, &viewer, Some(&told.id)).await;
    let missed = reader.next("alerts").await.unwrap();
    assert_eq!(changed(&missed), [taken["id"].as_str().unwrap(), two["id"].as_str().unwrap()]);

    // A page says where it stands in its address, since a browser cannot say it otherwise.
    let here = &missed.id;
    let address = format!("/events?after={here}");
    let mut page = Reader::of(world.as_(&viewer, Method::GET, &address).send().await.unwrap()).await;
    world.post(&path(&two, "acknowledge"), json!({}), 200).await;
    let news = page.next("alerts").await.unwrap();
    assert_eq!(changed(&news), [two["id"].as_str().unwrap()], "only what is new");
    let wrong = world.as_(&viewer, Method::GET, "/events?after=yesterday").send().await.unwrap();
    assert_eq!(expect(wrong, 400).await["errors"][0]["field"], "after");

    // Trouble that ended meanwhile is over for whoever still shows it.
    let (known, _) = here.rsplit_once('.').unwrap();
    for id in [format!("{known}.0000abcd"), known.to_owned()] {
        let mut reader = watch(&world, &viewer, Some(&id)).await;
        let told = timeout(Duration::from_secs(20), reader.next("trouble")).await.expect("nothing was told");
        assert_eq!(told.unwrap().data, json!({ "connectors": {} }));
    }

    // From another database: all is to be read anew.
    let mut lost = watch(&world, &viewer, Some("999999.0")).await;
    assert_eq!(lost.next("alerts").await.unwrap().data["all"], true);
    // A stop ends the streams, instead of waiting for them.
    let stopping = std::time::Instant::now();
    world.running.stop().await;
    assert!(reader.next("never").await.is_none() && lost.next("never").await.is_none());
    assert!(stopping.elapsed() < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_replica_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let shared = database(Engine::Postgres, &folder).await;
    let world = World::with(Engine::Postgres, |config| config.database.url = shared.clone()).await;
    let other = server::run::start(&config(&shared)).await.unwrap();
    world.raise("first", "").await;
    let mut reader = watch(&world, &world.admin, None).await;
    reader.next("jobs").await.unwrap();
    let request = world.http.post(format!("{}/api/v1/alerts", other.url)).bearer_auth(&world.admin);
    let there = expect(request.json(&json!({ "title": "there" })).send().await.unwrap(), 201).await;
    assert_eq!(changed(&reader.next("alerts").await.unwrap()), [there["id"].as_str().unwrap()]);
    other.stop().await;
    world.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_in_browser_may_watch_and_nobody_else() {
    let world = World::on(Engine::Sqlite).await;
    let cookie = world.browser("viewer").await;
    let with = |cookie: &str| world.http.get(world.url("/events")).header("Cookie", cookie).send();
    let mut reader = Reader::of(with(&cookie).await.unwrap()).await;
    reader.next("health").await.unwrap();
    expect(with("tandem=nonsense").await.unwrap(), 401).await;
    expect(world.http.get(world.url("/events")).send().await.unwrap(), 401).await;
    // Cookies count for this stream alone.
    let list = world.http.get(world.url("/alerts")).header("Cookie", cookie);
    expect(list.send().await.unwrap(), 401).await;
    world.running.stop().await;
}
