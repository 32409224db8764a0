//! Who calls: a person's or program's personal token, or an API client's access token. Cookies never count.

use super::problem::Problem;
use crate::http::state::AppState;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use domain::account::Actor;
use services::pull::Admitted;

/// The bearer of a personal token.
pub struct Caller(pub Actor);

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(Problem::unauthenticated)?;
        let actor = state.services.accounts().bearer(token).await?;
        actor.map(Self).ok_or_else(Problem::unauthenticated)
    }
}

/// The bearer of an access token: a receiver.
pub struct Receiver(pub Admitted);

impl FromRequestParts<AppState> for Receiver {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).ok_or_else(Problem::unauthenticated)?;
        Ok(Self(state.services.pull().client(token).await?))
    }
}

/// The token of an `Authorization: Bearer` header (RFC 6750 section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}
