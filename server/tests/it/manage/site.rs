//! The real server beside a simulated Manage, as the world outside sees both.

use super::{KEY, settings};
use crate::world::{Engine, World, expect};
use reqwest::Method;
use sandbox::manage::{Manage as Simulator, World as Instance};
use serde_json::{Value, json};
use server::config::ConfiguredKey;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The public address of a server, known before the server is there: what comes in is handed on.
pub(crate) struct Door {
    pub(crate) url: String,
    behind: Arc<Mutex<String>>,
    task: JoinHandle<()>,
}

impl Door {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let behind = Arc::new(Mutex::new(String::new()));
        let shown = behind.clone();
        let task = tokio::spawn(async move {
            while let Ok((mut outside, _)) = listener.accept().await {
                let to = shown.lock().unwrap().clone();
                tokio::spawn(async move {
                    let Ok(mut inside) = TcpStream::connect(to).await else { return };
                    drop(copy_bidirectional(&mut outside, &mut inside).await);
                });
            }
        });
        Self { url, behind, task }
    }

    /// Leads to this server from now on.
    pub(crate) fn lead_to(&self, url: &str) {
        *self.behind.lock().unwrap() = url.trim_start_matches("http://").to_owned();
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A server, and the instance that it is connected to.
pub(crate) struct Site {
    pub(crate) world: World,
    pub(crate) simulator: Simulator,
}

impl Site {
    pub(crate) async fn on(engine: Engine) -> Self {
        Self::with(engine, "").await
    }

    /// With the address that people, and Manage, type for it.
    pub(crate) async fn with(engine: Engine, public_url: &str) -> Self {
        let simulator = Simulator::start(Instance::seeded()).await.unwrap();
        let world = World::with(engine, |config| {
            config.security.allowed_networks = vec!["127.0.0.0/8".into()];
            config.server.public_url = public_url.to_owned();
            if matches!(engine, Engine::Postgres) {
                config.security.key = ConfiguredKey::new(KEY);
            }
        })
        .await;
        Self { world, simulator }
    }

    pub(crate) fn body(&self) -> Value {
        let mut body = serde_json::to_value(settings(&self.simulator.url())).unwrap();
        let members = body.as_object_mut().unwrap();
        members.remove("has_private_key");
        members.insert("private_key".into(), json!("privateKey"));
        members.insert("poll_interval_seconds".into(), json!(5));
        body
    }

    pub(crate) async fn put(&self, path: &str, body: &Value, status: u16) -> Value {
        expect(self.world.request(Method::PUT, path).json(body).send().await.unwrap(), status).await
    }

    /// Waits until something holds, as a person would look again.
    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        for _ in 0..200 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("never: {what}");
    }

    pub(crate) async fn alerts(&self) -> Vec<Value> {
        self.world.get("/alerts?limit=500", 200).await["items"].as_array().unwrap().clone()
    }

    pub(crate) fn status(&self, ticket: i64) -> Value {
        self.simulator.with(|world| world.row("tickets", ticket).unwrap()["status"]["name"].clone())
    }

    /// The alert of a ticket.
    pub(crate) async fn alert(&self, ticket: i64) -> Value {
        let all = self.alerts().await;
        all.into_iter().find(|alert| alert["ticket"]["id"] == ticket).unwrap_or_default()
    }

    /// Adds a connector and enables it; answers its path once the six tickets of the instance are alerts.
    pub(crate) async fn connected(&self, body: Value) -> String {
        let made = self.world.post("/connectors", body, 201).await;
        let path = format!("/connectors/{}", made["id"].as_str().unwrap());
        self.world.post(&format!("{path}/enable"), json!({}), 200).await;
        self.until("six alerts", async || self.alerts().await.len() == 6).await;
        self.until("all are marked", async || {
            self.world.get(&format!("{path}/health"), 200).await["pending_write_backs"] == 0
        })
        .await;
        path
    }

    /// A ticket that somebody enters in Manage, which tells those who want to know.
    pub(crate) async fn create(&self, summary: &str) -> i64 {
        let made = self.by_hand("tickets", &[("summary", summary)]).await;
        made["id"].as_i64().unwrap()
    }

    /// A status that somebody gives a ticket in Manage, which tells those who want to know.
    pub(crate) async fn change(&self, ticket: i64, status: &str) {
        self.by_hand(&format!("tickets/{ticket}"), &[("status", status)]).await;
    }

    async fn by_hand(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let url = format!("{}/_sandbox/{path}", self.simulator.url());
        self.world.http.post(url).form(form).send().await.unwrap().json().await.unwrap()
    }
}
