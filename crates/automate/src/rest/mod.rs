//! Automate's REST interface (`automate-api.md` section 2).
//!
//! - [`wire`]: one request: checked addresses, limits, what an answer may be
//! - [`session`]: signing in, renewing the token, trying again; [`kept_token`]: across runs
//! - [`paging`]: whole lists out of pages that shift while they are read
//! - [`rights`]: what the user may see, before anything is believed to be gone
//! - [`scripts`], [`groups`], [`monitors`]: from [`mod@rows`] to the canonical form
//! - [`limits`]: what this interface cannot give, by type
//! - [`apply`]: writing content to a server over it, as far as it goes
//!
//! A list that could not be read to its end gives no items at all: half a list would make references unknown and
//! so change contents that nobody changed. It becomes an issue that hides content, and nothing is declared gone.

pub mod apply;
mod groups;
mod kept_token;
mod limits;
mod members;
mod monitors;
mod paging;
mod passcode;
mod private_file;
mod rights;
mod rows;
mod scripts;
mod session;
mod trouble;
mod wire;

pub use wire::Patience;

use crate::part::{Firsts, Part, hidden, note};
use domain::{
    content::ContentType,
    net::Networks,
    source::{CheckLine, CheckState, SourceCheck},
};
use paging::Stopped;
use rights::Rights;
use services::ports::reader::{ItemSink, ReadError, Reading};
use session::Session;
use trouble::Trouble;

/// How a server is reached.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// The address that was typed.
    pub url: &'a str,
    /// The user.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
    /// The GUID of the integration.
    pub client_id: &'a str,
    /// The second factor, if there is one.
    pub passcode: Option<&'a str>,
}

/// Looks what the user may read.
pub async fn check(
    login: Login<'_>,
    types: &[ContentType],
    networks: &Networks,
    patience: Patience,
) -> Result<SourceCheck, ReadError> {
    let mut session = Session::open(login, networks, patience).await?;
    let mut lines = vec![line("Sign-in", CheckState::Good, format!("Signed in as {}.", login.username))];
    lines.push(server(&mut session).await?);
    let rights = Rights::of(&mut session).await;
    lines.push(rights.line());
    for kind in types {
        let (state, message) = look(&mut session, &rights, *kind).await;
        lines.push(line(kind.label(), state, message));
    }
    let names = |state: CheckState| -> Vec<&str> {
        let in_state =
            |kind: &&ContentType| lines.iter().any(|line| line.what == kind.label() && line.state == state);
        types.iter().filter(in_state).map(|kind| kind.label()).collect()
    };
    let (good, wrong) = (names(CheckState::Good), names(CheckState::Wrong));
    let told = |names: &[&str]| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    let mut summary = format!("Automate answers. It gives {}", told(&good));
    if !wrong.is_empty() {
        summary.push_str(&format!("; something is missing for {}", told(&wrong)));
    }
    Ok(SourceCheck { summary: format!("{summary}."), lines })
}

async fn server(session: &mut Session) -> Result<CheckLine, ReadError> {
    Ok(match session.get("PatchInformation", &[]).await {
        Ok(found) => {
            let version = members::text(&found, "WebServerPatchVersion");
            let version = if version.is_empty() { "of an unknown version".to_owned() } else { version };
            line("Server", CheckState::Good, format!("Automate {version}."))
        }
        // The token was given a moment ago: what does not count is the integration.
        Err(Trouble::SignedOut) => {
            let message = "is not known to this server: register the integration, or correct the GUID";
            return Err(ReadError::Settings { field: "client_id".into(), message: message.into() });
        }
        Err(trouble) => {
            line("Server", CheckState::Limited, format!("Its version cannot be read: {trouble}."))
        }
    })
}

async fn look(session: &mut Session, rights: &Rights, kind: ContentType) -> (CheckState, String) {
    if let Some(reason) = limits::cannot(kind) {
        return (CheckState::Limited, format!("Left out: {reason}"));
    }
    if let Some(missing) = rights.missing(kind) {
        return (CheckState::Wrong, missing);
    }
    let found = match kind {
        ContentType::Scripts => scripts::probe(session).await,
        ContentType::Groups => groups::probe(session).await,
        _ => monitors::probe(session).await,
    };
    match (found, limits::partly(kind)) {
        (Ok(()), Some(note)) => (CheckState::Good, format!("Can be read. {note}")),
        (Ok(()), None) => (CheckState::Good, "Can be read.".into()),
        (Err(Trouble::Missing), _) if kind == ContentType::InternalMonitors => {
            (CheckState::Limited, limits::NO_MONITORS.into())
        }
        (Err(trouble), _) => (CheckState::Wrong, format!("Cannot be read: {trouble}.")),
    }
}

/// Hands over everything of the types that can be read.
pub async fn read(
    login: Login<'_>,
    types: &[ContentType],
    networks: &Networks,
    patience: Patience,
    sink: &mut dyn ItemSink,
) -> Result<Reading, ReadError> {
    let mut session = Session::open(login, networks, patience).await?;
    let rights = Rights::of(&mut session).await;
    let mut reading = Reading::default();
    for kind in types {
        if let Some(reason) = limits::cannot(*kind) {
            reading.left_out.insert(*kind);
            reading.issues.push(note(*kind, format!("are left out: {reason}")));
        } else if let Some(missing) = rights.missing(*kind) {
            reading.issues.push(hidden(*kind, missing));
        } else {
            take(&mut session, *kind, sink, &mut reading).await?;
        }
    }
    Ok(reading)
}

async fn take(
    session: &mut Session,
    kind: ContentType,
    sink: &mut dyn ItemSink,
    reading: &mut Reading,
) -> Result<(), ReadError> {
    let issues = match kind {
        ContentType::Scripts => scripts::read(session, sink).await,
        ContentType::Groups => groups::read(session, sink).await,
        _ => monitors::read(session, sink).await,
    };
    match issues {
        Ok(issues) => {
            reading.issues.extend(issues);
            reading.issues.extend(limits::partly(kind).map(|text| note(kind, text.to_owned())));
        }
        Err(Stopped::Sink(error)) => return Err(error),
        Err(Stopped::Source(Trouble::Missing)) if kind == ContentType::InternalMonitors => {
            sink.forget(kind);
            reading.left_out.insert(kind);
            reading.issues.push(note(kind, limits::NO_MONITORS.into()));
        }
        Err(Stopped::Source(trouble)) => {
            sink.forget(kind);
            let message =
                format!("could not be read to the end: {trouble}. What was known of them stays as it is.");
            reading.issues.push(hidden(kind, message));
        }
    }
    Ok(())
}

fn line(what: &str, state: CheckState, message: String) -> CheckLine {
    CheckLine { what: what.to_owned(), state, message }
}
