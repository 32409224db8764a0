//! The same key, the same answer, done once.

use crate::world::{Engine, World, expect};
use reqwest::Method;
use serde_json::{Value, json};

crate::on_both_engines!(a_key_is_done_once);

async fn a_key_is_done_once(engine: Engine) {
    let world = World::on(engine).await;
    let body = json!({ "name": "Master", "kind": "folder", "path": world.library() });
    let send = |body: Value, key: &'static str| {
        world.request(Method::POST, "/sources").header("Idempotency-Key", key).json(&body).send()
    };
    let first = expect(send(body.clone(), "one").await.unwrap(), 201).await;
    let replayed = send(body.clone(), "one").await.unwrap();
    assert_eq!(replayed.headers()["idempotency-replayed"], "true");
    assert_eq!(expect(replayed, 201).await, first);
    let mut other = body;
    other["name"] = json!("Other");
    expect(send(other.clone(), "one").await.unwrap(), 422).await;
    assert_eq!(world.get("/sources", 200).await["total"], 1);
    let (a, b) = tokio::join!(send(other.clone(), "two"), send(other, "two"));
    let statuses = [a.unwrap().status().as_u16(), b.unwrap().status().as_u16()];
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
    assert_eq!(world.get("/sources", 200).await["total"], 2);

    let (id, _) = world.client("Acme").await;
    let rotate = || {
        world
            .request(Method::POST, &format!("/clients/{id}/rotate-secret"))
            .header("Idempotency-Key", "three")
            .send()
    };
    assert!(expect(rotate().await.unwrap(), 200).await["secret"].is_string());
    let again = expect(rotate().await.unwrap(), 409).await;
    assert!(again.get("secret").is_none(), "a secret is shown once");
    world.running.stop().await;
}
