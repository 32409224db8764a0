//! Failures as problem documents (RFC 9457): the only place where the API speaks about failure.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::field::FieldError;
use serde_json::{Map, Value, json};
use services::Error;

/// A failure, ready to be sent.
#[derive(Debug, Clone)]
pub struct Problem {
    status: u16,
    members: Map<String, Value>,
    retry_after: Option<u64>,
    challenge: Option<&'static str>,
}

impl Problem {
    /// A failure with a sentence for people.
    pub fn new(status: u16, detail: impl Into<String>) -> Self {
        let title =
            StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason()).unwrap_or("Failed");
        let mut members = Map::new();
        members.insert("type".into(), json!("about:blank"));
        members.insert("title".into(), json!(title));
        members.insert("status".into(), json!(status));
        members.insert("detail".into(), json!(detail.into()));
        Self { status, members, retry_after: None, challenge: None }
    }

    /// A refusal of fields.
    pub fn fields(status: u16, errors: &[FieldError]) -> Self {
        let told: Vec<String> =
            errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        Self::new(status, told.join("; ")).with("errors", json!(errors))
    }

    /// A refusal of one field.
    pub fn field(status: u16, field: &str, message: impl Into<String>) -> Self {
        Self::fields(status, &[FieldError::new(field, message)])
    }

    /// With a further member.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    /// Nobody is signed in, or not as somebody who counts here.
    pub fn unauthenticated() -> Self {
        let mut problem = Self::new(401, "Send a valid token: Authorization: Bearer …");
        problem.challenge = Some("Bearer");
        problem
    }

    /// With another challenge (RFC 9110 section 11.6.1).
    pub fn challenge(mut self, challenge: &'static str) -> Self {
        self.challenge = Some(challenge);
        self
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let detail = error.to_string();
        match error {
            Error::Unauthenticated => Self::unauthenticated(),
            Error::Forbidden(_) | Error::OutsideScope => Self::new(403, detail),
            Error::NotFound(_) => Self::new(404, detail),
            Error::Conflict(_) => Self::new(409, detail),
            Error::Step(refused) => match refused.deed() {
                Some(deed) => {
                    Self::new(409, detail).with("by", json!(deed.by.name())).with("at", json!(deed.at))
                }
                None => Self::new(409, detail),
            },
            Error::PlanChanged(plan) => Self::new(409, detail).with("plan", json!(plan)),
            Error::Invalid(fields) => Self::fields(422, &fields),
            Error::TooMany { retry_after_seconds } => {
                Self { retry_after: Some(retry_after_seconds), ..Self::new(429, detail) }
            }
            Error::Unavailable(_) => Self { retry_after: Some(5), ..Self::new(503, detail) },
            Error::Internal { reference } => Self::new(500, detail).with("reference", json!(reference)),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = Value::Object(self.members).to_string();
        let mut answer = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let headers = answer.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        answer
    }
}
