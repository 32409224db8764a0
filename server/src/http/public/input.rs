//! Reading bodies, queries and paths: what is wrong is named by field, and nothing is read beyond the limit.

use super::{nul, problem::Problem};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{header, request::Parts},
};
use domain::{
    content::{ContentType, Guid, ItemKey},
    page::PageRequest,
};
use serde::{Deserialize, de::DeserializeOwned};

/// The largest body of most requests, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// The largest report of a receiver, in bytes.
pub const REPORT_LIMIT: usize = 16 * 1024 * 1024;

/// A JSON body of at most `LIMIT` bytes.
pub struct JsonBody<T, const LIMIT: usize = BODY_LIMIT>(pub T);

impl<S: Send + Sync, T: DeserializeOwned, const LIMIT: usize> FromRequest<S> for JsonBody<T, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let text = json(request, LIMIT).await?;
        nul::none_in_json(&text)?;
        parse(&text).map(Self)
    }
}

/// As [`JsonBody`], for texts that programs write and that are tidied before they are kept: what a program says is not
/// lost because of a NUL in it.
pub struct UntidyBody<T, const LIMIT: usize = BODY_LIMIT>(pub T);

impl<S: Send + Sync, T: DeserializeOwned, const LIMIT: usize> FromRequest<S> for UntidyBody<T, LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        parse(&json(request, LIMIT).await?).map(Self)
    }
}

/// The bytes of a body that is declared as JSON; none are an empty object.
async fn json(request: Request, limit: usize) -> Result<Bytes, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = read_body(&parts, body, limit).await?;
    if bytes.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    let kind =
        parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // A body that is not declared as JSON could come from a form on another site.
    if !kind.to_ascii_lowercase().starts_with("application/json") {
        return Err(Problem::new(415, "Send the body as Content-Type: application/json."));
    }
    Ok(bytes)
}

/// Reads a body; one that is longer than `limit` is refused before it is read where its length is known.
pub async fn read_body(parts: &Parts, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let too_large =
        || Problem::new(413, format!("The body is larger than {limit} bytes. Nothing was changed."));
    let told = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    axum::body::to_bytes(body, limit).await.map_err(|_| too_large())
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Serde would also take a list of the members' values in order, which nobody means.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::field(400, "body", "is not a JSON object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (path, cause) = (error.path().to_string(), error.into_inner());
        if cause.is_data() {
            // Where a whole object is at fault, the message names the member.
            let field = if path == "." { quoted(&cause.to_string()).unwrap_or("body".into()) } else { path };
            Problem::field(422, &field, cause.to_string())
        } else {
            Problem::field(400, "body", format!("is not JSON: {cause}"))
        }
    })?;
    reader.end().map_err(|cause| Problem::field(400, "body", format!("is not JSON: {cause}")))?;
    Ok(value)
}

/// The name in the first backticks of a message.
fn quoted(message: &str) -> Option<String> {
    message.split('`').nth(1).map(str::to_owned)
}

/// The parameters of the query.
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        nul::none_in_query(&parts.uri)?;
        let found = Query::<T>::from_request_parts(parts, state).await;
        found.map(|Query(value)| Self(value)).map_err(|refusal| {
            let text = refusal.body_text();
            let field = quoted(&text).or_else(|| field_of(&text)).unwrap_or_else(|| "query".into());
            Problem::field(400, &field, text)
        })
    }
}

/// `Failed to deserialize query string: limit: invalid digit …` → `limit`.
fn field_of(text: &str) -> Option<String> {
    let name = text.split(": ").nth(1)?;
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then(|| name.to_owned())
}

/// `limit` and `cursor`.
#[derive(Debug, Default, Deserialize)]
pub struct Paging {
    /// Rows wanted.
    pub limit: Option<u32>,
    /// Where to go on.
    pub cursor: Option<String>,
}

impl Paging {
    /// The page that is wanted.
    pub fn page(self) -> Result<PageRequest, Problem> {
        PageRequest::new(self.limit, self.cursor).map_err(|refusal| Problem::fields(422, &[refusal]))
    }
}

/// The content type in the path.
pub struct TypeInPath(pub ContentType);

impl<S: Send + Sync> FromRequestParts<S> for TypeInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(named) = Path::<Named>::from_request_parts(parts, state).await.map_err(bad_path)?;
        Ok(Self(content_type(&named.r#type)?))
    }
}

/// The content type and GUID in the path.
pub struct KeyInPath(pub ItemKey);

impl<S: Send + Sync> FromRequestParts<S> for KeyInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(named) = Path::<Named>::from_request_parts(parts, state).await.map_err(bad_path)?;
        let guid =
            Guid::parse(&named.guid).map_err(|error| Problem::field(404, "guid", error.to_string()))?;
        Ok(Self(ItemKey::new(content_type(&named.r#type)?, guid)))
    }
}

#[derive(Deserialize)]
struct Named {
    r#type: String,
    #[serde(default)]
    guid: String,
}

fn content_type(text: &str) -> Result<ContentType, Problem> {
    text.parse().map_err(|refusal| Problem::fields(404, &[refusal]))
}

fn bad_path(refusal: axum::extract::rejection::PathRejection) -> Problem {
    Problem::new(404, refusal.body_text())
}

/// An id in the path.
pub struct IdInPath<T>(pub T);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for IdInPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(bad_path)?;
        let unknown = || Problem::field(404, "id", "is not an id that a list gave out");
        text.parse().map(Self).map_err(|_| unknown())
    }
}
