//! Alerts over HTTP: what people and programs do to them, and how pages hear of it.

mod acting;
mod events;
mod intake;
mod listing;
mod sorting;

use crate::world::World;
use domain::account::{Actor, Role};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

impl World {
    /// A personal token of this role.
    pub(crate) async fn token_of(&self, name: &str, role: Role) -> String {
        let actor = Actor::system("test");
        self.running.services.accounts().create_token(&actor, name, role).await.unwrap().token
    }

    /// Raises an alert; answers it.
    pub(crate) async fn raise(&self, title: &str, category: &str) -> Value {
        self.post("/alerts", json!({ "title": title, "category": category }), 201).await
    }

    /// A request with another token.
    pub(crate) fn as_(&self, token: &str, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(token)
    }
}

fn path(alert: &Value, step: &str) -> String {
    format!("/alerts/{}/{step}", alert["id"].as_str().unwrap())
}

fn titles(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|alert| alert["title"].as_str().unwrap()).collect()
}
