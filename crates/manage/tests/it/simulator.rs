//! The simulator where our own client would never go: section 15 of the facts, asked with bare requests.

use crate::world::setting;
use sandbox::manage::{Manage as Simulator, World};
use serde_json::{Value, json};

/// A bare request with the right keys; status, `Link` and body.
pub(crate) async fn ask(
    simulator: &Simulator,
    method: reqwest::Method,
    path: &str,
    body: Option<Value>,
) -> (u16, String, Value) {
    let mut request = reqwest::Client::new()
        .request(method, format!("{}/v4_6_release/apis/3.0{path}", simulator.url()))
        .basic_auth("acme+publicKey", Some("privateKey"))
        .header("clientId", "x");
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned()).unwrap_or_default();
    (
        answer.status().as_u16(),
        link,
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default(),
    )
}

async fn get(simulator: &Simulator, path: &str) -> (u16, String, Value) {
    ask(simulator, reqwest::Method::GET, path, None).await
}

async fn patch(simulator: &Simulator, body: Value) -> (u16, Value) {
    let (status, _, body) = ask(simulator, reqwest::Method::PATCH, "/service/tickets/1", Some(body)).await;
    (status, body)
}

fn more(world: &mut World) {
    for _ in 0..60 {
        world.new_ticket("More");
    }
}

async fn started() -> Simulator {
    Simulator::start(World::seeded()).await.unwrap()
}

#[tokio::test]
async fn routes_know_no_case_and_end_as_they_like() {
    let simulator = started().await;
    assert_eq!(get(&simulator, "/Service/TICKETS/1/").await.0, 200);
    assert_eq!(get(&simulator, "/service/tickets/1/").await.2["id"], 1);
    let (status, _, body) = get(&simulator, "/service/nothing").await;
    assert_eq!((status, body["message"].as_str()), (404, Some("The endpoint does not exist.")));
    let (status, _, body) = get(&simulator, "/service/tickets/999").await;
    assert_eq!((status, body["message"].as_str()), (404, Some("Ticket 999 not found")));
    assert_eq!(ask(&simulator, reqwest::Method::DELETE, "/service/priorities/1", None).await.0, 405);
}

#[tokio::test]
async fn a_wrong_codebase_is_the_gateways_business() {
    for (cloud, expected) in [(true, 400), (false, 404)] {
        let world = setting(|world| world.quirks.cloud = cloud).await;
        let url = format!("{}/v2019_1/apis/3.0/system/info", world.simulator.url());
        let answer = reqwest::get(url).await.unwrap();
        assert_eq!(answer.status().as_u16(), expected);
    }
}

#[tokio::test]
async fn a_missing_client_id_is_refused() {
    let simulator = started().await;
    let url = format!("{}/v4_6_release/apis/3.0/service/tickets", simulator.url());
    let answer = reqwest::Client::new()
        .get(url)
        .basic_auth("acme+publicKey", Some("privateKey"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 401);
    simulator.with(|world| world.quirks.missing_client_id = 403);
    let url = format!("{}/v4_6_release/apis/3.0/system/info", simulator.url());
    let answer = reqwest::Client::new().get(url).basic_auth("acme+publicKey", Some("privateKey"));
    assert_eq!(answer.send().await.unwrap().status().as_u16(), 403);
}

#[tokio::test]
async fn wrong_keys_are_refused_as_the_instance_does_it() {
    let simulator = started().await;
    simulator.with(|world| world.revoked = true);
    for status in [401, 403, 404] {
        simulator.with(|world| world.quirks.bad_keys = status);
        let (found, _, body) = get(&simulator, "/service/tickets").await;
        assert_eq!(found, status);
        assert!(body["code"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn pages_have_links_and_limits() {
    let world = setting(more).await;
    let simulator = &world.simulator;
    let (_, link, rows) = get(simulator, "/service/tickets").await;
    assert_eq!(rows.as_array().unwrap().len(), 25);
    assert!(link.contains("page=2>; rel=\"next\"") && link.contains("page=3>; rel=\"last\""), "{link}");
    assert_eq!(get(simulator, "/service/tickets?page=9").await.2, json!([]));
    assert_eq!(get(simulator, "/service/tickets?pageSize=5000").await.2.as_array().unwrap().len(), 66);
    assert_eq!(
        get(simulator, "/service/tickets/count?conditions=summary%3D%22More%22").await.2,
        json!({"count": 60})
    );
}

#[tokio::test]
async fn fields_are_projected_and_info_only_when_asked() {
    let simulator = started().await;
    let (_, _, row) = get(&simulator, "/service/tickets/1?fields=id,status/name").await;
    assert_eq!(row, json!({"id": 1, "status": {"name": "New (not responded)"}}));
    assert!(
        get(&simulator, "/service/tickets/1?fields=id,_info").await.2["_info"]["lastUpdated"].is_string()
    );
    assert!(get(&simulator, "/service/tickets/1").await.2.get("owner").is_none(), "nulls are left out");
}

#[tokio::test]
async fn the_dialect_of_patch_is_kept() {
    let simulator = started().await;
    let replace = |path: &str, value: Value| json!([{"op": "replace", "path": path, "value": value}]);
    assert_eq!(patch(&simulator, json!({"summary": "x"})).await.0, 400, "an object is no array");
    assert_eq!(patch(&simulator, replace("Summary", json!("x"))).await.0, 400, "paths know case");
    assert_eq!(patch(&simulator, replace("/summary", json!("With slash"))).await.1["summary"], "With slash");
    let (status, body) = patch(&simulator, replace("resources", json!("jdoe"))).await;
    assert_eq!((status, body.get("resources")), (200, None), "read-only is ignored");
    let (status, body) = patch(&simulator, replace("status/id", json!(2))).await;
    assert_eq!((status, body["status"]["id"].as_i64()), (200, Some(1)), "a false success");
    let (status, body) = patch(&simulator, replace("status", json!({"id": 8}))).await;
    assert_eq!(
        (status, body["errors"][0]["code"].as_str()),
        (400, Some("NotFound")),
        "another board's status"
    );
    assert_eq!(patch(&simulator, replace("owner", json!({"identifier": "JDOE"}))).await.1["owner"]["id"], 1);
    let (_, body) = patch(&simulator, json!([{"op": "remove", "path": "owner"}])).await;
    assert!(body.get("owner").is_none());
    let (status, body) = patch(&simulator, replace("requiredDate", json!("2026-11-23T08:00:00.123Z"))).await;
    assert_eq!((status, body["message"].as_str()), (400, Some("Unsupported format applied to requiredDate")));
    let (status, _) = patch(&simulator, replace("customFields", json!([{"id": 1, "value": 5}]))).await;
    assert_eq!(status, 400, "a text field takes no number");
}

#[tokio::test]
async fn a_board_move_resets_the_status_and_marks_the_change() {
    let simulator = started().await;
    let (_, body) = patch(
        &simulator,
        json!([{"op": "replace", "path": "board", "value": {"name": "network operations"}}]),
    )
    .await;
    assert_eq!((body["board"]["id"].as_i64(), body["status"]["id"].as_i64()), (Some(2), Some(7)));
    assert_eq!(body["_info"]["updatedBy"], "tandem");
}

#[tokio::test]
async fn creations_say_what_is_missing() {
    let simulator = started().await;
    let post = |path: &'static str, body: Value| ask(&simulator, reqwest::Method::POST, path, Some(body));
    let (status, _, body) = post("/service/tickets", json!({"summary": "x"})).await;
    assert_eq!((status, body["errors"][0]["field"].as_str()), (400, Some("company")));
    let (status, _, body) =
        post("/service/tickets", json!({"summary": "x", "company": {"identifier": "harbour"}})).await;
    assert_eq!((status, body["status"]["name"].as_str()), (201, Some("New (not responded)")));
    let (_, _, body) = post("/schedule/entries", json!({"objectId": 1, "type": {"identifier": "C"}})).await;
    assert_eq!(body["errors"][0]["message"], "Activity 1 not found");
    let (status, _, body) =
        post("/system/workflows", json!({"name": "x", "tableType": {"id": 2}, "activateFlag": true})).await;
    assert_eq!((status, body["errors"][0]["field"].as_str()), (400, Some("activateFlag")));
    let hook =
        json!({"url": "http://127.0.0.1:1/x?recordId=", "objectId": 1, "type": "ticket", "level": "owner"});
    assert_eq!(post("/system/callbacks", hook.clone()).await.0, 201);
    assert_eq!(post("/system/callbacks", hook).await.2["errors"][0]["code"], "ObjectExists");
}

#[tokio::test]
async fn the_newest_calls_hide_behind_a_switch() {
    let draft = json!({"event": {"eventCondition": "id < 4"}, "testOptions": {"maxResults": 2}});
    let old = started().await;
    let ask_draft =
        |simulator| ask(simulator, reqwest::Method::POST, "/system/workflows/testDraft", Some(draft.clone()));
    assert_eq!(ask_draft(&old).await.0, 404);
    let new = setting(|world| world.quirks.newest = true).await;
    let (status, _, body) = ask_draft(&new.simulator).await;
    assert_eq!(
        (status, body["totalCount"].as_i64(), body["results"].as_array().unwrap().len()),
        (200, Some(3), 2)
    );
}

#[tokio::test]
async fn triggers_of_a_kind_of_record_are_new() {
    let path = "/system/workflows/tableTypes/2/triggers";
    assert_eq!(get(&started().await, path).await.0, 404);
    let simulator = setting(|world| world.quirks.newest = true).await.simulator;
    let (status, _, rows) = get(&simulator, path).await;
    let board = rows.as_array().unwrap().iter().find(|row| row["name"] == "Board").unwrap();
    assert_eq!((status, rows.as_array().unwrap().len()), (200, 4));
    let (status, _, options) = get(&simulator, &format!("{path}/{}/options", board["id"])).await;
    assert_eq!((status, options[0]["name"].as_str()), (200, Some("Service Desk")));
    assert_eq!(get(&simulator, &format!("{path}/99/options")).await.0, 404);
}

#[tokio::test]
async fn a_custom_field_stands_where_it_is_bound_to() {
    let simulator = started().await;
    let field = |caption: &str, more: Value| {
        let mut row =
            json!({"podId": 9, "caption": caption, "sequenceNumber": 2, "fieldTypeIdentifier": "Text"});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    };
    for (caption, more) in [
        ("Here", json!({"locationIds": [2]})),
        ("Elsewhere", json!({"locationIds": [3]})),
        ("Everywhere", json!({"addAllLocations": true})),
        ("OtherTeam", json!({"addAllLocations": true, "businessUnitIds": [11]})),
        ("Unbound", json!({})),
    ] {
        let made =
            ask(&simulator, reqwest::Method::POST, "/system/userDefinedFields", Some(field(caption, more)));
        assert_eq!(made.await.0, 201);
    }
    let shown = async || {
        let (_, _, ticket) = get(&simulator, "/service/tickets/1").await;
        let fields = ticket["customFields"].as_array().unwrap().clone();
        fields.iter().map(|field| field["caption"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, ["Room", "Here", "Everywhere", "Unbound"]);
    simulator.with(|world| world.quirks.fields_need_location = true);
    patch(&simulator, json!([{"op": "replace", "path": "location", "value": {"id": 3}}])).await;
    assert_eq!(shown().await, ["Elsewhere", "Everywhere"]);
}

#[tokio::test]
async fn a_person_creates_and_changes_tickets_on_the_control_page() {
    let simulator = started().await;
    let http = reqwest::Client::new();
    let page = format!("{}/_sandbox", simulator.url());
    let made: Value = http
        .post(format!("{page}/tickets"))
        .form(&[("summary", "<b>Fire</b>")])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(made["id"], 7);
    let changed =
        http.post(format!("{page}/tickets/7")).form(&[("status", "In Progress")]).send().await.unwrap();
    assert_eq!(changed.status().as_u16(), 200);
    let wrong = http.post(format!("{page}/tickets/7")).form(&[("status", "Nowhere")]).send().await.unwrap();
    assert_eq!(wrong.status().as_u16(), 400);
    let shown = http.get(&page).send().await.unwrap().text().await.unwrap();
    assert!(
        shown.contains("&lt;b&gt;Fire&lt;/b&gt;") && shown.contains("<option selected>In Progress</option>"),
        "{shown}"
    );
    simulator.with(|world| assert_eq!(world.row("tickets", 7).unwrap()["_info"]["updatedBy"], "jdoe"));
}

#[tokio::test]
async fn faults_are_switched_over_the_control_path() {
    let simulator = started().await;
    let http = reqwest::Client::new();
    let faults = format!("{}/_sandbox/faults", simulator.url());
    let fault = json!({"path": "service/tickets", "fault": "status", "status": 503, "times": 1});
    assert_eq!(http.post(&faults).json(&fault).send().await.unwrap().status().as_u16(), 204);
    assert_eq!(get(&simulator, "/service/tickets/1").await.0, 503);
    assert_eq!(get(&simulator, "/service/tickets/1").await.0, 200, "it was used up");
    http.post(&faults).json(&json!({"fault": "bad_gateway"})).send().await.unwrap();
    assert_eq!(get(&simulator, "/service/tickets/1").await.0, 502);
    http.delete(&faults).send().await.unwrap();
    assert_eq!(get(&simulator, "/service/tickets/1").await.0, 200);
    let log: Value =
        http.get(format!("{}/_sandbox/log", simulator.url())).send().await.unwrap().json().await.unwrap();
    assert_eq!(
        log.as_array().unwrap().iter().map(|entry| entry["status"].as_i64().unwrap()).collect::<Vec<_>>(),
        [503, 200, 502, 200]
    );
}

#[tokio::test]
async fn slow_answers_are_whole() {
    let world = setting(|_| {}).await;
    world.fault(sandbox::manage::Fault::on(
        "tickets/1",
        sandbox::manage::FaultKind::Slow { milliseconds: 20 },
    ));
    assert_eq!(world.manage.ticket(1).await.unwrap().id, 1);
}
