//! Automate's REST interface as a source, over /api/v1, against the simulator.

mod faults;
mod journey;
mod screens;
mod secrets;

use crate::world::{Engine, World};
use sandbox::{
    automate_rest::{AutomateRest, CLIENT_ID, PASSWORD, USERNAME},
    library,
};
use serde_json::{Value, json};
use server::config::ConfiguredKey;

/// A key for secrets, which PostgreSQL needs to be told.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A Tandem that may call this machine, and an Automate server on it.
struct Place {
    world: World,
    automate: AutomateRest,
}

impl Place {
    async fn on(engine: Engine) -> Self {
        let automate = AutomateRest::start(library::contents()).await.unwrap();
        let world = World::with(engine, |config| {
            config.security.allowed_networks = vec!["127.0.0.0/8".into()];
            if matches!(engine, Engine::Postgres) {
                config.security.key = ConfiguredKey::new(KEY);
            }
        })
        .await;
        Self { world, automate }
    }

    fn body(&self) -> Value {
        json!({
            "name": "Master", "kind": "automate_rest", "url": self.automate.url, "username": USERNAME,
            "password": PASSWORD, "client_id": CLIENT_ID,
        })
    }

    /// Adds the server as a source; answers its id.
    async fn add(&self) -> String {
        self.world.post("/sources", self.body(), 201).await["id"].as_str().unwrap().to_owned()
    }

    /// Adds it and publishes its scripts.
    async fn published(&self) -> String {
        let id = self.add().await;
        assert_eq!(self.world.scan(&id).await["outcome"], "complete");
        self.world.publish_all("scripts").await;
        id
    }

    async fn end(self) {
        self.world.running.stop().await;
    }
}

/// A body without one member.
fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().unwrap().remove(name);
    body
}

/// A body with another member.
fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}
