//! A Tandem of its own for each test, and callers that say which status they expect.
#![allow(unreachable_pub, reason = "every case of this binary uses it")]

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use server::{Config, run::Running};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};
use tempfile::TempDir;

/// The engines that a test runs on.
#[derive(Debug, Clone, Copy)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A Tandem with a folder of exports.
pub struct World {
    pub running: Running,
    pub http: Client,
    pub admin: String,
    pub folder: TempDir,
    pub database: String,
}

/// A fresh database.
pub async fn database(engine: Engine, folder: &TempDir) -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    match engine {
        Engine::Sqlite => format!("sqlite://{}", folder.path().join("tandem.db").display()),
        Engine::Postgres => {
            let base = std::env::var("TANDEM_TEST_POSTGRES")
                .expect("TANDEM_TEST_POSTGRES is not set: run `cargo xtask test`, which starts a PostgreSQL");
            let name = format!("it_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
            let made = std::process::Command::new("psql")
                .args([&base, "-qc", &format!("CREATE DATABASE {name}")])
                .status()
                .unwrap();
            assert!(made.success(), "cannot make the database {name}");
            base.replace("/postgres", &format!("/{name}")).replacen(&format!("/{name}://"), "postgres://", 1)
        }
    }
}

/// The defaults, on this database and a free port, with jobs that do not interfere.
pub fn config(database: &str) -> Config {
    let mut config: Config = toml::from_str(server::config::DEFAULTS).unwrap();
    config.database.url = database.to_owned();
    config.server.listen = "127.0.0.1:0".into();
    config
}

impl World {
    pub async fn on(engine: Engine) -> Self {
        Self::with(engine, |_| {}).await
    }

    pub async fn with(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = database(engine, &folder).await;
        let mut config = config(&database);
        change(&mut config);
        let running = server::run::start(&config).await.unwrap();
        let actor = domain::account::Actor::system("test");
        let token = running
            .services
            .accounts()
            .create_token(&actor, "test", domain::account::Role::Admin)
            .await
            .unwrap();
        std::fs::create_dir(folder.path().join("library")).unwrap();
        Self { running, http: Client::new(), admin: token.token, folder, database }
    }

    pub fn library(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.running.url)
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path)).bearer_auth(&self.admin)
    }

    pub async fn get(&self, path: &str, status: u16) -> Value {
        expect(self.request(Method::GET, path).send().await.unwrap(), status).await
    }

    pub async fn post(&self, path: &str, body: Value, status: u16) -> Value {
        expect(self.request(Method::POST, path).json(&body).send().await.unwrap(), status).await
    }

    pub async fn delete(&self, path: &str, status: u16) {
        expect(self.request(Method::DELETE, path).send().await.unwrap(), status).await;
    }

    /// Adds the library as a source; answers its id.
    pub async fn add_source(&self) -> String {
        let body = json!({ "name": "Master", "kind": "folder", "path": self.library() });
        self.post("/sources", body, 201).await["id"].as_str().unwrap().to_owned()
    }

    pub async fn scan(&self, source: &str) -> Value {
        self.post(&format!("/sources/{source}/scan"), json!({}), 200).await
    }

    pub async fn rows(&self, kind: &str) -> Vec<Value> {
        self.get(&format!("/content/{kind}?limit=500"), 200).await["items"].as_array().unwrap().clone()
    }

    pub async fn row(&self, kind: &str, name: &str) -> Value {
        let rows = self.rows(kind).await;
        rows.into_iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no row {name}"))
    }

    /// Approves rows as they were read.
    pub async fn approve(&self, kind: &str, rows: &[Value]) -> Value {
        let items: Vec<Value> = rows
            .iter()
            .map(|row| json!({ "guid": row["guid"], "candidate_hash": row["candidate_hash"] }))
            .collect();
        self.post(&format!("/content/{kind}/approve"), json!({ "items": items }), 200).await
    }

    pub async fn sync(&self, kind: &str) -> Value {
        self.post(&format!("/content/{kind}/sync"), json!({}), 200).await
    }

    /// Approves and syncs everything of a type.
    pub async fn publish_all(&self, kind: &str) {
        let rows = self.rows(kind).await;
        self.approve(kind, &rows).await;
        self.sync(kind).await;
    }

    /// Adds an API client and signs it in.
    pub async fn client(&self, name: &str) -> (String, String) {
        let secret = "correct horse battery";
        let body = json!({ "name": name, "secret": secret, "secret_confirmation": secret });
        let id = self.post("/clients", body, 201).await["id"].as_str().unwrap().to_owned();
        let answer = self.token(name, secret).await;
        let token = expect(answer, 200).await["access_token"].as_str().unwrap().to_owned();
        (id, token)
    }

    /// Adds a person and signs them in; the cookie of their browser.
    pub async fn browser(&self, role: &str) -> String {
        let password = "lamp cedar violin 9";
        let user = json!({ "email": "ada@example.com", "name": "Ada", "role": role, "password": password });
        self.post("/users", user, 201).await;
        let accounts = self.running.services.accounts();
        let signed_in = accounts.sign_in("ada@example.com", password, None, None).await.unwrap();
        format!("tandem={}", signed_in.token)
    }

    pub async fn token(&self, name: &str, secret: &str) -> Response {
        let form = [("grant_type", "client_credentials")];
        self.http.post(self.url("/token")).basic_auth(name, Some(secret)).form(&form).send().await.unwrap()
    }

    pub async fn pull(&self, token: &str, path: &str, status: u16) -> Value {
        expect(
            self.http.get(self.url(&format!("/pull/{path}"))).bearer_auth(token).send().await.unwrap(),
            status,
        )
        .await
    }
}

/// The body of an answer with the expected status; failures must be problem documents.
pub async fn expect(answer: Response, status: u16) -> Value {
    let (found, url) = (answer.status().as_u16(), answer.url().clone());
    let kind = answer
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let text = answer.text().await.unwrap();
    assert_eq!(found, status, "{url}: {text}");
    if status >= 400 {
        assert_eq!(kind, "application/problem+json", "{url}: {text}");
    }
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// The names of the fields that a problem names.
pub fn fields(problem: &Value) -> Vec<String> {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

/// One test on both engines.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name($crate::world::Engine::Sqlite).await; })+ }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name($crate::world::Engine::Postgres).await; })+ }
    };
}
