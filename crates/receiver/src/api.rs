//! The server's pull API (`design.md` section 6) as the receiver uses it.
//!
//! A token that ended in mid-run is renewed once; passing failures are tried again with growing waits.

use crate::{
    ReceiverError,
    trust::{Older, Trust},
};
use domain::{
    content::{Canonical, ContentHash},
    pull::{AccessToken, Manifest, ManifestItem, Report, SigningKeys},
};
use reqwest::{Method, RequestBuilder, Response, StatusCode, header, redirect::Policy};
use std::{path::Path, time::Duration};
use tokio::sync::Mutex;

/// How often a request that failed in passing is tried.
const TRIES: u32 = 4;
/// The wait before the second try; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The largest answer that is read, in bytes.
const LARGEST: usize = 256 * 1024 * 1024;

/// What a receiver signs in with.
#[derive(Clone)]
pub struct Credentials {
    /// The API client's name.
    pub client: String,
    /// Its secret.
    pub secret: String,
}

/// The pull API of one server.
pub struct Api {
    server: String,
    credentials: Credentials,
    http: reqwest::Client,
    token: Mutex<Option<String>>,
    trust: Trust,
}

/// A manifest that is newer than the one that is known.
pub struct Fetched {
    /// The manifest.
    pub manifest: Manifest,
    /// Its ETag, for the next look.
    pub etag: Option<String>,
}

impl Api {
    /// A client for `server`; the key that it trusts is kept in `state`. Redirects are not followed: the token
    /// must not go elsewhere.
    pub fn new(server: &str, credentials: Credentials, state: &Path) -> Result<Self, ReceiverError> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("tandem-receiver/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .build()
            .map_err(|error| ReceiverError::Server(format!("cannot be called: {error}")))?;
        let trust = Trust::in_folder(state);
        Ok(Self { server: server.to_owned(), credentials, http, token: Mutex::new(None), trust })
    }

    /// Exchanges name and secret for a token.
    pub async fn sign_in(&self) -> Result<String, ReceiverError> {
        let request = || {
            self.http
                .post(self.url("token"))
                .basic_auth(&self.credentials.client, Some(&self.credentials.secret))
                .form(&[("grant_type", "client_credentials")])
        };
        let answer = self.patiently(&request).await?;
        match answer.status() {
            StatusCode::UNAUTHORIZED => Err(ReceiverError::Refused),
            StatusCode::OK => {
                let token: AccessToken = serde_json::from_slice(&body(answer).await?).map_err(odd)?;
                *self.token.lock().await = Some(token.access_token.clone());
                Ok(token.access_token)
            }
            other => Err(ReceiverError::Server(format!("answered the sign-in with {other}"))),
        }
    }

    /// The public keys that the server tells. What they are worth is for [`Trust`] to say.
    pub async fn keys(&self) -> Result<SigningKeys, ReceiverError> {
        let answer = self.patiently(&|| self.http.get(self.url("pull/keys"))).await?;
        match answer.status() {
            StatusCode::OK => serde_json::from_slice(&body(answer).await?).map_err(odd),
            // A server from before manifests were signed.
            StatusCode::NOT_FOUND => Ok(SigningKeys { current: None, keys: Vec::new() }),
            other => Err(ReceiverError::Server(format!("answered the request for its keys with {other}"))),
        }
    }

    /// The manifest, or what changed after `since`; none when `etag` is still current. One that is not signed by
    /// the trusted key is refused here, before anybody can use it; so is one that is older than what was seen.
    pub(crate) async fn manifest(
        &self,
        since: Option<i64>,
        etag: Option<&str>,
        older: Older,
    ) -> Result<Option<Fetched>, ReceiverError> {
        let path = since.map_or("pull/manifest".to_owned(), |since| format!("pull/manifest?since={since}"));
        let answer = self
            .signed(Method::GET, &path, |request| match etag {
                Some(etag) => request.header(header::IF_NONE_MATCH, etag),
                None => request,
            })
            .await?;
        match answer.status() {
            StatusCode::NOT_MODIFIED => Ok(None),
            StatusCode::OK => {
                let etag =
                    answer.headers().get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
                let manifest = serde_json::from_slice(&body(answer).await?).map_err(odd)?;
                self.trust.check(self, &manifest, since, older).await?;
                Ok(Some(Fetched { manifest, etag }))
            }
            other => {
                Err(ReceiverError::Server(format!("answered the request for the manifest with {other}")))
            }
        }
    }

    /// The content of an item, checked against its hash and identity.
    pub async fn content(&self, item: &ManifestItem) -> Result<Vec<u8>, ReceiverError> {
        let path = format!("pull/blobs/{}", item.content_hash);
        let answer = self.signed(Method::GET, &path, |request| request).await?;
        if answer.status() != StatusCode::OK {
            return Err(ReceiverError::Server(format!(
                "answered the request for {} with {}",
                item.name,
                answer.status()
            )));
        }
        let bytes = body(answer).await?;
        if ContentHash::of(&bytes) != item.content_hash {
            return Err(ReceiverError::Damaged(format!(
                "the content of {} does not have the hash that was promised",
                item.name
            )));
        }
        let canonical = Canonical::from_bytes(&bytes).map_err(odd)?;
        if canonical.content_type != item.content_type || canonical.guid != item.guid {
            return Err(ReceiverError::Damaged(format!(
                "the content of {} belongs to another item",
                item.name
            )));
        }
        Ok(bytes)
    }

    /// Tells the server what is here.
    pub async fn report(&self, report: &Report) -> Result<(), ReceiverError> {
        let answer = self.signed(Method::POST, "pull/report", |request| request.json(report)).await?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            other => Err(ReceiverError::Server(format!("answered the report with {other}"))),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.server)
    }

    /// A request with a token; one that the server no longer knows is renewed once.
    async fn signed(
        &self,
        method: Method,
        path: &str,
        finish: impl Fn(RequestBuilder) -> RequestBuilder + Sync,
    ) -> Result<Response, ReceiverError> {
        let kept = self.token.lock().await.clone();
        let mut token = match kept {
            Some(token) => token,
            None => self.sign_in().await?,
        };
        for renewed in [false, true] {
            let request = || finish(self.http.request(method.clone(), self.url(path)).bearer_auth(&token));
            let answer = self.patiently(&request).await?;
            if answer.status() != StatusCode::UNAUTHORIZED {
                return Ok(answer);
            }
            if !renewed {
                token = self.sign_in().await?;
            }
        }
        Err(ReceiverError::Refused)
    }

    /// Tries again after connection failures, 429 and 5xx; when that did not help, the server is away.
    async fn patiently(
        &self,
        request: &(dyn Fn() -> RequestBuilder + Sync),
    ) -> Result<Response, ReceiverError> {
        let mut wait = FIRST_WAIT;
        for attempt in 1..=TRIES {
            let (asked, trouble, again) = match request().send().await {
                Ok(answer) if passing(answer.status()) => {
                    let trouble = format!("answers with {}, also after {TRIES} tries", answer.status());
                    (asked_wait(&answer), trouble, true)
                }
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    let again = error.is_connect() || error.is_timeout() || error.is_request();
                    (None, format!("does not answer: {}", error.without_url()), again)
                }
            };
            if !again || attempt == TRIES {
                return Err(ReceiverError::Away(trouble));
            }
            tokio::time::sleep(asked.unwrap_or(wait)).await;
            wait *= 2;
        }
        Err(ReceiverError::Away("does not answer".into()))
    }
}

/// Whether another try may get another answer.
fn passing(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

/// `Retry-After` in seconds (RFC 9110 section 10.2.3), within reason.
fn asked_wait(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

async fn body(mut answer: Response) -> Result<Vec<u8>, ReceiverError> {
    let broken = |error: reqwest::Error| {
        ReceiverError::Server(format!("broke off its answer: {}", error.without_url()))
    };
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST {
            return Err(ReceiverError::Server("sent more than it should".into()));
        }
    }
    Ok(bytes)
}

fn odd(error: serde_json::Error) -> ReceiverError {
    ReceiverError::Server(format!("sent something that cannot be read ({error}): is this a Tandem server?"))
}
