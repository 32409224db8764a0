//! Secrets in content: passwords, keys and tokens that would travel to every receiver.
//!
//! [`scan`] says where they stand, [`Mask`] hides them wherever content is shown. Publishing never goes through
//! a mask: what is served is what was approved, byte for byte.
//!
//! - `names`: which names announce a secret
//! - `value`: what is a literal, and what a variable or a placeholder
//! - `text`: the forms in which a text holds one; a new form is a function there
//! - `walk`: every text of an item, with the password parameters of script functions
//!
//! Whatever finds more, or less, needs a new [`RULES`] number, so that known content is examined again.

mod commands;
mod names;
mod text;
mod value;
mod walk;

use super::{Canonical, ContentHash};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// The version of these rules. Content that was examined by other rules is examined again.
pub const RULES: u32 = 1;
/// The most findings that are kept of one item.
const MOST_FINDINGS: usize = 200;

/// What a secret looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// A password or shared secret.
    Password,
    /// An access token or API key.
    Token,
    /// The block of a private key.
    PrivateKey,
    /// The parameter of a script function that takes a password.
    Parameter,
}

impl SecretKind {
    /// The words on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Password => "Password",
            Self::Token => "Key or token",
            Self::PrivateKey => "Private key",
            Self::Parameter => "Password parameter",
        }
    }
}

/// A secret that content holds. Its value is nowhere in here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SecretFinding {
    /// What it looks like.
    pub kind: SecretKind,
    /// Where it stands, in words.
    pub place: String,
    /// Tells it from others of the same item, so that an acceptance counts for what was accepted alone.
    pub digest: ContentHash,
}

/// A secret in a text: where, and what it looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hit {
    range: Range<usize>,
    kind: SecretKind,
}

/// The secrets of an item, in reading order, each value once.
pub fn scan(item: &Canonical) -> Vec<SecretFinding> {
    let mut findings: Vec<SecretFinding> = Vec::new();
    let mut copy = item.clone();
    walk::texts(&mut copy, &mut |place, text, hits| {
        for hit in hits {
            let digest = digest(item, &text[hit.range.clone()]);
            let known = findings.iter().any(|finding| finding.digest == digest);
            if !known && findings.len() < MOST_FINDINGS {
                findings.push(SecretFinding { kind: hit.kind, place: place.to_owned(), digest });
            }
        }
    });
    findings
}

/// Bound to the item, so that equal passwords of two items cannot be told to be equal.
fn digest(item: &Canonical, secret: &str) -> ContentHash {
    ContentHash::of(format!("{}:{}\n{secret}", item.content_type, item.guid).as_bytes())
}

/// Hides secrets. One mask for both sides of a comparison: equal secrets get equal numbers, so that a changed
/// password still shows as a change.
#[derive(Default)]
pub struct Mask {
    known: BTreeMap<String, usize>,
}

impl Mask {
    /// A copy of the item with every secret replaced by `[hidden-secret-N]`.
    pub fn hide(&mut self, item: &Canonical) -> Canonical {
        let mut shown = item.clone();
        walk::texts(&mut shown, &mut |_, text, hits| {
            for hit in hits.iter().rev() {
                let next = self.known.len() + 1;
                let number = *self.known.entry(text[hit.range.clone()].to_owned()).or_insert(next);
                text.replace_range(hit.range.clone(), &format!("{}{number}]", value::HIDDEN));
            }
        });
        shown
    }

    /// A text with every secret that was hidden before replaced in the same way, also where it is written as JSON or
    /// XML writes it, with the line ends of either side.
    pub fn cover(&self, text: &str) -> String {
        let mut known: Vec<(&String, &usize)> = self.known.iter().collect();
        // One secret may begin as another does.
        known.sort_by_key(|(secret, _)| std::cmp::Reverse(secret.len()));
        let mut covered = text.to_owned();
        for (secret, number) in known {
            let hidden = format!("{}{number}]", value::HIDDEN);
            for written in forms(secret) {
                covered = covered.replace(&written, &hidden);
            }
        }
        covered
    }
}

fn as_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

/// XML as it must be written between two tags.
fn as_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// XML as many programs write it, everywhere.
fn as_quoted_xml(text: &str) -> String {
    as_xml(text).replace('"', "&quot;").replace('\'', "&apos;")
}

/// The ways in which a secret may be written. Content has plain line ends, Automate's columns have CRLF.
fn forms(secret: &str) -> BTreeSet<String> {
    let plain = secret.replace("\r\n", "\n");
    let lines = [secret.to_owned(), plain.replace('\n', "\r\n"), plain];
    let written = |text: &String| [text.clone(), as_json(text), as_xml(text), as_quoted_xml(text)];
    lines.iter().flat_map(written).collect()
}

#[cfg(test)]
mod tests;
