//! What a form was answered, carried to the page that comes after it.
//!
//! A server function that a form called answers with a redirect: the browser shows a page, and a reload does not
//! send the form again. Its answer (or its refusal) travels in a cookie that scripts cannot read, that lives for
//! one minute at most and that the next page takes away. It may hold a secret that is shown once, so it never
//! stands in an address.

use app::api::{answer::FormAnswer, identity::CookiePolicy};
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use leptos::server::ServerActionError;
use serde::{Deserialize, Serialize};
use std::io::{Read as _, Write as _};

/// Browsers keep cookies of up to 4,096 bytes, name and attributes included.
const MOST: usize = 3_800;
/// The largest answer that is looked at, in bytes.
const MOST_ANSWER: usize = 1024 * 1024;

/// What is carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Carried {
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refusal: Option<String>,
}

impl Carried {
    /// The answer, if the form was not refused.
    pub(crate) fn answer(&self) -> Option<FormAnswer> {
        Some(FormAnswer { path: self.path.clone(), body: self.answer.clone()? })
    }

    /// The refusal, as the framework's actions take it up.
    pub(crate) fn refusal(&self) -> Option<ServerActionError> {
        Some(ServerActionError::new(&self.path, self.refusal.as_deref()?))
    }

    /// As a cookie's value; none when it would not fit.
    fn pack(&self) -> Option<String> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&serde_json::to_vec(self).ok()?).ok()?;
        Some(URL_SAFE_NO_PAD.encode(packer.finish().ok()?)).filter(|text| text.len() <= MOST)
    }

    fn unpack(text: &str) -> Option<Self> {
        let packed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let mut plain = Vec::new();
        // A cookie that somebody made by hand may unpack to anything.
        GzDecoder::new(packed.as_slice()).take(MOST_ANSWER as u64).read_to_end(&mut plain).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// Whether a form asks, which wants a page, or a program, which wants the bare answer.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.contains("text/html"))
}

/// What the form before this page was answered, if one was.
pub(crate) fn carried(headers: &HeaderMap, policy: CookiePolicy) -> Option<Carried> {
    Carried::unpack(&super::layers::sign_in::cookie(headers, policy.answer_name())?)
}

/// Moves the answer of a server function that a form called into the cookie; other answers stay as they are.
pub(crate) async fn carry(path: &str, policy: CookiePolicy, answer: Response) -> Response {
    if !answer.headers().contains_key(header::LOCATION) {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    // A refusal has a status of its own, which would make browsers stay with an empty page.
    parts.status = StatusCode::SEE_OTHER;
    let bytes = to_bytes(body, MOST_ANSWER).await.unwrap_or_default();
    let refusal = parts.headers.get(header::LOCATION).and_then(refusal);
    let carried = Carried {
        path: path.to_owned(),
        answer: refusal.is_none().then(|| String::from_utf8_lossy(&bytes).into_owned()),
        refusal: refusal.as_ref().map(|(text, _)| text.clone()),
    };
    if let Some((_, Ok(plain))) = refusal.map(|(text, address)| (text, HeaderValue::from_str(&address))) {
        parts.headers.insert(header::LOCATION, plain);
    }
    if let Some(Ok(cookie)) = carried.pack().map(|text| HeaderValue::from_str(&policy.set_answer(&text))) {
        parts.headers.append(header::SET_COOKIE, cookie);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// The refusal that the framework put into the address of a redirect, and the address without it.
fn refusal(location: &HeaderValue) -> Option<(String, String)> {
    let address = location.to_str().ok()?;
    let uri: Uri = address.parse().ok()?;
    let pairs: Vec<&str> = uri.query()?.split('&').collect();
    let text = pairs.iter().find_map(|pair| pair.strip_prefix("__err="))?;
    let rest: Vec<&str> = pairs
        .iter()
        .copied()
        .filter(|pair| !pair.starts_with("__err=") && !pair.starts_with("__path="))
        .collect();
    let path = uri.path();
    let plain = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    Some((text.replace("%3D", "="), plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_carried_arrives() {
        let sent = Carried { path: "/rpc/x".into(), answer: Some("\"Ada\"".into()), refusal: None };
        assert_eq!(Carried::unpack(&sent.pack().unwrap()), Some(sent));
        assert_eq!(Carried::unpack("nonsense"), None);
    }

    #[test]
    fn too_much_is_not_carried() {
        let noise: String =
            (0..200_u32).map(|n| domain::content::ContentHash::of(&n.to_be_bytes()).to_string()).collect();
        assert_eq!(Carried { path: "/rpc/x".into(), answer: Some(noise), refusal: None }.pack(), None);
    }

    #[test]
    fn a_refusal_leaves_the_address() {
        let location =
            HeaderValue::from_static("http://localhost/clients?cursor=a&__path=%2Frpc%2Fx&__err=eyJ4Ijox%3D");
        assert_eq!(refusal(&location), Some(("eyJ4Ijox=".into(), "/clients?cursor=a".into())));
        assert_eq!(refusal(&HeaderValue::from_static("/clients?cursor=a")), None);
    }
}
