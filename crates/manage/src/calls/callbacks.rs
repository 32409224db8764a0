//! Callbacks: Manage tells us that something changed. They are hints, never the truth: what they name is read
//! again, and polling goes on without them.

use crate::{
    client::{Manage, typed},
    error::{ManageError, Repeat},
    line::Call,
    model::Callback,
    query::Query,
    wire::setup::WireCallback,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::json;
use services::ports::psa::Hold;
use sha2::{Digest as _, Sha256};

const CALLBACKS: &str = "/system/callbacks";
/// The end of the path where an instance tells its keys, whatever its codebase is called.
const KEY_PAGE: [&str; 3] = ["system", "callbackkey", "index.rails"];

/// A callback that came in and whose signature is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// `added`, `updated` or `deleted`.
    pub action: String,
    /// The kind of record, such as `ticket`.
    pub kind: String,
    /// Its id.
    pub record: i64,
    /// The member who changed it, where Manage says.
    pub member: Option<String>,
    /// Tells one delivery from another; repeated ones have the same.
    pub message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    action: String,
    #[serde(rename = "ID")]
    id: i64,
    #[serde(rename = "Type")]
    kind: String,
    member_id: Option<String>,
    message_id: Option<String>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    key_url: Option<String>,
}

impl Manage {
    /// Every callback that this API member may see.
    pub async fn callbacks(&self) -> Result<Vec<Callback>, ManageError> {
        Ok(self
            .list::<WireCallback>(CALLBACKS, &Query::new())
            .await?
            .into_iter()
            .map(Callback::from)
            .collect())
    }

    /// Asks to be told of every change of a ticket, at `url` (https; Manage appends the id to its last
    /// parameter). An equal callback that is active is kept.
    pub async fn register_ticket_callback(
        &self,
        url: &str,
        description: &str,
    ) -> Result<Callback, ManageError> {
        let url = hook(url);
        for old in self
            .callbacks()
            .await?
            .into_iter()
            .filter(|callback| callback.url == url && callback.kind == "ticket")
        {
            if !old.inactive {
                return Ok(old);
            }
            self.delete_callback(old.id).await?;
        }
        let description: String = description.chars().take(100).collect();
        let body = json!({"description": description, "url": url, "objectId": 1, "type": "ticket", "level": "owner", "isSelfSuppressedFlag": true});
        self.create::<WireCallback>(CALLBACKS, body).await.map(Callback::from)
    }

    /// Takes a callback back; says whether it was still there.
    pub async fn delete_callback(&self, id: i64) -> Result<bool, ManageError> {
        self.delete(&format!("{CALLBACKS}/{id}")).await
    }

    /// Checks a callback's signature over the raw body and reads it. The key is read from the instance each time
    /// it rotates, and again after a while; an address that is not the page of the instance's keys is refused unread.
    pub async fn verify(&self, raw: &[u8], signature: &str) -> Result<Delivery, ManageError> {
        let untrusted = |what: &str| ManageError::Untrusted(what.to_owned());
        let body: Body = serde_json::from_slice(raw).map_err(|_| untrusted("its body cannot be read"))?;
        let key_url = body
            .metadata
            .and_then(|metadata| metadata.key_url)
            .ok_or_else(|| untrusted("it names no key"))?;
        let key_url = Url::parse(&key_url).map_err(|_| untrusted("the address of its key cannot be read"))?;
        // Whoever writes this address chooses what we ask of the instance: nothing else there may be asked for.
        if !self.instance().owns(&key_url) || !tells_keys(&key_url) {
            return Err(untrusted("the address of its key is not the instance's"));
        }
        // All tenants of the cloud share its hosts, and each could sign with its own key.
        let company = key_url
            .query_pairs()
            .find(|(name, _)| name == "companyName")
            .map(|(_, company)| company.into_owned());
        if !company.is_some_and(|company| self.is_own_company(&company)) {
            return Err(untrusted("its key is another company's"));
        }
        let signature = BASE64_STANDARD
            .decode(signature.trim())
            .map_err(|_| untrusted("its signature cannot be read"))?;
        let key = self.signing_key(key_url).await?;
        if !is_signed(raw, &key, &signature) {
            return Err(untrusted("its signature is wrong"));
        }
        Ok(Delivery {
            action: body.action,
            kind: body.kind,
            record: body.id,
            member: body.member_id,
            message: body.message_id,
        })
    }

    async fn signing_key(&self, url: Url) -> Result<String, ManageError> {
        #[derive(Deserialize)]
        struct Key {
            signing_key: String,
        }
        let now = self.line().elapsed();
        if let Some(known) = self.signing_keys().known(url.as_str(), now) {
            return Ok(known);
        }
        // The next one may be real: whoever sent it shall send it again.
        self.signing_keys().ask(now).map_err(|after| ManageError::Throttled { after: Some(after) })?;
        let address = url.as_str().to_owned();
        let call = Call {
            method: Method::GET,
            url,
            keys: None,
            headers: Vec::new(),
            body: None,
            repeat: Repeat::Safe,
            hold: Hold::default(),
        };
        let answer = self.line().send_aside(&call).await.map_err(|error| match error {
            ManageError::NotFound(_) => {
                ManageError::Untrusted("the instance does not know its key (any more)".into())
            }
            other => other,
        })?;
        let key = typed::<Key>(answer.body)?.signing_key;
        self.signing_keys().keep(address, key.clone(), now);
        Ok(key)
    }
}

/// An address as Manage keeps it: it appends the number of the record to the last parameter.
pub(crate) fn hook(url: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}recordId=")
}

/// Whether this is the page of an instance that tells keys.
fn tells_keys(url: &Url) -> bool {
    let parts = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    parts.ends_with(&KEY_PAGE.map(str::to_owned))
}

/// Base64(HMAC-SHA256(SHA-256(key), body)), compared in constant time.
fn is_signed(raw: &[u8], key: &str, signature: &[u8]) -> bool {
    let hashed = Sha256::digest(key.as_bytes());
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&hashed) else { return false };
    mac.update(raw);
    mac.verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_from_one_page_only() {
        let at = |path: &str| tells_keys(&Url::parse(&format!("https://psa.example{path}")).unwrap());
        assert!(at("/v2025_1//system/callbackkey/index.rails?companyName=acme&id=1"));
        assert!(at("/v4_6_release/System/CallbackKey/index.rails"));
        for other in [
            "/v2025_1/apis/3.0/system/info",
            "/v2025_1/system/callbackkey/index.rails/x",
            "/v2025_1/system/callbackkey/index.rails/../../info",
            "/v2025_1/system/callbackkey/index.rails%2fx",
            "/v2025_1/x?/system/callbackkey/index.rails",
            "/v2025_1/x#/system/callbackkey/index.rails",
            "/",
        ] {
            assert!(!at(other), "{other}");
        }
    }

    #[test]
    fn only_the_very_bytes_are_signed() {
        let mut mac = Hmac::<Sha256>::new_from_slice(&Sha256::digest(b"key")).unwrap();
        mac.update(b"{\"a\":1}");
        let signature = mac.finalize().into_bytes();
        assert!(is_signed(b"{\"a\":1}", "key", &signature));
        assert!(!is_signed(b"{\"a\": 1}", "key", &signature));
        assert!(!is_signed(b"{\"a\":1}", "other", &signature));
        assert!(!is_signed(b"{\"a\":1}", "key", &signature[..16]));
    }
}
