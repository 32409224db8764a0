//! One request. The name is resolved once, every address it stands for is checked, and only those are called; no
//! redirect is followed and no proxy of the environment is used, so that credentials go nowhere else.

use super::{members, trouble::Trouble};
use domain::net::{Host, Networks, WebAddress};
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{Client, Method, Response, StatusCode, header, redirect::Policy};
use serde_json::Value;
use std::{net::SocketAddr, time::Duration};

/// The longest wait that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long to wait, how often to try, how much to ask for at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Attempts of one request.
    pub tries: u32,
    /// The pause before the second attempt; it doubles with each.
    pub pause: Duration,
    /// The wait for a connection.
    pub connect: Duration,
    /// The wait for a whole answer.
    pub answer: Duration,
    /// Rows of a page.
    pub page: usize,
    /// The largest answer that is read, in bytes, after unpacking.
    pub largest: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 5,
            pause: Duration::from_millis(500),
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(60),
            page: 200,
            largest: 64 * 1024 * 1024,
        }
    }
}

/// A request.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    /// Below `/cwa/api/`, with the version of the resource.
    pub(super) path: &'a str,
    pub(super) query: &'a [(&'a str, String)],
    pub(super) token: Option<&'a str>,
    pub(super) body: Option<Value>,
}

/// An answer that is JSON.
pub(super) struct Answer {
    pub(super) value: Value,
    /// What time it is for the server.
    pub(super) server_time: Option<Timestamp>,
}

/// Why there is no answer, and how long the server wants to be left alone.
pub(super) struct Setback {
    pub(super) trouble: Trouble,
    pub(super) pause: Option<Duration>,
}

impl From<Trouble> for Setback {
    fn from(trouble: Trouble) -> Self {
        Self { trouble, pause: None }
    }
}

/// The way to one server.
pub(super) struct Wire {
    client: Client,
    base: String,
    host: String,
    client_id: String,
    largest: usize,
}

impl Wire {
    pub(super) async fn open(
        address: &WebAddress,
        client_id: &str,
        networks: &Networks,
        patience: Patience,
    ) -> Result<Self, Trouble> {
        let host = address.host.to_string();
        let addresses = resolve(address, patience.connect).await.ok_or_else(|| unreachable(&host))?;
        let permitted = |found: &SocketAddr| {
            networks.permit(found.ip()) && (address.secure || found.ip().to_canonical().is_loopback())
        };
        if addresses.is_empty() || !addresses.iter().all(permitted) {
            return Err(unreachable(&host));
        }
        let client = Client::builder()
            .resolve_to_addrs(&host, &addresses)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(address.secure)
            .connect_timeout(patience.connect)
            .timeout(patience.answer)
            .user_agent(concat!("Tandem/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Trouble::Odd(format!("no connection can be prepared: {error}")))?;
        Ok(Self {
            client,
            base: format!("{address}/cwa/api"),
            host,
            client_id: client_id.to_owned(),
            largest: patience.largest,
        })
    }

    /// Asks once.
    pub(super) async fn ask(&self, call: &Call<'_>) -> Result<Answer, Setback> {
        let mut request = self
            .client
            .request(call.method.clone(), format!("{}/{}", self.base, call.path))
            .query(call.query)
            .header("ClientId", &self.client_id)
            .header(header::ACCEPT, "application/json");
        if let Some(token) = call.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let mut response = request.send().await.map_err(|error| self.broken(&error))?;
        if let Err(mut setback) = judge(&response) {
            if let Trouble::Rejected { reason, .. } = &mut setback.trouble {
                *reason = said(&self.body(&mut response).await.unwrap_or_default());
            }
            return Err(setback);
        }
        let server_time = header_text(&response, header::DATE).and_then(|text| rfc2822::parse(text).ok());
        let body = self.body(&mut response).await?;
        let empty = response.status() == StatusCode::NO_CONTENT;
        let value = if empty { Value::Null } else { understood(&response, &body)? };
        Ok(Answer { value, server_time: server_time.map(|time| time.timestamp()) })
    }

    async fn body(&self, response: &mut Response) -> Result<Vec<u8>, Trouble> {
        let large = || Trouble::Odd(format!("an answer is larger than {} kB", self.largest / 1024));
        if response.content_length().is_some_and(|length| length > self.largest as u64) {
            return Err(large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
            if body.len() + chunk.len() > self.largest {
                return Err(large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// A failure of the way, without the address: a query may hold what nobody else should read.
    fn broken(&self, error: &reqwest::Error) -> Trouble {
        if error.is_timeout() {
            return Trouble::Unreachable(format!("{} did not answer in time", self.host));
        }
        if error.is_connect() {
            return unreachable(&self.host);
        }
        Trouble::Unreachable(format!("{} broke off its answer", self.host))
    }
}

/// One sentence for no answer and for an address that may not be called, so that nobody learns by trying what
/// stands in the networks around Tandem.
fn unreachable(host: &str) -> Trouble {
    Trouble::Unreachable(format!(
        "{host} cannot be reached: it does not answer, its certificate is not trusted, or it stands in a network that \
         is not public and not named in security.allowed_networks"
    ))
}

async fn resolve(address: &WebAddress, wait: Duration) -> Option<Vec<SocketAddr>> {
    match &address.host {
        Host::Number(number) => Some(vec![SocketAddr::new(*number, address.port)]),
        Host::Name(name) => {
            let found = tokio::time::timeout(wait, tokio::net::lookup_host((name.as_str(), address.port)));
            Some(found.await.ok()?.ok()?.collect())
        }
    }
}

/// What a status means.
fn judge(response: &Response) -> Result<(), Setback> {
    let status = response.status();
    let trouble = match status {
        status if status.is_success() => return Ok(()),
        StatusCode::UNAUTHORIZED => Trouble::SignedOut,
        StatusCode::FORBIDDEN => Trouble::Forbidden,
        StatusCode::NOT_FOUND => Trouble::Missing,
        status if status.is_redirection() => Trouble::Odd(
            "the server points to another address, and Tandem does not follow: type the final address".into(),
        ),
        status if status.is_server_error() => Trouble::Failing(status.as_u16()),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Trouble::Failing(status.as_u16()),
        status => Trouble::Rejected { status: status.as_u16(), reason: String::new() },
    };
    let seconds = header_text(response, header::RETRY_AFTER).and_then(|text| text.parse().ok());
    Err(Setback { trouble, pause: seconds.map(|seconds| Duration::from_secs(seconds).min(LONGEST_PAUSE)) })
}

/// Why the server does not accept a request, in its own words, on one line.
fn said(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = members::text(&body, "message");
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
    if line.trim().is_empty() { String::new() } else { format!(": {}", line.trim()) }
}

/// An answer as JSON. Web pages come from proxies, maintenance pages and wrong addresses.
fn understood(response: &Response, body: &[u8]) -> Result<Value, Trouble> {
    let kind = header_text(response, header::CONTENT_TYPE).unwrap_or_default();
    let page = kind.starts_with("text/html") || body.trim_ascii_start().first() == Some(&b'<');
    if page {
        let remedy = "the server answers with a web page where data belongs: look whether the address is right and \
                      the application pool CwaRestApi runs";
        return Err(Trouble::Odd(remedy.into()));
    }
    serde_json::from_slice(body).map_err(|error| {
        Trouble::Odd(format!("the server answers with something that is not JSON ({error})"))
    })
}

fn header_text(response: &Response, name: header::HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}
