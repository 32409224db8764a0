//! The real program as processes of their own: what a test can kill.

use reqwest::{Method, Response};
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A key for secrets, which PostgreSQL needs to be told.
const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// The program, with the networks of the simulators.
pub(crate) fn tandem() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.env("TANDEM__SECURITY__ALLOWED_NETWORKS", "127.0.0.0/8,::1");
    command
}

/// A personal token of an administrator.
pub(crate) fn admin_token(database: &str) -> String {
    let made = tandem()
        .args(["admin", "create-token", "--database", database, "--role", "admin", "--name", "t"])
        .output()
        .unwrap();
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

/// A server.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    /// Starts one; its log goes nowhere.
    pub(crate) fn start(database: &str) -> Self {
        Self::start_with(database, |command| command.stderr(Stdio::null()))
    }

    pub(crate) fn start_with(database: &str, change: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let mut command = tandem();
        command.args(["serve", "--database", database, "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        if database.starts_with("postgres") {
            command.env("TANDEM__SECURITY__KEY", KEY);
        }
        let mut child = change(&mut command).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").expect("the server starts").to_owned();
        Self { child, url }
    }

    /// Ends it as a loss of power would.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// Asks it; fails when it is killed meanwhile.
    pub(crate) async fn call(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> reqwest::Result<Response> {
        let request =
            reqwest::Client::new().request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(token);
        request.json(&body).send().await
    }
}

/// Begins a receiver's sync and kills it after a while.
pub(crate) async fn killed_sync(home: &Path, after: Duration) {
    let mut child = tandem()
        .args(["receiver", "sync", "--home", &home.display().to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    tokio::time::sleep(after).await;
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Of a test that fails nothing goes on.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
