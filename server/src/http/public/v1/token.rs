//! `POST /token`: OAuth 2.0 client credentials (RFC 6749 section 4.4).

use crate::http::{
    layers::address::ClientAddress,
    public::{
        endpoint::{Access, Endpoint},
        input::read_body,
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::{Request, State},
    http::{header, request::Parts},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::pull::AccessToken;
use serde_json::json;
use services::Error;
use std::collections::HashMap;

/// The largest body, in bytes: anybody may send one, and a name and a secret are short.
const LARGEST: usize = 8 * 1024;

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(
            "POST",
            "/token",
            "Exchanges an API client's name and secret for an access token.",
            post(token),
        )
        .open_to(Access::Open)
        .body("TokenRequest")
        .answers(200, Some("AccessToken")),
    ]
}

async fn token(
    State(app): State<AppState>,
    ClientAddress(address): ClientAddress,
    request: Request,
) -> Result<Json<AccessToken>, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = read_body(&parts, body, LARGEST).await?;
    let form = form(&bytes);
    match form.get("grant_type").map(String::as_str) {
        Some("client_credentials") => {}
        Some(_) => {
            return Err(refused(400, "unsupported_grant_type", "grant_type", "must be client_credentials"));
        }
        None => {
            return Err(refused(
                400,
                "invalid_request",
                "grant_type",
                "is missing: send grant_type=client_credentials",
            ));
        }
    }
    let named = basic(&parts).or_else(|| in_form(&form));
    // Nobody is called so: no name may hold control characters.
    let named = named.filter(|(name, _)| !name.contains('\0'));
    let (name, secret) = named.ok_or_else(wrong_client)?;
    let program = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let program = program.map(str::to_owned);
    // Its own task: a try that was counted is ended, so that a receiver that hangs up is not taken for one that guesses.
    let work = tokio::spawn(async move {
        app.services.clients().token(&name, &secret, address.as_deref(), program.as_deref()).await
    });
    let answer = work.await.map_err(Error::internal)?;
    answer.map(Json).map_err(|error| match error {
        Error::Unauthenticated => wrong_client(),
        other => other.into(),
    })
}

fn refused(status: u16, error: &str, field: &str, message: &str) -> Problem {
    Problem::field(status, field, message).with("error", json!(error))
}

fn wrong_client() -> Problem {
    Problem::new(401, "The name or the secret is wrong, or the API client was deleted.")
        .with("error", json!("invalid_client"))
        .challenge("Basic realm=\"Tandem\"")
}

/// HTTP Basic (RFC 7617): the name ends at the first colon.
fn basic(parts: &Parts) -> Option<(String, String)> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, secret) = text.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| (name.to_owned(), secret.to_owned()))
}

fn in_form(form: &HashMap<String, String>) -> Option<(String, String)> {
    Some((form.get("client_id")?.clone(), form.get("client_secret")?.clone()))
}

/// The members of a form; JSON is taken as well.
fn form(bytes: &[u8]) -> HashMap<String, String> {
    if let Ok(members) = serde_json::from_slice(bytes) {
        return members;
    }
    let text = String::from_utf8_lossy(bytes);
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect()
}

/// Decodes `application/x-www-form-urlencoded` text.
fn plain(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(*other),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded() {
        let form = form(b"grant_type=client_credentials&client_id=Ac%6De+Ltd&client_secret=a%3Db%zz");
        assert_eq!(form["client_id"], "Acme Ltd");
        assert_eq!(form["client_secret"], "a=b%zz");
    }
}
