//! Who did what, when, to what: one line for every change of state.

use crate::{content::ContentType, ids::AuditId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A line of the audit log as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Which line.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// `user`, `token`, `client`, `connector` or `system`.
    pub actor_kind: String,
    /// The name people know the actor by.
    pub actor_name: String,
    /// What was done, for example `content.approve`; see [`action`].
    pub action: String,
    /// The content type it was done to, where it was content.
    pub content_type: Option<ContentType>,
    /// What it was done to: a GUID, an id or a name.
    pub subject: Option<String>,
    /// `ok`, `refused` or `failed`.
    pub outcome: Outcome,
    /// One sentence for people, for example `approved 4 of 5 scripts`.
    pub summary: String,
}

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Ok,
    /// It was not allowed or no longer fitted.
    Refused,
    /// It went wrong.
    Failed,
}

impl Outcome {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// The names of actions, in one place so that the log can be searched.
pub mod action {
    /// Content was refused.
    pub const REJECT: &str = "content.reject";
    /// Somebody took responsibility for secrets in content.
    pub const ACCEPT_SECRETS: &str = "content.accept_secrets";
    /// How many people must approve was changed, or who counts as an author.
    pub const POLICY: &str = "policy.change";
    /// Content was approved.
    pub const APPROVE: &str = "content.approve";
    /// An approval was taken back.
    pub const UNAPPROVE: &str = "content.unapprove";
    /// Approved changes went to production.
    pub const SYNC: &str = "content.sync";
    /// The newest changes were read.
    pub const REFRESH: &str = "content.refresh";
    /// Production was pointed at an earlier version.
    pub const ROLLBACK: &str = "content.rollback";
    /// A rollback's hold was lifted.
    pub const LIFT: &str = "content.lift";
    /// Someone confirmed that a sudden drop is right.
    pub const RELEASE: &str = "source.release";
    /// A source was added, changed or removed.
    pub const SOURCE: &str = "source.change";
    /// An API client was added, changed or removed.
    pub const CLIENT: &str = "client.change";
    /// An API client asked for a token.
    pub const CLIENT_TOKEN: &str = "client.token";
    /// An API client asked for what lies outside its scope.
    pub const OUTSIDE_SCOPE: &str = "client.outside_scope";
    /// A ring was added, changed, moved or removed.
    pub const RING: &str = "ring.change";
    /// What one ring serves went on to the next.
    pub const PROMOTE: &str = "ring.promote";
    /// Promotion into a ring stopped by itself, or a person let it go on.
    pub const RING_STOP: &str = "ring.stop";
    /// The sync windows were changed, opened or closed.
    pub const WINDOWS: &str = "windows.change";
    /// The key that manifests are signed with was made or changed.
    pub const SIGNING: &str = "signing.rotate";
    /// An alert was raised without a ticket.
    pub const RAISE: &str = "alert.raise";
    /// An alert was acknowledged.
    pub const ACKNOWLEDGE: &str = "alert.acknowledge";
    /// An alert was closed.
    pub const CLOSE: &str = "alert.close";
    /// An alert was reopened.
    pub const REOPEN: &str = "alert.reopen";
    /// A note was added to an alert.
    pub const ANNOTATE: &str = "alert.annotate";
    /// An alert was given to somebody.
    pub const ASSIGN: &str = "alert.assign";
    /// A category was added, changed, moved or removed.
    pub const CATEGORY: &str = "category.change";
    /// A write-back that was given up began anew.
    pub const REPLAY: &str = "write_back.replay";
    /// A person was added or changed.
    pub const USER: &str = "user.change";
    /// A personal token was made or revoked.
    pub const TOKEN: &str = "token.change";
    /// The key that secrets are sealed under was changed.
    pub const KEY: &str = "secrets.rotate";
    /// A connector was added, changed, switched or removed.
    pub const CONNECTOR: &str = "connector.change";
    /// Someone signed in or out, or tried.
    pub const SIGN_IN: &str = "session.sign_in";
    /// Someone signed out.
    pub const SIGN_OUT: &str = "session.sign_out";
}
