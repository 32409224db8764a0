//! Categories.

use crate::world::{Engine, World, fields};
use reqwest::Method;
use serde_json::{Value, json};

crate::on_both_engines!(categories_are_kept_in_order);

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|category| category["name"].as_str().unwrap()).collect()
}

async fn categories_are_kept_in_order(engine: Engine) {
    let world = World::on(engine).await;
    let servers = world.post("/categories", json!({ "name": " Servers " }), 201).await;
    assert_eq!(
        (&servers["name"], &servers["colour"], &servers["icon"]),
        (&json!("Servers"), &json!("grey"), &json!("bell"))
    );
    let body = json!({ "name": "Network", "colour": "red", "icon": "network", "severity": "high", "boards": ["NOC", " "] });
    let network = world.post("/categories", body, 201).await;
    assert_eq!(network["boards"], json!(["NOC"]));
    let moved = format!("/categories/{}/move", network["id"].as_str().unwrap());
    assert_eq!(names(&world.post(&moved, json!({ "position": 0 }), 200).await), ["Network", "Servers"]);
    for (body, field) in [
        (json!({ "name": "SERVERS" }), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x", "colour": "pink" }), "colour"),
        (json!({ "name": "x", "icon": "cat" }), "icon"),
        (json!({ "name": "x", "boards": vec!["b"; 101] }), "boards"),
    ] {
        assert_eq!(fields(&world.post("/categories", body, 422).await), [field]);
    }

    // Raised under an unknown spelling: kept under the known one, and the alerts follow a new name.
    let alert = world.raise("x", "servers").await;
    assert_eq!(alert["category"], "Servers");
    let one = format!("/categories/{}", servers["id"].as_str().unwrap());
    let change = world.request(Method::PUT, &one).json(&json!({ "name": "Machines" }));
    assert_eq!(change.send().await.unwrap().status(), 200);
    assert_eq!(world.get("/alerts?category=machines", 200).await["items"][0]["category"], "Machines");
    world.delete(&one, 204).await;
    world.delete(&one, 404).await;
    assert_eq!(world.get("/alerts?category=machines", 200).await["total"], 1, "alerts keep the name");
    world.running.stop().await;
}
