//! The built browser files: embedded in the release binary, read from disk by a debug build.
//!
//! Files under `/pkg` carry their content's hash in the name and are kept for ever by browsers.

use app::Assets;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// The names of the built files.
pub fn names() -> Assets {
    Site::get("assets.json").and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
}

/// Whether there is a built site at all.
pub fn are_built() -> bool {
    Site::get("assets.json").is_some()
}

/// The answer for a file, if there is one at this path.
pub fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    let name = path.trim_start_matches('/');
    if name.is_empty() || name == "assets.json" || name.ends_with(".br") || name.ends_with(".gz") {
        return None;
    }
    let plain = Site::get(name)?;
    let etag = etag(&plain);
    let (encoding, file) = best(name, plain, headers);
    let kind = mime_guess::from_path(name).first_or_octet_stream().to_string();
    let unchanged =
        headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut answer =
        Response::new(if unchanged { Body::empty() } else { Body::from(file.data.into_owned()) });
    if unchanged {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let cache =
        if name.starts_with("pkg/") { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    let fields = [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, cache),
        (header::ETAG, etag.as_str()),
    ];
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::from_str(value) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(answer)
}

fn best(name: &str, plain: EmbeddedFile, headers: &HeaderMap) -> (Option<&'static str>, EmbeddedFile) {
    let takes =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        if takes.contains(encoding)
            && let Some(packed) = Site::get(&format!("{name}{ending}"))
        {
            return (Some(encoding), packed);
        }
    }
    (None, plain)
}

fn etag(file: &EmbeddedFile) -> String {
    let hash: String = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}
