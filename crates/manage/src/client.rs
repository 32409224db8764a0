//! The client of one instance: which address, which keys, which codebase.
//!
//! The calls themselves stand in [`crate::calls`], one file per kind of record.

use crate::{
    error::{ManageError, Repeat},
    instance::Instance,
    line::{Answer, Call, Line, LineState, locked},
    query::{self, Query},
    refusal::Refusal,
    settings::{API_VERSION, Settings},
    signing::SigningKeys,
};
use domain::field::FieldError;
use reqwest::{Method, Url};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use services::ports::psa::Hold;
use std::sync::{Arc, Mutex, MutexGuard};

/// The codebase that routes to the tenant's current version, on premises and in the cloud.
const CURRENT: &str = "v4_6_release/";

/// One instance of Manage, as one API member sees it. Clones share what they learn.
#[derive(Clone)]
pub struct Manage {
    settings: Arc<Settings>,
    instance: Instance,
    line: Arc<Line>,
    codebase: Arc<Mutex<Option<String>>>,
    /// What callbacks are signed with.
    keys: Arc<Mutex<SigningKeys>>,
    hold: Hold,
}

/// What companyinfo says. Everything is optional, and the flag comes as a boolean or as text.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CompanyInfo {
    codebase: Option<String>,
    is_cloud: Option<Value>,
}

impl Manage {
    /// A client; nothing is sent yet.
    pub fn new(settings: Settings, line: Arc<Line>) -> Result<Self, Vec<FieldError>> {
        let instance = settings.check()?;
        Ok(Self {
            settings: Arc::new(settings),
            instance,
            line,
            codebase: Arc::default(),
            keys: Arc::default(),
            hold: Hold::default(),
        })
    }

    /// The same client, which creates only while this lasts.
    #[must_use]
    pub fn under(&self, hold: &Hold) -> Self {
        Self { hold: hold.clone(), ..self.clone() }
    }

    /// Where the instance is.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }

    /// How the line to it stands.
    pub fn state(&self) -> LineState {
        self.line.state()
    }

    /// Where people see a ticket.
    pub fn ticket_url(&self, ticket: i64) -> String {
        self.instance.ticket_url(&self.settings.company_id, ticket)
    }

    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    /// Whether this is the company whose keys we have.
    pub(crate) fn is_own_company(&self, company: &str) -> bool {
        company.eq_ignore_ascii_case(&self.settings.company_id)
    }

    /// What is known of the keys that callbacks are signed with.
    pub(crate) fn signing_keys(&self) -> MutexGuard<'_, SigningKeys> {
        locked(&self.keys)
    }

    /// One record or any other single answer.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &Query,
    ) -> Result<T, ManageError> {
        typed(self.call(Method::GET, &query::address(path, &query.filters()), None, &[]).await?.body)
    }

    /// How many there are.
    pub(crate) async fn count(&self, path: &str, query: &Query) -> Result<u64, ManageError> {
        #[derive(Deserialize)]
        struct Count {
            count: u64,
        }
        let counted: Count = self.read(&format!("{path}/count"), query).await?;
        Ok(counted.count)
    }

    /// Creates; sent once, unless it certainly was not done.
    pub(crate) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        body: Value,
    ) -> Result<T, ManageError> {
        typed(self.call(Method::POST, path, Some(body), &[]).await?.body)
    }

    /// Deletes; says whether it was still there.
    pub(crate) async fn delete(&self, path: &str) -> Result<bool, ManageError> {
        match self.call(Method::DELETE, path, None, &[]).await {
            Ok(_) => Ok(true),
            Err(ManageError::NotFound(refusal)) if refusal.names_a_missing_record() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sends with keys; when the address turns out to be outdated, the codebase is read again, once.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&'static str, String)],
    ) -> Result<Answer, ManageError> {
        let repeat = if method == Method::POST { Repeat::Never } else { Repeat::Safe };
        self.call_as(repeat, method, path, body, headers).await
    }

    /// As [`Manage::call`], for a POST that only reads.
    pub(crate) async fn call_as(
        &self,
        repeat: Repeat,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&'static str, String)],
    ) -> Result<Answer, ManageError> {
        let known = locked(&self.codebase).clone();
        let codebase = match known {
            Some(codebase) => codebase,
            None => self.look_up().await?,
        };
        let send = |codebase: String| {
            let (method, body) = (method.clone(), body.clone());
            async move { self.line.send(&self.signed(repeat, method, &codebase, path, body, headers)?).await }
        };
        match send(codebase.clone()).await {
            Err(error) if refusal(&error).is_some_and(Refusal::is_misrouted) => {
                let now = self.look_up().await?;
                if now == codebase { Err(error) } else { send(now).await }
            }
            other => other,
        }
    }

    fn signed(
        &self,
        repeat: Repeat,
        method: Method,
        codebase: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&'static str, String)],
    ) -> Result<Call, ManageError> {
        let url = self.join(&format!("{codebase}apis/3.0{path}"))?;
        let (user, password) = self.settings.basic();
        let mut all = vec![
            ("clientid", self.settings.client_id.clone()),
            ("accept", format!("application/vnd.connectwise.com+json; version={API_VERSION}")),
        ];
        all.extend(headers.iter().cloned());
        let keys = Some((user, SecretString::from(password.to_owned())));
        Ok(Call { method, url, keys, headers: all, body, repeat, hold: self.hold.clone() })
    }

    /// Reads which codebase the company has. No keys are sent; what comes back is a name, never a host.
    async fn look_up(&self) -> Result<String, ManageError> {
        let url = self.join(&format!("login/companyinfo/{}", query::encoded(&self.settings.company_id)))?;
        let call = Call {
            method: Method::GET,
            url,
            keys: None,
            headers: Vec::new(),
            body: None,
            repeat: Repeat::Safe,
            hold: Hold::default(),
        };
        let codebase = match self.line.send(&call).await {
            Ok(answer) if answer.body.is_null() => {
                let message = "is not known to this instance: enter the company name of its log-in page";
                return Err(ManageError::setting("company_id", message));
            }
            Ok(answer) => serde_json::from_value::<CompanyInfo>(answer.body).map(named).unwrap_or_default(),
            // Old on-premises servers do not have it.
            Err(ManageError::NotFound(_) | ManageError::Rejected(_) | ManageError::Odd(_)) => None,
            Err(error) => return Err(error),
        };
        let codebase = codebase.unwrap_or_else(|| CURRENT.to_owned());
        *locked(&self.codebase) = Some(codebase.clone());
        Ok(codebase)
    }

    fn join(&self, rest: &str) -> Result<Url, ManageError> {
        let root = self.instance.root();
        let url = Url::parse(&format!("{root}{rest}"));
        let url = url.map_err(|_| ManageError::setting("instance_uri", "does not make an address"))?;
        // Whatever stands in a path, the keys stay on this host.
        if url.origin() == root.origin() {
            Ok(url)
        } else {
            Err(ManageError::setting("instance_uri", "leads elsewhere"))
        }
    }
}

/// The cloud's codebase, if it is a name such as `v2025_1/`.
fn named(info: CompanyInfo) -> Option<String> {
    let cloud = info.is_cloud.is_some_and(|flag| {
        flag == true || flag.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
    });
    let name = info.codebase?;
    let plain = name.strip_suffix('/')?;
    let fits = plain.starts_with('v')
        && plain.len() <= 40
        && plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (cloud && fits).then_some(name)
}

/// What Manage said, where it said something.
fn refusal(error: &ManageError) -> Option<&Refusal> {
    match error {
        ManageError::NotFound(refusal) | ManageError::Rejected(refusal) => Some(refusal),
        _ => None,
    }
}

/// The answer in the form that was asked for.
pub(crate) fn typed<T: DeserializeOwned>(body: Value) -> Result<T, ManageError> {
    serde_json::from_value(body)
        .map_err(|error| ManageError::Odd(format!("another form than expected: {error}")))
}
