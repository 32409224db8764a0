//! Bad input: a problem document that names the field, and nothing changed.

use crate::world::{Engine, World, expect, fields};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn refusals_name_the_field_and_change_nothing() {
    let world = World::on(Engine::Sqlite).await;
    let cases = [
        (json!({ "name": "x", "kind": "folder", "path": "../../etc" }), "path"),
        (json!({ "name": "x", "kind": "folder", "path": "/srv/../etc" }), "path"),
        (json!({ "name": "", "kind": "folder", "path": "/srv" }), "name"),
        (json!({ "name": "x", "kind": "floppy" }), "kind"),
        (json!({ "name": "x", "kind": "folder", "path": "/srv", "colour": "red" }), "colour"),
        (json!({ "kind": "folder", "path": "/srv" }), "name"),
        (
            json!({ "name": "x", "kind": "folder", "path": "/srv", "content_types": ["nonsense"] }),
            "content_types[0]",
        ),
    ];
    for (body, field) in cases {
        let problem = world.post("/sources", body.clone(), 422).await;
        assert_eq!(fields(&problem), [field], "{body} {problem}");
    }
    assert_eq!(world.get("/sources", 200).await["total"], 0);

    let short = json!({ "name": "a:b", "secret": "short", "secret_confirmation": "other" });
    assert_eq!(fields(&world.post("/clients", short, 422).await), ["name", "secret", "secret_confirmation"]);
    world.client("Acme").await;
    let taken = json!({ "name": "ACME", "secret": "correct horse battery", "secret_confirmation": "correct horse battery" });
    assert_eq!(fields(&world.post("/clients", taken, 422).await), ["name"]);

    assert_eq!(fields(&world.get("/content/nonsense", 404).await), ["type"]);
    assert_eq!(fields(&world.get("/content/scripts?limit=0", 422).await), ["limit"]);
    assert_eq!(fields(&world.get("/content/scripts?status=Lost", 422).await), ["status"]);
    assert_eq!(fields(&world.get("/content/scripts?cursor=nonsense", 422).await), ["cursor"]);
    world.get("/content/scripts/not-a-guid", 404).await;
    world.get("/nowhere", 404).await;
    expect(world.request(Method::PUT, "/clients").send().await.unwrap(), 405).await;
    let malformed = world
        .request(Method::POST, "/sources")
        .header("content-type", "application/json")
        .body("{\"name\": ")
        .send();
    assert_eq!(fields(&expect(malformed.await.unwrap(), 400).await), ["body"]);
    let deep = world
        .request(Method::POST, "/sources")
        .header("content-type", "application/json")
        .body("[".repeat(100_000))
        .send();
    expect(deep.await.unwrap(), 400).await;
    let form = world.request(Method::POST, "/sources").header("content-type", "text/plain").body("{}").send();
    expect(form.await.unwrap(), 415).await;
    world.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_upload_is_refused_early() {
    let world = World::on(Engine::Sqlite).await;
    let chunk = vec![b' '; 1024 * 1024];
    let stream = futures::stream::iter((0..200).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    let request = world.request(Method::POST, "/sources").header("content-type", "application/json");
    let begun = std::time::Instant::now();
    // The server answers before it has read everything and closes; either way nothing of it is kept.
    match request.body(reqwest::Body::wrap_stream(stream)).send().await {
        Ok(answer) => assert_eq!(answer.status(), 413),
        Err(error) => assert!(error.is_request() || error.is_body(), "{error}"),
    }
    assert!(begun.elapsed().as_secs() < 20);
    let told = world
        .request(Method::POST, "/sources")
        .header("content-type", "application/json")
        .header("content-length", "209715200")
        .body(vec![b' '; 2_000_000])
        .send()
        .await;
    if let Ok(answer) = told {
        assert!(matches!(answer.status().as_u16(), 400 | 413));
    }
    assert_eq!(world.get("/sources", 200).await["total"], 0);
    world.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_secrets_and_deleted_clients_are_refused_at_once() {
    let world = World::on(Engine::Sqlite).await;
    let (id, token) = world.client("Acme").await;
    let wrong = expect(world.token("Acme", "not the right secret").await, 401).await;
    let unknown = expect(world.token("Nobody", "not the right secret").await, 401).await;
    assert_eq!(wrong, unknown, "nobody learns which names exist");
    assert_eq!(wrong["error"], "invalid_client");
    world.pull(&token, "manifest", 200).await;
    world.delete(&format!("/clients/{id}"), 204).await;
    world.pull(&token, "manifest", 401).await;
    expect(world.token("Acme", "correct horse battery").await, 401).await;
    world.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down() {
    let world = World::on(Engine::Sqlite).await;
    world.client("Acme").await;
    let mut last = 0;
    for _ in 0..8 {
        last = world.token("Acme", "a wrong secret, again").await.status().as_u16();
    }
    assert_eq!(last, 429);
    let answer = world.token("Acme", "correct horse battery").await;
    assert!(answer.headers().contains_key("retry-after"));
    world.running.stop().await;
}

crate::on_both_engines!(guesses_at_once_gain_nothing, a_nul_is_refused_by_the_name_of_its_field);

async fn guesses_at_once_gain_nothing(engine: Engine) {
    let world = World::on(engine).await;
    world.client("Acme").await;
    let guesses = (0..60).map(|_| world.token("Acme", "a wrong secret, again"));
    let told: Vec<u16> =
        futures::future::join_all(guesses).await.iter().map(|answer| answer.status().as_u16()).collect();
    let heard = told.iter().filter(|status| **status == 401).count();
    // A slow machine may take longer than the two seconds after which one more is heard.
    assert!((5..=7).contains(&heard) && told.iter().all(|status| matches!(status, 401 | 429)), "{told:?}");
    world.running.stop().await;
}

/// Neither the memory nor the disk belongs to strangers.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_heard_briefly() {
    let world = World::on(Engine::Sqlite).await;
    let cookie = world.browser("viewer").await;
    let before = world.get("/audit", 200).await["total"].clone();
    let form = |kib: usize| [("client_id", "x".repeat(kib * 1024))];
    let sent = async |path: String, kib: usize, cookie: &str| {
        let url = &world.running.url;
        let request = world.http.post(format!("{url}{path}")).header("Origin", url).header("Cookie", cookie);
        request.form(&form(kib)).send().await.unwrap().status().as_u16()
    };
    assert_eq!(sent("/api/v1/token".into(), 8, "").await, 413);
    assert_eq!(sent("/rpc/app/api/account/sign_in".into(), 16, "").await, 413);
    assert_ne!(sent("/rpc/app/api/account/sign_in".into(), 16, &cookie).await, 413);
    let wrong = expect(world.token(&"x".repeat(101), "not the right secret").await, 401).await;
    assert_eq!(wrong, expect(world.token("Nobody", "not the right secret").await, 401).await);
    let kept = world.get("/audit?action=client.token", 200).await;
    assert_eq!(kept["total"], 1, "of the short name only: {kept}");
    assert_eq!(world.get("/audit", 200).await["total"], before.as_u64().unwrap() + 1);
    world.running.stop().await;
}

/// PostgreSQL keeps none: that must be nobody's failure but the caller's, on either engine.
async fn a_nul_is_refused_by_the_name_of_its_field(engine: Engine) {
    let world = World::on(engine).await;
    for place in ["/alerts?category=a%00b", "/alerts/counts?category=%00", "/audit?action=%00"] {
        let refused = world.get(place, 422).await;
        let asked = place.split(['?', '=']).nth(1).unwrap();
        assert_eq!(fields(&refused), [asked], "{refused}");
    }
    let guid = "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a";
    for (path, body, field) in [
        ("/categories", json!({ "name": "a\0b" }), "name"),
        ("/content/scripts/reject", json!({ "items": [{ "guid": guid }], "note": "\0" }), "note"),
        (
            "/content/scripts/approve",
            json!({ "items": [{ "guid": guid, "candidate_hash": "\0" }] }),
            "items[0].candidate_hash",
        ),
    ] {
        assert_eq!(fields(&world.post(path, body, 422).await), [field]);
    }
    // What programs say is tidied instead: no alert and no report is lost because of it.
    let raised =
        world.post("/alerts", json!({ "title": "Disk\0 full", "text": "\0", "category": "\0" }), 201).await;
    assert_eq!(raised["title"], "Disk full");
    let (_, token) = world.client("Acme").await;
    let item = json!({ "type": "scripts", "guid": guid, "state": "Not Installed", "error": "no\0 disk" });
    let report = world.http.post(world.url("/pull/report")).bearer_auth(&token);
    let report = report.json(&json!({ "revision": 0, "items": [item] })).send().await.unwrap();
    expect(report, 204).await;
    expect(world.token("Ac\0me", "correct horse battery").await, 401).await;
    world.running.stop().await;
}

/// Screens send forms, which no endpoint of the API has looked at.
#[tokio::test(flavor = "multi_thread")]
async fn a_nul_in_a_form_is_no_failure() {
    let world = World::on(Engine::Postgres).await;
    let cookie = world.browser("admin").await;
    let url = &world.running.url;
    let page = world.http.get(format!("{url}/alerts?category=a%00b")).header("Cookie", &cookie).send().await;
    assert_eq!(page.unwrap().status(), 422);
    let form =
        world.http.post(format!("{url}/rpc/app/api/categories/save_category")).header("Cookie", &cookie);
    let typed = [("typed[name]", "a\0b"), ("typed[colour]", "grey"), ("typed[icon]", "bell")];
    let answer = form.header("Origin", url).form(&typed).send().await.unwrap().text().await.unwrap();
    assert!(answer.contains("must not hold the character NUL"), "{answer}");
    world.running.stop().await;
}
