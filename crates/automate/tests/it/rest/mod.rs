//! The REST interface as a source: the reader against the simulator.

mod access;
mod faults;
mod forms;
mod places;

use crate::whole::Reading;
use automate::{Reader, rest::Patience};
use domain::{
    content::{Canonical, ContentType},
    net::Networks,
    secret::Secret,
    source::{Connection, SourceInput},
};
use sandbox::{
    automate_rest::{AutomateRest, CLIENT_ID, PASSWORD, USERNAME},
    library,
};
use services::ports::{
    SourceReader as _,
    reader::{KnownSignals, ReadError, SourceCheck},
};
use std::time::Duration;

/// A server and how it is asked.
pub(crate) struct Place {
    pub(crate) server: AutomateRest,
    pub(crate) input: SourceInput,
    pub(crate) reader: Reader,
}

/// Rows of a page.
pub(crate) const PAGE: usize = 8;

impl Place {
    async fn new() -> Self {
        let server = AutomateRest::start(library::contents()).await.unwrap();
        let input = input(&server.url);
        Self { server, input, reader: reader() }
    }

    /// Only one type.
    pub(crate) async fn of(kind: ContentType) -> Self {
        let mut place = Self::new().await;
        place.input.content_types = vec![kind];
        place
    }

    async fn read(&self) -> Reading {
        Reading::of(&self.reader, &self.input, &KnownSignals::default()).await.unwrap()
    }

    async fn failure(&self) -> ReadError {
        Reading::of(&self.reader, &self.input, &KnownSignals::default()).await.unwrap_err()
    }

    async fn check(&self) -> Result<SourceCheck, ReadError> {
        self.reader.test(&self.input).await
    }

    fn connection(&mut self, change: impl FnOnce(&mut String, &mut Secret, &mut String, &mut Secret)) {
        match &mut self.input.connection {
            Connection::AutomateRest { url, password, client_id, passcode, .. } => {
                change(url, password, client_id, passcode);
            }
            other => panic!("{other:?}"),
        }
    }
}

fn input(url: &str) -> SourceInput {
    let connection = Connection::AutomateRest {
        url: url.into(),
        username: USERNAME.into(),
        password: Secret::Given(PASSWORD.into()),
        client_id: CLIENT_ID.into(),
        passcode: Secret::Missing,
    };
    SourceInput { name: "Master".into(), connection, content_types: vec![], folders: vec![] }
}

/// Small pages and no waiting.
fn reader() -> Reader {
    let patience = Patience { tries: 3, pause: Duration::from_millis(1), page: PAGE, ..Patience::default() };
    Reader { patience, ..Reader::new(Networks::parse(["127.0.0.0/8"]).unwrap()) }
}

fn of_type(reading: &Reading, kind: ContentType) -> Vec<&Canonical> {
    reading.items.iter().map(|item| &item.canonical).filter(|item| item.content_type == kind).collect()
}

/// What people are told that hides content.
fn hiding(reading: &Reading) -> Vec<String> {
    let hiding = reading.issues.iter().filter(|issue| issue.hides_content);
    hiding.map(|issue| format!("{}: {}", issue.place, issue.message)).collect()
}
