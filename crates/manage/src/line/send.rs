//! One request and its answer.

use super::connections::Connections;
use crate::{
    error::{ManageError, Repeat, judge},
    refusal::{Refusal, excerpt},
};
use reqwest::{
    Method, Response, Url,
    header::{ACCEPT, HeaderMap, HeaderName, RETRY_AFTER},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use services::ports::psa::Hold;
use std::time::Duration;

/// The largest answer that is read.
const LARGEST: usize = 8 * 1024 * 1024;

/// What is sent.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// User name and password of Basic authentication; none for what needs no keys.
    pub(crate) keys: Option<(String, SecretString)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) repeat: Repeat,
    /// What must not be sent twice is sent only while this lasts.
    pub(crate) hold: Hold,
}

impl Call {
    /// Whether it may go out now.
    pub(super) fn is_ours(&self) -> bool {
        self.repeat == Repeat::Safe || self.hold.lasts()
    }
}

/// A success.
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    /// Null when the body is empty.
    pub(crate) body: Value,
}

pub(super) async fn send(
    connections: &Connections,
    call: &Call,
    now: Duration,
) -> Result<Answer, ManageError> {
    let client = connections.client(&call.url, now).await?;
    let mut request = client.request(call.method.clone(), call.url.clone());
    if let Some((user, password)) = &call.keys {
        request = request.basic_auth(user, Some(password.expose_secret()));
    }
    for (name, value) in &call.headers {
        request = request.header(HeaderName::from_static(name), value);
    }
    if !call.headers.iter().any(|(name, _)| *name == ACCEPT.as_str()) {
        request = request.header(ACCEPT, "application/json");
    }
    if let Some(body) = &call.body {
        request = request.json(body);
    }
    // As late as can be: everything up to here may have waited.
    if !call.is_ours() {
        return Err(ManageError::NotOurs);
    }
    let response = request.send().await.map_err(|error| {
        if error.is_connect() {
            connections.forget(&call.url);
        }
        failed(&error, call)
    })?;
    read(response, call).await
}

async fn read(response: Response, call: &Call) -> Result<Answer, ManageError> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = whole(response, call).await?;
    if !(200..300).contains(&status) {
        return Err(judge(status, call.repeat, retry_after(&headers), Refusal::read(status, &body)));
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Answer { headers, body: Value::Null });
    }
    match serde_json::from_slice(&body) {
        Ok(body) => Ok(Answer { headers, body }),
        Err(_) => Err(unreadable(status, &body, call.repeat)),
    }
}

/// A success whose body is no JSON: a gateway's page, or a cut answer.
fn unreadable(status: u16, body: &[u8], repeat: Repeat) -> ManageError {
    let text = format!("status {status}: {}", excerpt(&Refusal::read(status, body).message));
    match repeat {
        Repeat::Safe => ManageError::Odd(text),
        Repeat::Never => ManageError::OutcomeUnknown(text),
    }
}

fn failed(error: &reqwest::Error, call: &Call) -> ManageError {
    if error.is_connect() || error.is_builder() {
        return ManageError::Unreachable(call.url.host_str().unwrap_or_default().to_owned());
    }
    broken_off(call.repeat)
}

fn broken_off(repeat: Repeat) -> ManageError {
    match repeat {
        Repeat::Safe => ManageError::NoAnswer,
        Repeat::Never => ManageError::OutcomeUnknown("no answer".into()),
    }
}

async fn whole(mut response: Response, call: &Call) -> Result<Vec<u8>, ManageError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| broken_off(call.repeat))? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(ManageError::TooLong(call.url.path().to_owned()));
        }
    }
    Ok(body)
}

/// `Retry-After` in seconds; the date form is not Manage's.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(3_600)))
}
