//! The control page and paths: `/_sandbox` shows the tickets and lets a person create and change them;
//! `/_sandbox/faults` takes faults as JSON, `/_sandbox/callbacks` how often and in which order callbacks come;
//! `/_sandbox/log` shows what was asked.

use super::{
    faults::Fault,
    serve::{Shared, lock},
    tickets,
    world::World,
};
use axum::{
    Json, Router,
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// How the page looks.
const STYLE: &str = ":root{color-scheme:light dark}body{font:15px/22px system-ui,sans-serif;max-width:1200px;margin:24px auto;padding:0 16px}\
    h1{font-size:24px}table{border-collapse:collapse;width:100%;margin-top:16px}th,td{text-align:left;padding:8px 10px;border-bottom:1px solid #8884;vertical-align:top}\
    td:nth-child(6){max-width:320px;white-space:pre-wrap;overflow-wrap:anywhere}th{font-size:13px}input,select,button{font:inherit;padding:4px 8px}input[name=summary]{width:min(420px,90%)}";

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/_sandbox", get(page))
        .route("/_sandbox/log", get(log))
        .route("/_sandbox/faults", post(add_fault).delete(clear_faults))
        .route("/_sandbox/callbacks", post(set_callbacks))
        .route("/_sandbox/tickets", post(create))
        .route("/_sandbox/tickets/{id}", get(ticket).post(change))
}

async fn add_fault(State(world): State<Shared>, Json(fault): Json<Fault>) -> StatusCode {
    lock(&world).faults.push(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(world): State<Shared>) -> StatusCode {
    lock(&world).faults.clear();
    StatusCode::NO_CONTENT
}

/// How callbacks come, as [`Quirks`](super::Quirks) names it; what is left out is as usual.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Callbacks {
    copies: usize,
    batch: usize,
}

impl Default for Callbacks {
    fn default() -> Self {
        Self { copies: 1, batch: 1 }
    }
}

async fn set_callbacks(State(world): State<Shared>, Json(wanted): Json<Callbacks>) -> StatusCode {
    {
        let mut world = lock(&world);
        world.quirks.callback_copies = wanted.copies;
        world.quirks.callback_batch = wanted.batch;
    }
    // What was held until now may be due.
    tokio::spawn(super::callbacks::deliver(world));
    StatusCode::NO_CONTENT
}

async fn log(State(world): State<Shared>) -> Json<Value> {
    let world = lock(&world);
    let entries = world
        .log
        .iter()
        .map(|request| json!({"method": request.method, "path": request.path, "status": request.status}));
    Json(entries.collect())
}

/// Creates a ticket as a person would, by hand.
async fn create(State(world): State<Shared>, RawForm(form): RawForm) -> Response {
    let form = pairs(&String::from_utf8_lossy(&form));
    let Some(summary) = value(&form, "summary").filter(|summary| !summary.trim().is_empty()) else {
        return (StatusCode::BAD_REQUEST, "summary: say what the ticket is about").into_response();
    };
    let id = lock(&world).new_ticket(summary);
    let deliver = super::callbacks::deliver(world);
    tokio::spawn(deliver);
    answer(&form, id)
}

/// A ticket with its notes, as it stands.
async fn ticket(State(world): State<Shared>, Path(id): Path<i64>) -> Response {
    let world = lock(&world);
    let Some(ticket) = world.row("tickets", id) else { return StatusCode::NOT_FOUND.into_response() };
    Json(json!({"ticket": ticket, "notes": notes(&world, id)})).into_response()
}

fn notes(world: &World, ticket: i64) -> Vec<Value> {
    world.rows("notes").into_iter().filter(|note| note["ticketId"] == ticket).collect()
}

/// Gives a ticket another status, by hand.
async fn change(State(world): State<Shared>, Path(id): Path<i64>, RawForm(form): RawForm) -> Response {
    let form = pairs(&String::from_utf8_lossy(&form));
    let name = value(&form, "status").unwrap_or_default();
    if !lock(&world).set_status(id, name, "jdoe") {
        return (StatusCode::BAD_REQUEST, "status: the ticket's board has no such status").into_response();
    }
    let deliver = super::callbacks::deliver(world);
    tokio::spawn(deliver);
    answer(&form, id)
}

fn answer(form: &[(String, String)], id: i64) -> Response {
    match value(form, "then") {
        Some("page") => Redirect::to("/_sandbox").into_response(),
        _ => Json(json!({"id": id})).into_response(),
    }
}

fn value<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

async fn page(State(world): State<Shared>) -> Html<String> {
    let world = lock(&world);
    let mut rows = String::new();
    for ticket in world.rows("tickets").iter().rev().take(200) {
        let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
        let statuses = world.rows("statuses");
        let own = statuses.iter().filter(|status| status["board"]["id"] == ticket["board"]["id"]);
        let options: String = own.fold(String::new(), |mut all, status| {
            let chosen = if status["id"] == ticket["status"]["id"] { " selected" } else { "" };
            let _infallible = write!(all, "<option{chosen}>{}</option>", text(&status["name"]));
            all
        });
        let _infallible = write!(
            rows,
            "<tr><td>{id}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td><form method=post action=\"/_sandbox/tickets/{id}\">\
             <input type=hidden name=then value=page><select name=status aria-label=\"Status of ticket {id}\">{options}</select> <button>Change</button></form></td></tr>",
            text(&ticket["summary"]),
            text(&ticket["company"]["name"]),
            text(&ticket["board"]["name"]),
            text(&ticket["owner"]["name"]),
            notes(&world, ticket["id"].as_i64().unwrap_or_default())
                .last()
                .map(|note| text(&note["text"]))
                .unwrap_or_default(),
            id = ticket["id"],
        );
    }
    Html(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\
         <title>Simulated Manage</title><style>{STYLE}</style><h1>Simulated Manage</h1>\
         <p>Create a ticket, or give one another status, and watch Tandem. What people do there comes back here: status, owner, notes.</p>\
         <form method=post action=\"/_sandbox/tickets\"><input type=hidden name=then value=page>\
         <label>New ticket <input name=summary required maxlength=100></label> <button>Create</button></form>\
         <table><thead><tr><th>Ticket</th><th>Summary</th><th>Company</th><th>Board</th><th>Owner</th><th>Newest note</th><th>Status</th></tr></thead><tbody>{rows}</tbody></table></html>"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The pairs of a query or a form, decoded.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = behind
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match (first, code) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = behind;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl World {
    /// A ticket that a person enters: on the first board, for the first company.
    pub fn new_ticket(&mut self, summary: &str) -> i64 {
        let company =
            self.rows("companies").first().and_then(|company| company["id"].as_i64()).unwrap_or_default();
        let summary: String = summary.chars().take(100).collect();
        let mut row = json!({"summary": summary, "company": self.reference("companies", company)});
        // A seeded world always has a board with a default status.
        let _either = tickets::fill(self, &mut row);
        let id = self.add("tickets", row);
        tickets::show_custom_fields(self, id);
        super::callbacks::queue(self, "added", id);
        id
    }

    /// Gives a ticket the status of this name on its own board, as `who`; says whether there is one.
    pub fn set_status(&mut self, ticket: i64, name: &str, who: &str) -> bool {
        let Some(before) = self.row("tickets", ticket).cloned() else { return false };
        let rows = self.rows("statuses");
        let own = |status: &&Value| status["board"]["id"] == before["board"]["id"] && status["name"] == name;
        let Some(id) = rows.iter().find(own).and_then(|status| status["id"].as_i64()) else { return false };
        let mut row = before.clone();
        row["status"] = self.reference("statuses", id);
        if tickets::settle(self, &before, &mut row).is_err() {
            return false;
        }
        if let Some(place) = self.row_mut("tickets", ticket) {
            *place = row;
        }
        self.touch("tickets", ticket, who);
        super::callbacks::queue(self, "updated", ticket);
        true
    }
}
