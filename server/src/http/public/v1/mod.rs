//! The resources, one file each.

pub mod alerts;
pub mod categories;
pub mod clients;
pub mod connectors;
pub mod content;
pub mod events;
pub mod item;
pub mod policies;
pub mod pull;
pub mod receivers;
pub mod records;
pub mod review;
pub mod rings;
pub mod search;
pub mod sources;
pub mod token;
pub mod tokens;
pub mod users;
pub mod windows;
pub mod write_backs;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;
use services::lasting::Lasting;

/// What was done, or 202 when it takes long and goes on.
fn lasting<T: Serialize>(waited: Lasting<T>) -> Response {
    match waited {
        Lasting::Done(thing) => Json(thing).into_response(),
        Lasting::GoesOn => {
            let message = "the reading takes long and goes on: ask the source for its newest reading later";
            (StatusCode::ACCEPTED, Json(json!({ "message": message }))).into_response()
        }
    }
}

/// 201 with where the new thing stands.
fn created<T: Serialize>(path: String, thing: &T) -> Response {
    let location = format!("{}{path}", super::PREFIX);
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(thing)).into_response()
}
