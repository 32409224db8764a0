//! JSON bodies: bounded before they are read, and refused by field.

use super::refusal::field_error;
use crate::http::public::problem::{Answer, Problem};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use serde::de::DeserializeOwned;

/// The most bytes of an ordinary body.
pub(in super::super) const MIB: usize = 1024 * 1024;

/// A JSON body of at most `LIMIT` bytes.
pub(in super::super) struct JsonOf<T, const LIMIT: usize = MIB>(pub(in super::super) T);

/// A JSON body that may be left out.
pub(in super::super) struct JsonOrNothing<T>(pub(in super::super) T);

impl<S: Sync, T: DeserializeOwned, const LIMIT: usize> FromRequest<S> for JsonOf<T, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Answer<Self> {
        let (parts, body) = request.into_parts();
        require_json(&parts.headers)?;
        let bytes = read(&parts.headers, body, LIMIT).await?;
        parse(&bytes).map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned + Default> FromRequest<S> for JsonOrNothing<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Answer<Self> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, MIB).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        require_json(&parts.headers)?;
        parse(&bytes).map(Self)
    }
}

/// Reads a body of at most `limit` bytes. One that says that it is longer is refused before it is read.
pub(in super::super) async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Answer<Bytes> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    to_bytes(body, limit).await.map_err(|error| {
        // The only other cause is a sender that stopped in the middle.
        if is_length_limit(&error) { too_large(limit) } else { Problem::unreadable("The body ended early.") }
    })
}

fn is_length_limit(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn too_large(limit: usize) -> Problem {
    let detail = format!("The body is larger than {} MiB, the most that this address takes.", limit / MIB);
    // What follows on this connection would be the rest of the body.
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
        .header(header::CONNECTION, header::HeaderValue::from_static("close"))
}

fn require_json(headers: &HeaderMap) -> Answer<()> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send JSON, with Content-Type: application/json."))
}

/// Reads JSON: 400 when it is none, 422 when it does not fit.
pub(in super::super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if cause.is_data() {
            Problem::fields(vec![field_error(&path, &cause.to_string(), "body")])
        } else {
            not_json(&cause)
        }
    })?;
    reader.end().map_err(|cause| not_json(&cause))?;
    Ok(value)
}

fn not_json(cause: &serde_json::Error) -> Problem {
    Problem::unreadable(format!("The body is not JSON: {cause}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only read by serde")]
        items: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only read by serde")]
        guid: domain::content::Guid,
    }

    fn refused(body: &str) -> String {
        format!("{:?}", parse::<Outer>(body.as_bytes()).unwrap_err())
    }

    #[test]
    fn fields_are_named_by_path() {
        assert!(refused(r#"{"items":[{"guid":"x"}]}"#).contains("field: \"items[0].guid\""));
        assert!(refused(r#"{"items":[{}]}"#).contains("field: \"items[0].guid\""));
        assert!(refused(r#"{"items":[{"giud":"x"}]}"#).contains("field: \"items[0].giud\""));
        assert!(refused(r#"{"itmes":[]}"#).contains("field: \"itmes\""));
        assert!(refused("{}").contains("field: \"items\""));
        assert!(refused("[1]").contains("422"));
    }

    #[test]
    fn what_is_not_json_is_unreadable() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for body in ["", "{", "{\"items\":[]} x", &format!("{{\"items\":{deep}}}"), "{\"items\":[\u{0}]}"] {
            assert!(refused(body).contains("status: 400"), "{}", &body[..body.len().min(40)]);
        }
    }
}
