//! Personal tokens are worth what their person is worth now.

use crate::world::{Engine, World, expect};
use domain::account::{Actor, Role};
use reqwest::Method;
use serde_json::{Value, json};
use services::Error;

crate::on_both_engines!(a_token_is_worth_what_its_person_is_now);

const PASSWORD: &str = "lamp cedar violin 9";

async fn status(world: &World, token: &str, path: &str) -> u16 {
    world.as_(token, Method::GET, path).send().await.unwrap().status().as_u16()
}

async fn make(world: &World, token: &str, role: Role) -> reqwest::Response {
    let body = json!({ "name": "another", "role": role });
    world.as_(token, Method::POST, "/tokens").json(&body).send().await.unwrap()
}

async fn a_token_is_worth_what_its_person_is_now(engine: Engine) {
    let world = World::on(engine).await;
    let new = json!({ "email": "ada@example.com", "name": "Ada", "role": "admin", "password": PASSWORD });
    let ada = world.post("/users", new, 201).await["id"].as_str().unwrap().to_owned();
    let change = async |patch: Value| {
        let sent = world.request(Method::PATCH, &format!("/users/{ada}")).json(&patch).send().await;
        expect(sent.unwrap(), 200).await
    };
    // Somebody has to stay an administrator.
    let other = json!({ "email": "eve@example.com", "name": "Eve", "role": "admin", "password": PASSWORD });
    world.post("/users", other, 201).await;
    let accounts = world.running.services.accounts();
    let person = Actor::User { id: ada.parse().unwrap(), name: "Ada".into(), role: Role::Admin };
    let first = accounts.create_token(&person, "first", Role::Admin).await.unwrap().token;
    let second = expect(make(&world, &first, Role::Admin).await, 201).await;
    assert_eq!(second["user_id"], ada.as_str(), "what a token makes belongs to the same person");
    let second = second["token"].as_str().unwrap();

    for token in [&first, second] {
        assert_eq!(status(&world, token, "/users").await, 200);
    }
    change(json!({ "role": "viewer" })).await;
    for token in [&first, second] {
        assert_eq!(status(&world, token, "/users").await, 403);
        assert_eq!(status(&world, token, "/alerts").await, 200);
        expect(make(&world, token, Role::Responder).await, 422).await;
    }
    let stale = accounts.create_token(&person, "stale", Role::Admin).await;
    assert!(matches!(stale, Err(Error::Invalid(_))), "what counts is the role in the store: {stale:?}");
    change(json!({ "role": "admin" })).await;
    assert_eq!(status(&world, second, "/users").await, 200, "the token itself may still do it");

    change(json!({ "disabled": true })).await;
    for token in [&first, second] {
        assert_eq!(status(&world, token, "/alerts").await, 401);
    }
    // Whoever asked before they were disabled, and comes to the database after it.
    let late = accounts.create_token(&person, "late", Role::Viewer).await;
    assert!(matches!(late, Err(Error::Unauthenticated)), "{late:?}");
    change(json!({ "disabled": false })).await;
    for token in [&first, second] {
        assert_eq!(status(&world, token, "/alerts").await, 401, "it ended for good");
    }
    world.running.stop().await;
}
