//! Steps, notes, assignments, bulk.

use super::path;
use crate::world::{Engine, World, expect, fields};
use domain::account::Role;
use reqwest::Method;
use serde_json::{Value, json};

crate::on_both_engines!(
    an_alert_goes_its_way,
    the_second_to_press_learns_who_was_first,
    several_are_done_at_once_with_an_answer_each,
    an_alert_is_given_to_somebody_who_can_take_it,
    a_raise_with_a_key_is_done_once,
    wrong_input_is_named,
);

fn events(alert: &Value) -> Vec<&str> {
    alert["timeline"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect()
}

async fn an_alert_goes_its_way(engine: Engine) {
    let world = World::on(engine).await;
    let body = json!({ "title": " Disk\u{7} full ", "text": "C: has 1 %\nleft", "severity": "critical" });
    let raised = world.post("/alerts", body, 201).await;
    for (member, value) in [
        ("state", json!("open")),
        ("title", json!("Disk full")),
        ("text", json!("C: has 1 %\nleft")),
        ("category", json!("General")),
        ("severity", json!("critical")),
        ("acknowledged_at", Value::Null),
        ("acknowledged_by", Value::Null),
        ("closed_at", Value::Null),
        ("ticket", Value::Null),
        ("write_backs", json!([])),
        ("carried", json!("nothing")),
    ] {
        assert_eq!(raised[member], value, "{member}");
    }
    assert!(raised["created_at"].is_string() && raised["details"].is_object());
    let taken = world.post(&path(&raised, "acknowledge"), json!({}), 200).await;
    assert_eq!((&taken["state"], &taken["acknowledged_by"]), (&json!("acknowledged"), &json!("test")));
    let noted = world.post(&path(&raised, "annotate"), json!({ "text": "on my way" }), 200).await;
    assert_eq!(noted["timeline"][2]["text"], "on my way");
    let closed = world.post(&path(&raised, "close"), json!({}), 200).await;
    assert_eq!((&closed["state"], &closed["closed_by"]), (&json!("closed"), &json!("test")));
    assert!(closed["closed_at"].as_str().unwrap() >= closed["acknowledged_at"].as_str().unwrap());
    let again = world.post(&path(&raised, "reopen"), json!({}), 200).await;
    assert_eq!((&again["state"], &again["acknowledged_at"]), (&json!("open"), &Value::Null));
    assert_eq!(events(&again), ["raised", "acknowledged", "annotated", "closed", "reopened"]);
    assert!(again["revision"].as_i64() > closed["revision"].as_i64());
    assert_eq!(world.get(&format!("/alerts/{}", raised["id"].as_str().unwrap()), 200).await, again);

    let audit = world.get("/audit?action=alert.", 200).await;
    let done: Vec<&str> =
        audit["items"].as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap()).collect();
    let all = ["alert.reopen", "alert.close", "alert.annotate", "alert.acknowledge", "alert.raise"];
    assert_eq!(done, all, "as many lines as changes");
    world.running.stop().await;
}

async fn the_second_to_press_learns_who_was_first(engine: Engine) {
    let world = World::on(engine).await;
    let (ada, grace) =
        (world.token_of("Ada", Role::Responder).await, world.token_of("Grace", Role::Responder).await);
    let alert = world.raise("x", "").await;
    let press = |token: &str| world.as_(token, Method::POST, &path(&alert, "acknowledge")).send();
    let (one, other) = tokio::join!(press(&ada), press(&grace));
    let mut answers = [one.unwrap(), other.unwrap()];
    answers.sort_by_key(|answer| answer.status().as_u16());
    let [first, second] = answers;
    let taken = expect(first, 200).await;
    let refused = expect(second, 409).await;
    assert_eq!(refused["by"], taken["acknowledged_by"]);
    assert_eq!(refused["at"], taken["acknowledged_at"]);
    assert!(refused["detail"].as_str().unwrap().contains("has acknowledged it already"), "{refused}");
    let now = world.get(&format!("/alerts/{}", alert["id"].as_str().unwrap()), 200).await;
    assert_eq!(events(&now), ["raised", "acknowledged"]);

    assert!(world.post(&path(&alert, "reopen"), json!({}), 409).await.get("by").is_none());
    world.post(&path(&alert, "close"), json!({}), 200).await;
    let refused = world.post(&path(&alert, "acknowledge"), json!({}), 409).await;
    assert_eq!(refused["by"], "test");
    world.post("/alerts/01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a/close", json!({}), 404).await;
    world.running.stop().await;
}

async fn several_are_done_at_once_with_an_answer_each(engine: Engine) {
    let world = World::on(engine).await;
    let (one, two) = (world.raise("one", "").await, world.raise("two", "").await);
    world.post(&path(&two, "close"), json!({}), 200).await;
    let unknown = "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a";
    let ids = json!([one["id"], two["id"], unknown, one["id"]]);
    let answer = world.post("/alerts/bulk", json!({ "ids": ids, "action": "acknowledge" }), 200).await;
    let oks: Vec<bool> =
        answer["results"].as_array().unwrap().iter().map(|result| result["ok"].as_bool().unwrap()).collect();
    assert_eq!((answer["done"].as_u64(), oks), (Some(1), vec![true, false, false]));
    assert!(answer["results"][1]["message"].as_str().unwrap().contains("test has closed it already"));
    assert_eq!(answer["results"][2]["id"], unknown);
    let note = json!({ "ids": [one["id"], two["id"]], "action": "annotate", "text": "storm" });
    assert_eq!(world.post("/alerts/bulk", note, 200).await["done"], 2);
    for (body, field) in [
        (json!({ "ids": [], "action": "close" }), "ids"),
        (json!({ "ids": vec![unknown; 501], "action": "close" }), "ids"),
        (json!({ "ids": [unknown], "action": "annotate", "text": " " }), "text"),
        (json!({ "ids": [unknown], "action": "assign", "user_id": unknown }), "user_id"),
    ] {
        assert_eq!(fields(&world.post("/alerts/bulk", body, 422).await), [field]);
    }
    world.running.stop().await;
}

async fn an_alert_is_given_to_somebody_who_can_take_it(engine: Engine) {
    let world = World::on(engine).await;
    let add = |email: &str, role: &str| json!({ "email": email, "name": email, "role": role, "password": "lamp cedar violin 9" });
    let ada = world.post("/users", add("ada@example.com", "responder"), 201).await;
    let viewer = world.post("/users", add("eve@example.com", "viewer"), 201).await;
    let alert = world.raise("x", "").await;
    let given = world.post(&path(&alert, "assign"), json!({ "user_id": ada["id"] }), 200).await;
    assert_eq!(given["assignee"]["name"], "ada@example.com");
    let refused = world.post(&path(&alert, "assign"), json!({ "user_id": viewer["id"] }), 422).await;
    assert_eq!(fields(&refused), ["user_id"]);
    let people = world.get("/alerts/people", 200).await;
    assert_eq!((people["total"].as_u64(), &people["items"][0]["user_id"]), (Some(1), &ada["id"]));
    let mine = world.get(&format!("/alerts?mine={}", ada["id"].as_str().unwrap()), 200).await;
    assert_eq!(mine["total"], 1);
    world.running.stop().await;
}

async fn a_raise_with_a_key_is_done_once(engine: Engine) {
    let world = World::on(engine).await;
    let raise = || {
        let request = world.request(Method::POST, "/alerts").header("Idempotency-Key", "k1");
        request.json(&json!({ "title": "x" })).send()
    };
    let first = expect(raise().await.unwrap(), 201).await;
    assert_eq!(expect(raise().await.unwrap(), 201).await, first);
    assert_eq!(world.get("/alerts", 200).await["total"], 1);

    // Many at once share units of work; each gets its own.
    let many = (0..60).map(|number| {
        let request = world.request(Method::POST, "/alerts").json(&json!({ "title": format!("n{number}") }));
        async move { expect(request.send().await.unwrap(), 201).await["title"].clone() }
    });
    let titles = futures::future::join_all(many).await;
    assert!(titles.iter().enumerate().all(|(number, title)| *title == format!("n{number}")));
    let counts = world.get("/alerts/counts", 200).await;
    assert_eq!(counts, json!({ "open": 61, "acknowledged": 0, "closed": 0 }));
    world.running.stop().await;
}

async fn wrong_input_is_named(engine: Engine) {
    let world = World::on(engine).await;
    let alert = world.raise("x", "").await;
    for (body, field) in [
        (json!({}), "title"),
        (json!({ "title": " \u{0} " }), "title"),
        (json!({ "title": "x".repeat(501) }), "title"),
        (json!({ "title": "x", "severity": "urgent" }), "severity"),
        (json!({ "title": "x", "category": "y".repeat(61) }), "category"),
        (json!({ "title": "x", "state": "closed" }), "state"),
    ] {
        assert_eq!(fields(&world.post("/alerts", body.clone(), 422).await), [field], "{body}");
    }
    let refused = world.post(&path(&alert, "annotate"), json!({ "text": "x".repeat(4001) }), 422).await;
    assert_eq!(fields(&refused), ["text"]);
    for query in ["state=snoozed", "mine=ada", "connector=main", "limit=0", "limit=501", "cursor=x"] {
        let problem = world.get(&format!("/alerts?{query}"), 422).await;
        assert_eq!(fields(&problem), [query.split('=').next().unwrap()], "{query}");
    }
    assert_eq!(fields(&world.get(&format!("/alerts?q={}", "x".repeat(201)), 422).await), ["q"]);
    world.get("/alerts?colour=red", 400).await;
    assert_eq!(fields(&world.get("/write-backs?state=lost", 422).await), ["state"]);
    world.post("/write-backs/01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a/replay", json!({}), 404).await;
    assert_eq!(world.get("/write-backs", 200).await["total"], 0);
    world.running.stop().await;
}
