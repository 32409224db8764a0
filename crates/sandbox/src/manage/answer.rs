//! What Manage answers, and how it refuses: the envelopes of the facts, section 3.

use serde_json::{Value, json};

/// An answer before it becomes HTTP.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// Headers beside the content type.
    pub(super) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(super) body: Body,
}

/// A body by its content type.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// JSON.
    Json(Value),
    /// Plain text.
    Text(String),
    /// A gateway's page.
    Html(String),
    /// None.
    Empty,
}

impl Answer {
    /// JSON with a status.
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(body) }
    }

    /// 200.
    pub(super) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    /// Text with a status.
    pub(super) fn text(status: u16, text: &str) -> Self {
        Self { status, headers: Vec::new(), body: Body::Text(text.into()) }
    }

    /// A page with a status.
    pub(super) fn html(status: u16, title: &str) -> Self {
        let page = format!(
            "<html><head><title>{title}</title></head><body><center><h1>{status} {title}</h1></center></body></html>"
        );
        Self { status, headers: Vec::new(), body: Body::Html(page) }
    }

    /// The JSON that it carries.
    pub(super) fn into_json(self) -> Value {
        match self.body {
            Body::Json(body) => body,
            Body::Text(_) | Body::Html(_) | Body::Empty => Value::Null,
        }
    }

    /// 204.
    pub(super) fn gone() -> Self {
        Self { status: 204, headers: Vec::new(), body: Body::Empty }
    }

    /// With a header.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A refusal with code and message.
pub(super) fn refusal(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, json!({"code": code, "message": message, "errors": null}))
}

/// A route that does not exist.
pub(super) fn no_route() -> Answer {
    refusal(404, "ConnectWiseApi", "The endpoint does not exist.")
}

/// A record that does not exist.
pub(super) fn not_found(what: &str, id: i64) -> Answer {
    refusal(404, "NotFound", &format!("{what} {id} not found"))
}

/// A condition that cannot be used.
pub(super) fn bad_condition(message: &str) -> Answer {
    refusal(400, "ApiFindCondition", message)
}

/// One field of an object is wrong.
pub(super) fn invalid(object: &str, field: &str, code: &str, message: &str) -> Answer {
    let error = json!({"code": code, "message": message, "resource": object, "field": field});
    Answer::json(
        400,
        json!({"code": "InvalidObject", "message": format!("{object} object is invalid"), "errors": [error]}),
    )
}

/// The throttle's answer, which is no envelope.
pub(super) fn throttled(seconds: u64) -> Answer {
    let message = format!("Too many requests. Please try again in {seconds} seconds.");
    Answer::json(429, json!({"error": "ConnectWiseAPI", "message": message}))
        .with("retry-after", seconds.to_string())
}

/// Bad keys.
pub(super) fn unauthorized() -> Answer {
    Answer::json(401, json!({"code": "ConnectWiseApi", "message": "UserNotAuthenticated"}))
}

/// A right that the role lacks.
pub(super) fn forbidden(right: &str) -> Answer {
    refusal(
        403,
        "SecurityPermissionsCode",
        &format!("You do not have security permission to perform this action ({right})."),
    )
}
