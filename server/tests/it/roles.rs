//! Every endpoint with every kind of caller, taken from the document: nothing is open that should not be.

use crate::world::{Engine, World};
use domain::account::{Actor, Role};
use reqwest::Method;
use serde_json::{Value, json};

/// The least role that an operation needs, by its path.
fn least(method: &str, path: &str) -> Role {
    let path = path.trim_start_matches("/api/v1");
    match (method, path.split('/').nth(1).unwrap_or_default()) {
        (_, "clients" | "users" | "pull") => Role::Admin,
        ("get", "rings" | "sync-windows" | "receivers") => Role::Viewer,
        ("post", "rings") if path.ends_with("/promote") || path.ends_with("/resume") => Role::Approver,
        ("post", "sync-windows") => Role::Approver,
        (_, "rings" | "sync-windows") => Role::Admin,
        ("get", "sources") => Role::Viewer,
        ("post", "sources") if path.ends_with("/scan") || path.ends_with("/release") => Role::Approver,
        (_, "sources") => Role::Admin,
        ("post", "content") => Role::Approver,
        ("put", "approval-policies") => Role::Admin,
        ("get", "audit") => Role::Approver,
        ("get", "alerts" | "categories" | "write-backs" | "events") => Role::Viewer,
        (_, "alerts" | "write-backs") => Role::Responder,
        (_, "categories") => Role::Admin,
        ("get", "tokens") | ("delete", "tokens") => Role::Admin,
        ("get", "connectors") if path.ends_with("/members") => Role::Admin,
        ("get", "connectors") => Role::Viewer,
        (_, "connectors") => Role::Admin,
        _ => Role::Viewer,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deny_by_default() {
    let world = World::on(Engine::Sqlite).await;
    let (_, client) = world.client("Acme").await;
    let system = Actor::system("test");
    let document: Value =
        world.http.get(world.url("/openapi.json")).send().await.unwrap().json().await.unwrap();
    let mut checked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let security = &operation["security"][0];
            let public = operation["security"].as_array().is_some_and(Vec::is_empty);
            assert_eq!(public, path == "/api/v1/pull/keys" && method == "get", "{method} {path}");
            if public || security.get("basic").is_some() {
                continue;
            }
            let concrete = path
                .replace("{type}", "scripts")
                .replace("{guid}", "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a")
                .replace("{id}", "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a")
                .replace("{user_id}", "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a")
                .replace("{exception}", "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a")
                .replace("{hash}", &"0".repeat(64));
            let call = |token: Option<String>| {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let request = world.http.request(method, format!("{}{concrete}", world.running.url));
                let request = token.map_or(request.try_clone().unwrap(), |token| request.bearer_auth(token));
                async move { request.json(&example(path)).send().await.unwrap().status().as_u16() }
            };
            assert_eq!(call(None).await, 401, "{method} {path} without a token");
            assert_eq!(call(Some("tdm_nonsense".into())).await, 401, "{method} {path} with a made-up token");
            if security.get("client").is_some() {
                assert_eq!(
                    call(Some(world.admin.clone())).await,
                    401,
                    "{method} {path} with a personal token"
                );
            } else {
                assert_eq!(call(Some(client.clone())).await, 401, "{method} {path} with a client's token");
                for role in [Role::Viewer, Role::Responder, Role::Approver] {
                    let token = world
                        .running
                        .services
                        .accounts()
                        .create_token(&system, "probe", role)
                        .await
                        .unwrap()
                        .token;
                    let status = call(Some(token)).await;
                    let refused = role < least(method, path);
                    assert_eq!(status == 403, refused, "{method} {path} as {role}: {status}");
                }
            }
            checked += 1;
        }
    }
    assert!(checked > 40, "only {checked} operations were checked");
    world.running.stop().await;
}

/// A body that passes the shape of the operation, so that the right is what decides.
fn example(path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "approve" | "unapprove" => json!({ "items": [{ "guid": "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a" }] }),
        "reject" => json!({ "items": [{ "guid": "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a" }], "note": "test" }),
        "accept-secrets" => json!({ "candidate_hash": "0".repeat(64), "reason": "test" }),
        "aliases" => json!({ "aliases": [] }),
        "{type}" if path.contains("/approval-policies/") => {
            json!({ "required_approvals": 1, "author_barred": false })
        }
        "rollback" => json!({ "version": 1, "reason": "test" }),
        "release" => json!({ "content_type": "scripts" }),
        "sources" => json!({ "name": "x", "kind": "folder", "path": "/srv/nothing" }),
        "preview" => json!({ "state": "closed" }),
        _ if path.contains("/connectors") => json!({}),
        "test" if !path.contains("{id}") => json!({ "name": "x", "kind": "folder", "path": "/srv/nothing" }),
        "clients" => {
            json!({ "name": "x", "secret": "correct horse battery", "secret_confirmation": "correct horse battery" })
        }
        "users" => {
            json!({ "email": "x@example.com", "name": "x", "role": "viewer", "password": "lamp cedar violin 9" })
        }
        "rings" => json!({ "name": "x" }),
        "order" => json!({ "rings": [] }),
        "resume" => json!({ "reason": "test" }),
        "open" => json!({ "seconds": 600, "reason": "test" }),
        "sync-windows" => json!({ "time_zone": "UTC" }),
        "exceptions" => {
            json!({ "type": "scripts", "guid": "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a", "kind": "keep_out", "reason": "test" })
        }
        "{id}" if path.contains("/rings/") => json!({ "name": "x" }),
        "alerts" => json!({ "title": "x" }),
        "annotate" => json!({ "text": "x" }),
        "assign" => json!({ "user_id": "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a" }),
        "bulk" => json!({ "ids": ["01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a"], "action": "close" }),
        "categories" => json!({ "name": "x" }),
        "{id}" if path.contains("/categories/") => json!({ "name": "x" }),
        "move" => json!({ "position": 0 }),
        "tokens" => json!({ "name": "x", "role": "viewer" }),
        "report" => json!({ "revision": 0, "items": [] }),
        "{id}" if path.contains("/sources/") => {
            json!({ "name": "x", "kind": "folder", "path": "/srv/nothing" })
        }
        _ => json!({}),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_written_down_and_a_token_cannot_make_a_stronger_one() {
    let world = World::on(Engine::Sqlite).await;
    let system = Actor::system("test");
    let viewer =
        world.running.services.accounts().create_token(&system, "probe", Role::Viewer).await.unwrap().token;
    let call =
        |path: &str, body: Value| world.http.post(world.url(path)).bearer_auth(&viewer).json(&body).send();
    assert_eq!(call("/content/scripts/sync", json!({})).await.unwrap().status(), 403);
    assert_eq!(call("/tokens", json!({ "name": "more", "role": "admin" })).await.unwrap().status(), 422);
    let lines = world.get("/audit?action=access.", 200).await;
    assert_eq!(
        (&lines["items"][0]["outcome"], &lines["items"][0]["actor_name"]),
        (&json!("refused"), &json!("probe"))
    );
    world.running.stop().await;
}
