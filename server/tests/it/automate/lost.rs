//! A server that is lost in the middle of a sync: what was done until then is told.

use super::{good, tandem};
use crate::world::{Engine, World};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use sandbox::exports::{Script, ScriptStep};
use serde_json::Value;

/// What stands before the server and hands everything on, but answers reports with 503.
async fn before(server: &str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(hand_on).with_state(server.to_owned());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn hand_on(State(server): State<String>, request: Request) -> Response {
    if request.uri().path().ends_with("/pull/report") {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "0")]).into_response();
    }
    let (parts, body) = request.into_parts();
    let mut asked = reqwest::Client::new().request(parts.method, format!("{server}{}", parts.uri));
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
        if let Some(value) = parts.headers.get(&name) {
            asked = asked.header(name, value);
        }
    }
    let answer = asked.body(to_bytes(body, usize::MAX).await.unwrap()).send().await.unwrap();
    let status = answer.status();
    (status, Body::from(answer.bytes().await.unwrap())).into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_results_are_told_before_the_error() {
    let world = World::on(Engine::Sqlite).await;
    for name in ["One", "Two"] {
        let script = Script::new(name).step(ScriptStep::note("x"));
        std::fs::write(world.library().join(format!("{name}.xml")), script.to_xml()).unwrap();
    }
    let source = world.add_source().await;
    world.scan(&source).await;
    world.publish_all("scripts").await;
    world.client("Acme").await;
    let server = before(&world.running.url).await;
    for json in [true, false] {
        let home = tempfile::tempdir().unwrap();
        let into = format!("folder:{}", home.path().display());
        let init = ["init", "--server", &server, "--client", "Acme", "--secret-stdin", "--into", &into];
        good(tandem(&init, home.path(), "correct horse battery\n"));
        let done = tandem(if json { &["sync", "--json"] } else { &["sync"] }, home.path(), "");
        let (said, complained) =
            (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert_eq!(done.status.code(), Some(1), "{said}{complained}");
        assert!(complained.contains("503"), "{complained}");
        if json {
            let results: Vec<Value> = serde_json::from_str(&said).unwrap();
            assert!(results.len() == 2 && results.iter().all(|one| one["outcome"] == "done"), "{said}");
        } else {
            assert!(said.contains("installed script") && said.ends_with("2 items\n"), "{said}");
        }
    }
    world.running.stop().await;
}
