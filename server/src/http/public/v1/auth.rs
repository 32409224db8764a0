//! Who calls: a personal token, or an API client's access token. Never a cookie.

use crate::http::public::problem::{Answer, Problem};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
    middleware::Next,
    response::Response,
};
use domain::{account::Actor, client::ApiClient};
use services::Services;

/// Longer tokens were not made here, so they are refused before they are hashed.
const LONGEST_TOKEN: usize = 256;

/// The bearer of a personal token.
#[derive(Debug, Clone)]
pub(super) struct Caller(pub(super) Actor);

/// The API client that pulls.
#[derive(Debug, Clone)]
pub(super) struct Puller(pub(super) ApiClient);

/// Who sent the request, for the keeping of answers.
#[derive(Clone)]
pub(super) struct Sender {
    /// `token:…` or `client:…`.
    pub(super) actor: String,
    /// The token itself: it is not in the database, so what is hashed together with it cannot be guessed
    /// from there.
    pub(super) token: String,
}

/// Lets the bearers of personal tokens in.
pub(super) async fn personal(
    State(services): State<Services>,
    mut request: Request,
    next: Next,
) -> Answer<Response> {
    let token = bearer(request.headers())?.to_owned();
    let actor = services.accounts().bearer(&token).await?.ok_or_else(|| Problem::unauthenticated(true))?;
    let id = actor.id().unwrap_or_default();
    request.extensions_mut().insert(Sender { actor: format!("{}:{id}", actor.kind()), token });
    request.extensions_mut().insert(Caller(actor));
    Ok(next.run(request).await)
}

/// Lets API clients in.
pub(super) async fn receiver(
    State(services): State<Services>,
    mut request: Request,
    next: Next,
) -> Answer<Response> {
    let token = bearer(request.headers())?;
    let client = services.pull().client(token).await?;
    // Only what is written can be kept under a key; the many reads go without.
    if !request.method().is_safe() {
        let sender = Sender { actor: format!("client:{}", client.id), token: token.to_owned() };
        request.extensions_mut().insert(sender);
    }
    request.extensions_mut().insert(Puller(client));
    Ok(next.run(request).await)
}

fn bearer(headers: &HeaderMap) -> Answer<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or_else(|| Problem::unauthenticated(false))?;
    let token = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty() && token.len() <= LONGEST_TOKEN);
    // Two headers may be read differently by a proxy and by us, so neither counts.
    token.filter(|_| values.next().is_none()).ok_or_else(|| Problem::unauthenticated(true))
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::unauthenticated(false))
    }
}

impl<S: Sync> FromRequestParts<S> for Puller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        parts.extensions.remove::<Self>().ok_or_else(|| Problem::unauthenticated(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        bearer(&headers).ok().map(str::to_owned)
    }

    #[test]
    fn one_bearer_counts() {
        assert_eq!(read(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(read(&["bearer  abc "]).as_deref(), Some("abc"));
        let long = format!("Bearer {}", "a".repeat(300));
        for wrong in [&[][..], &["Bearer"], &["Bearer "], &["Basic abc"], &["Bearer a", "Bearer a"], &[&long]] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
