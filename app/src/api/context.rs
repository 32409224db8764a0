//! The one place where server functions reach what the server provides.

use super::{ApiError, identity::RequestIdentity};
use axum::http::{HeaderValue, StatusCode, header};
use domain::account::Actor;
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use services::{Error, Services, accounts::SignedIn, lasting::Lasting};

/// The use cases.
pub fn services() -> Services {
    expect_context()
}

/// Who asks.
pub fn identity() -> RequestIdentity {
    use_context().unwrap_or_default()
}

/// The signed-in browser, or a refusal.
pub fn session() -> Result<SignedIn, ApiError> {
    identity().session.ok_or_else(|| refuse(Error::Unauthenticated))
}

/// The use cases and the signed-in person as their actor.
pub fn signed_in() -> Result<(Services, Actor), ApiError> {
    Ok((services(), session()?.actor()))
}

/// A reading to its end; says what was found, or that it takes long and goes on.
pub async fn read<T, F>(
    services: &Services,
    reading: impl FnOnce(Services) -> F,
    told: impl FnOnce(T) -> String,
) -> Result<String, ApiError>
where
    T: Send + 'static,
    F: Future<Output = services::Result<T>> + Send + 'static,
{
    Ok(match services.lasting(reading).await.map_err(refuse)? {
        Lasting::Done(done) => told(done),
        Lasting::GoesOn => {
            "This takes long. The reading goes on; Connections shows what it found.".to_owned()
        }
    })
}

/// Sets or takes away the session cookie.
pub fn set_cookie(value: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        response.append_header(header::SET_COOKIE, value);
    }
}

/// A failure as the screen learns it, with the HTTP status that belongs to it.
pub fn refuse(error: Error) -> ApiError {
    let (status, error) = refusal(error);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
    error
}

/// A failure as part of an answer: a form that comes back with what was typed.
pub fn told(error: Error) -> ApiError {
    refusal(error).1
}

fn refusal(error: Error) -> (StatusCode, ApiError) {
    match error {
        Error::Unauthenticated => (StatusCode::UNAUTHORIZED, ApiError::Unauthenticated),
        Error::Forbidden(_) | Error::OutsideScope => (StatusCode::FORBIDDEN, ApiError::Forbidden),
        Error::NotFound(what) => (StatusCode::NOT_FOUND, ApiError::NotFound(what.to_owned())),
        Error::Conflict(message) => (StatusCode::CONFLICT, ApiError::Conflict(message)),
        Error::Step(refused) => (StatusCode::CONFLICT, ApiError::Conflict(refused.to_string())),
        changed @ Error::PlanChanged(_) => (StatusCode::CONFLICT, ApiError::Conflict(changed.to_string())),
        Error::Invalid(fields) => (StatusCode::UNPROCESSABLE_ENTITY, ApiError::Invalid(fields)),
        Error::TooMany { retry_after_seconds } => {
            (StatusCode::TOO_MANY_REQUESTS, ApiError::TooMany(retry_after_seconds))
        }
        Error::Unavailable(message) => (StatusCode::SERVICE_UNAVAILABLE, ApiError::Unavailable(message)),
        Error::Internal { reference } => (StatusCode::INTERNAL_SERVER_ERROR, ApiError::Internal(reference)),
    }
}
