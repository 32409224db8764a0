//! Security headers on every answer (ASVS 3.4). A page sets its own policy with a nonce; everything else gets
//! one that allows nothing.

use crate::http::state::HttpSettings;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

static STATIC: [(HeaderName, HeaderValue); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ),
];

/// The policy of a page whose inline scripts carry `nonce`.
pub fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// Adds the headers that an answer does not have yet.
pub fn complete(headers: &mut HeaderMap, settings: &HttpSettings) {
    headers.reserve(STATIC.len() + 1);
    for (name, value) in &STATIC {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    if settings.is_https() {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(YEAR);
    }
}
