//! `/pull/*`: what receivers ask for. A poll that finds nothing new is the hot path of the whole server.

mod encoding;
mod keys;
mod memory;

pub use encoding::Encodings;
pub use memory::{Memory, POLLED};

use crate::http::{
    public::{
        caller::Receiver,
        endpoint::{Access, Endpoint, Parameter, parameter},
        input::{Params, REPORT_LIMIT, UntidyBody},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
    routing::{get, post},
};
use domain::{
    content::{ContentHash, ContentType, Guid},
    field::FieldError,
    pull::{Report, ReportedItem},
    receiving::ReceiverState,
};
use encoding::{Encoding, accepted};
use serde::Deserialize;
use services::pull::ManifestAnswer;

/// How long a manifest may be kept without asking.
const FRESH: &str = "private, no-cache";
/// What answers depend on beside the address.
const VARY: &str = "Accept-Encoding, Authorization";
const CHOICE: &[Parameter] = &[
    parameter("type", "Only this content type."),
    parameter("since", "Only what changed after this revision."),
];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = vec![
        Endpoint::new(
            "GET",
            "/pull/manifest",
            "What production serves: whole, or what changed since a revision.",
            get(manifest),
        )
        .open_to(Access::Client)
        .query(CHOICE)
        .answers(200, Some("Manifest")),
        Endpoint::new(
            "GET",
            "/pull/blobs/{hash}",
            "Canonical content by its hash; never changes.",
            get(blob),
        )
        .open_to(Access::Client)
        .answers(200, Some("Canonical")),
        Endpoint::new("POST", "/pull/report", "Tells what the receiver has.", post(report))
            .open_to(Access::Client)
            .body("Report")
            .answers(204, None),
    ];
    endpoints.extend(keys::endpoints());
    endpoints
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    r#type: Option<String>,
    since: Option<i64>,
}

async fn manifest(
    State(app): State<AppState>,
    Receiver(admitted): Receiver,
    Params(choice): Params<Choice>,
    request: Request,
) -> Result<Response, Problem> {
    // Taken, not copied: this is the hot path.
    let headers = request.into_parts().0.headers;
    let kind = choice.r#type.map(|text| text.parse::<ContentType>()).transpose();
    let kind = kind.map_err(|refusal: FieldError| Problem::fields(422, &[refusal]))?;
    let is_known = |etag: &str| matching(&headers, etag).is_some();
    let served = match app.services.pull().manifest(&admitted, kind, choice.since, is_known).await? {
        ManifestAnswer::Manifest(served) => served,
        ManifestAnswer::Unchanged(etag) => {
            let matched = matching(&headers, &etag).unwrap_or_else(|| quoted(&etag, Encoding::Plain));
            return answer(StatusCode::NOT_MODIFIED, &matched, FRESH, None, Body::empty());
        }
    };
    let (encoding, bytes) = app.encodings.encode(&served.etag, accepted(&headers), &served.body).await;
    let etag = quoted(&served.etag, encoding);
    answer(StatusCode::OK, &etag, FRESH, Some(encoding), Body::from(bytes))
}

async fn blob(
    State(app): State<AppState>,
    Receiver(admitted): Receiver,
    Path(hash): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.into_parts().0.headers;
    let hash: ContentHash = hash.parse().map_err(|_| Problem::field(404, "hash", "is not a content hash"))?;
    let bytes = app.services.pull().blob(&admitted, &hash).await?;
    const FOREVER: &str = "private, max-age=31536000, immutable";
    if let Some(matched) = matching(&headers, hash.as_str()) {
        return answer(StatusCode::NOT_MODIFIED, &matched, FOREVER, None, Body::empty());
    }
    let (encoding, bytes) = app.encodings.encode(hash.as_str(), accepted(&headers), &bytes).await;
    answer(StatusCode::OK, &quoted(hash.as_str(), encoding), FOREVER, Some(encoding), Body::from(bytes))
}

fn quoted(etag: &str, encoding: Encoding) -> String {
    format!("\"{etag}{}\"", encoding.suffix())
}

/// The tag of `If-None-Match` (RFC 9110 section 13.1.2) that names `etag` in any encoding.
fn matching(headers: &HeaderMap, etag: &str) -> Option<String> {
    let wanted = headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
    if wanted.trim() == "*" {
        return Some(quoted(etag, Encoding::Plain));
    }
    let fits = |tag: &str| {
        let bare = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
        bare.strip_prefix(etag).is_some_and(|suffix| matches!(suffix, "" | "-br" | "-gz"))
    };
    wanted.split(',').map(str::trim).find(|tag| fits(tag)).map(|tag| tag.trim_start_matches("W/").to_owned())
}

fn answer(
    status: StatusCode,
    etag: &str,
    cache: &'static str,
    encoding: Option<Encoding>,
    body: Body,
) -> Result<Response, Problem> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    describe(headers, etag, encoding);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
    Ok(answer)
}

/// The headers that tell of what an answer holds: its quoted tag and, where there is a body, the encoding.
fn describe(headers: &mut HeaderMap, etag: &str, encoding: Option<Encoding>) {
    if let Ok(tag) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(name) = encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportWire {
    revision: i64,
    items: Vec<ItemWire>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemWire {
    r#type: ContentType,
    guid: Guid,
    state: ReceiverState,
    #[serde(default)]
    version: Option<u32>,
    #[serde(default)]
    content_hash: Option<ContentHash>,
    #[serde(default)]
    error: Option<String>,
}

async fn report(
    State(app): State<AppState>,
    Receiver(admitted): Receiver,
    UntidyBody(wire): UntidyBody<ReportWire, REPORT_LIMIT>,
) -> Result<StatusCode, Problem> {
    let items = wire.items.into_iter().map(|item| ReportedItem {
        content_type: item.r#type,
        guid: item.guid,
        state: item.state,
        version: item.version,
        content_hash: item.content_hash,
        error: item.error.map(|error| error.chars().filter(|c| *c != '\0').take(500).collect()),
    });
    app.services
        .pull()
        .report(&admitted.bearer.client, Report { revision: wire.revision, items: items.collect() })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
