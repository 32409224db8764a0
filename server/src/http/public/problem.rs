//! Refusals as RFC 9457 problem documents: the only error format under `/api`.
//!
//! One status for one kind of refusal, everywhere:
//!
//! | status | when |
//! | --- | --- |
//! | 400 | the request could not be read at all: broken JSON, a broken query or header |
//! | 401 · 403 | no valid token · a token whose role does not include it |
//! | 404 | no such address or thing; `errors` names the part of the path |
//! | 405 · 413 · 415 | another method · body too large · body of another kind |
//! | 409 | it no longer fits what is there |
//! | 422 | read and understood, but fields are wrong; `errors` names each |
//! | 429 · 503 | later, see `Retry-After` |
//! | 500 | our fault; `reference` is in the log, and nothing else of it leaves the house |

use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use domain::{content::view::Plan, field::FieldError};
use serde::Serialize;
use services::Error;

/// The media type of RFC 9457.
pub const PROBLEM_JSON: &str = "application/problem+json";
/// Seconds after which a caller may try again when something that Tandem needs does not answer.
const RETRY_SECONDS: u64 = 5;

/// The answer of a handler that may refuse.
pub type Answer<T> = Result<T, Problem>;

/// A refusal, ready to be sent.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    document: Document,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Debug, Serialize)]
struct Document {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Box<Plan>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

impl Problem {
    /// A refusal with one sentence for people.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let document = Document {
            // RFC 9457 section 4.2.1: with this type the title is the status phrase.
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Refused"),
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            reference: None,
            plan: None,
            error: None,
        };
        Self(Box::new(Parts { document, headers: Vec::new() }))
    }

    /// A request that could not be read.
    pub fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Fields that are wrong.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, told(&errors));
        problem.0.document.errors = errors;
        problem
    }

    /// A part of the path that names nothing.
    pub fn no_such(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut problem = Self::new(StatusCode::NOT_FOUND, message.clone());
        problem.0.document.errors = vec![FieldError::new(field, message)];
        problem
    }

    /// No token, or one that does not count. `presented` tells whether there was one (RFC 6750 section 3.1).
    pub fn unauthenticated(presented: bool) -> Self {
        let challenge = if presented {
            "Bearer realm=\"tandem\", error=\"invalid_token\""
        } else {
            "Bearer realm=\"tandem\""
        };
        Self::new(StatusCode::UNAUTHORIZED, "Send a valid token in the header Authorization: Bearer.")
            .header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// Adds the word of RFC 6749 section 5.2.
    pub fn oauth(mut self, error: &'static str) -> Self {
        self.0.document.error = Some(error);
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    fn retry_after(self, seconds: u64) -> Self {
        self.header(RETRY_AFTER, HeaderValue::from(seconds))
    }
}

/// `name: must have 1 to 100 characters`, or how many fields are wrong.
fn told(errors: &[FieldError]) -> String {
    match errors {
        [only] => format!("{}: {}", only.field, only.message),
        many => format!("{} fields are wrong; nothing was changed.", many.len()),
    }
}

/// `there is …` → `There is ….`
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut whole: String = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    if !whole.ends_with(['.', '!', '?']) {
        whole.push('.');
    }
    whole
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            Error::Unauthenticated => Self::unauthenticated(true),
            Error::Forbidden(_) | Error::OutsideScope => Self::new(StatusCode::FORBIDDEN, detail),
            Error::NotFound(_) => Self::new(StatusCode::NOT_FOUND, detail),
            Error::Conflict(_) => Self::new(StatusCode::CONFLICT, detail),
            Error::PlanChanged(plan) => {
                let mut problem = Self::new(StatusCode::CONFLICT, detail);
                problem.0.document.plan = Some(plan);
                problem
            }
            Error::Invalid(errors) => Self::fields(errors),
            Error::TooMany { retry_after_seconds } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, detail).retry_after(retry_after_seconds)
            }
            Error::Unavailable(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(RETRY_SECONDS)
            }
            Error::Internal { reference } => {
                let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail);
                problem.0.document.reference = Some(reference);
                problem
            }
        }
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::fields(vec![error])
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts { document, headers } = *self.0;
        // Strings, numbers and a plan of both: this always serialises.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() =
            StatusCode::from_u16(document.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        response.headers_mut().extend(headers);
        response
    }
}
