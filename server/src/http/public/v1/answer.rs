//! How answers are written: a new thing, a whole list, nothing.

use axum::{
    Json,
    http::{
        StatusCode,
        header::{HeaderValue, LOCATION},
    },
    response::{IntoResponse, Response},
};
use domain::page::Page;
use serde::Serialize;

/// Marks an answer that shows a secret once: it is never kept for a replay.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShowsSecret;

/// 201 with the address of the new thing.
pub(super) fn created(collection: &str, id: impl ToString, body: &impl Serialize) -> Response {
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    set_location(&mut response, &format!("{}/{collection}/{}", super::PREFIX, id.to_string()));
    response
}

/// Tells where the new thing is.
pub(super) fn set_location(response: &mut Response, address: &str) {
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert(LOCATION, address);
    }
}

/// A list that always fits on one page, in the shape of all lists.
pub(super) fn whole<T>(items: Vec<T>) -> Json<Page<T>> {
    let total = items.len() as u64;
    Json(Page { items, next_cursor: None, total })
}

/// 204.
pub(super) fn gone() -> StatusCode {
    StatusCode::NO_CONTENT
}
