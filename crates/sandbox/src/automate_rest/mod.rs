//! An Automate server's REST interface (`automate-api.md` section 2), served from a library in memory.
//!
//! - [`access`]: tokens, refresh, the second factor, `ClientId`
//! - [`options`]: list options in both spellings
//! - [`rows`]: the library as Automate's rows, with local ids where the database has them
//! - [`tables`], [`writes`]: what can be made, changed and deleted; `/v2` for scripts that are there
//! - [`faults`]: what can be made to go wrong, from Rust or by `PUT /sandbox/faults`
//!
//! `POST /sandbox/week` lets a week pass. Paths are case-insensitive, as on a real server.

mod access;
mod faults;
mod options;
mod rows;
mod tables;
mod writes;

pub use access::{CLIENT_ID, PASSWORD, USERNAME};
pub use faults::{Bodies, Faults};

use crate::library::{self, Contents};
use access::Access;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use options::Options;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct AutomateRest {
    /// Where it listens, for example `http://127.0.0.1:4711`.
    pub url: String,
    world: Arc<Mutex<World>>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct World {
    contents: Contents,
    faults: Faults,
    access: Access,
    requests: Vec<String>,
    /// The rows of what can be written, by resource, once something was; they no longer follow the library.
    tables: BTreeMap<String, Vec<Value>>,
}

type Shared = Arc<Mutex<World>>;

impl AutomateRest {
    /// Starts a server on a free port of this machine.
    pub async fn start(contents: Contents) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let faults = Faults::default();
        let world = World {
            contents,
            faults,
            access: Access::default(),
            requests: Vec::new(),
            tables: BTreeMap::new(),
        };
        let world = Arc::new(Mutex::new(world));
        let router = Router::new().fallback(answer).with_state(world.clone());
        let serving = tokio::spawn(async move {
            // It ends with the task.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, world, serving })
    }

    /// Changes the library.
    pub fn change(&self, change: impl FnOnce(&mut Contents)) {
        change(&mut lock(&self.world).contents);
    }

    /// Switches faults on and off.
    pub fn faults(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut lock(&self.world).faults);
    }

    /// The rows of a resource (`scripts`, `scriptfolders`, `groups`).
    pub fn rows(&self, resource: &str) -> Vec<Value> {
        lock(&self.world).table(resource).clone()
    }

    /// Changes the rows of a resource, as people do in the Control Center.
    pub fn edit(&self, resource: &str, change: impl FnOnce(&mut Vec<Value>)) {
        change(lock(&self.world).table(resource));
    }

    /// The requests so far, as `METHOD path?query`.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.world).requests.clone()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        lock(&self.world).requests.clear();
    }
}

impl Drop for AutomateRest {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Every request comes here: the paths are few and their case does not count.
async fn answer(
    State(world): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().trim_end_matches('/').to_ascii_lowercase();
    let query = uri.query().unwrap_or_default();
    if let Some(control) = path.strip_prefix("/sandbox/") {
        return steer(&world, &method, control, &body);
    }
    let second = path.strip_prefix("/cwa/api/v2/").map(|rest| format!("v2/{rest}"));
    let first = path.strip_prefix("/cwa/api/v1/").map(str::to_owned);
    let Some(resource) = second.or(first) else { return plain(StatusCode::NOT_FOUND) };
    let resource = resource.as_str();
    let slow = {
        let mut world = lock(&world);
        world.requests.push(format!("{method} {resource}?{query}"));
        world.faults.slow_milliseconds
    };
    if slow > 0 {
        tokio::time::sleep(Duration::from_millis(slow)).await;
    }
    let mut world = lock(&world);
    if let Some(broken) = world.faults.any() {
        return broken;
    }
    match (method.as_str(), resource) {
        ("POST", "apitoken") => world.sign_in(&body),
        ("POST", "apitoken/refresh") => world.refresh(&body),
        ("GET", "apitoken") => json_answer(&json!({ "AllowDirect": true, "Services": [] })),
        ("GET", _) => world.data(resource, query, &headers),
        _ => world.write(&method, resource, query, &headers, &body),
    }
}

fn steer(world: &Shared, method: &Method, control: &str, body: &[u8]) -> Response {
    let mut world = lock(world);
    match (method.as_str(), control) {
        ("GET", "faults") => json_answer(&json!(world.faults)),
        ("PUT", "faults") => match serde_json::from_slice(body) {
            Ok(faults) => {
                world.faults = faults;
                plain(StatusCode::NO_CONTENT)
            }
            Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
        },
        ("POST", "week") => {
            world.contents = library::contents_after_a_week();
            plain(StatusCode::NO_CONTENT)
        }
        _ => plain(StatusCode::NOT_FOUND),
    }
}

impl World {
    fn data(&mut self, resource: &str, query: &str, headers: &HeaderMap) -> Response {
        if !self.access.admits(headers) || self.faults.signs_out(&mut self.access) {
            return refused(StatusCode::UNAUTHORIZED, "Authorization has been denied for this request.");
        }
        if self.faults.breaks() {
            return self.faults.failure();
        }
        if let Some(answer) = self.one(resource, query) {
            return answer;
        }
        let options = match Options::read(query) {
            Ok(options) => options,
            Err(message) => return refused(StatusCode::BAD_REQUEST, &message),
        };
        let rows = match resource {
            "permissions/users" => return json_answer(&json!(self.faults.rights)),
            "patchinformation" => return json_answer(&json!({ "WebServerPatchVersion": "25.0.330" })),
            "userclasses" => Some(vec![json!({ "Id": "1", "Name": "Super Admin" })]),
            "monitors" if self.faults.without_monitors => return plain(StatusCode::NOT_FOUND),
            resource => self.listed(resource, self.faults.bodies.are_listed(&options)),
        };
        let Some(mut rows) = rows else { return plain(StatusCode::NOT_FOUND) };
        rows.retain(|row| !self.faults.hidden.iter().any(|name| row["Name"] == name.as_str()));
        if self.faults.page_ignored {
            return json_answer(&json!(options.first_page(rows)));
        }
        let page = options.apply(rows, self.faults.largest_page);
        self.faults.shift(&mut self.contents, resource, options.page);
        if page.as_ref().is_ok_and(Vec::is_empty) {
            self.faults.grow(&mut self.contents, resource);
        }
        match page {
            Ok(page) => json_answer(&json!(page)),
            Err(message) => refused(StatusCode::BAD_REQUEST, &message),
        }
    }

    fn sign_in(&mut self, body: &[u8]) -> Response {
        let sent: Value = serde_json::from_slice(body).unwrap_or_default();
        let result = self.access.sign_in(&sent, &self.faults);
        result.map_or_else(
            |status| refused(status, "The credentials are not valid."),
            |token| json_answer(&token),
        )
    }

    fn refresh(&mut self, body: &[u8]) -> Response {
        let sent: Value = serde_json::from_slice(body).unwrap_or_default();
        let result = self.access.refresh(sent.as_str().unwrap_or_default(), &self.faults);
        result.map_or_else(|status| refused(status, "The token is not valid."), |token| json_answer(&token))
    }
}

fn json_answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], value.to_string()).into_response()
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, axum::Json(json!({ "Message": message }))).into_response()
}

fn plain(status: StatusCode) -> Response {
    status.into_response()
}
