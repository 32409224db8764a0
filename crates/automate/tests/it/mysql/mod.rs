//! The database as a source: the reader against a real MariaDB with Automate's tables.

mod access;
mod changes;
mod forms;
mod odd;
mod signals;

use crate::whole::Reading;
use automate::Reader;
use domain::{
    content::{Canonical, ContentHash, ContentType, ItemKey},
    net::Networks,
    source::{Connection, SourceInput},
};
use sandbox::labtech::{Instance, Shape};
use services::ports::reader::{KnownSignals, ReadError};
use std::collections::BTreeMap;

/// What a reading found, by item.
type Found = BTreeMap<ItemKey, ContentHash>;

/// A database and how it is asked.
pub(crate) struct Place {
    pub(crate) instance: Instance,
    pub(crate) input: SourceInput,
    pub(crate) reader: Reader,
}

fn server() -> String {
    let remedy = "set TANDEM_TEST_MARIADB to mysql://user:password@127.0.0.1:port of a MariaDB, or run `cargo xtask test`, which starts one";
    std::env::var("TANDEM_TEST_MARIADB").unwrap_or_else(|_| panic!("{remedy}"))
}

/// A source that signs in at a URL with its password.
fn input(url: &str) -> SourceInput {
    let connection = Connection::mysql(url);
    SourceInput { name: "Master".into(), connection, content_types: vec![], folders: vec![] }
}

fn reader() -> Reader {
    Reader::new(Networks::parse(["127.0.0.0/8"]).unwrap())
}

impl Place {
    /// A filled database of that name, read by an account that may only read.
    pub(crate) async fn new(name: &str, shape: Shape) -> Self {
        let instance = Instance::filled(&server(), &format!("automate_{name}"), shape).await.unwrap();
        let url = instance.reader(&format!("r_{name}"), "p@ss/word").await.unwrap();
        let input = input(&url.replace("p@ss/word", "p%40ss%2Fword"));
        Self { instance, input, reader: reader() }
    }

    async fn read(&self) -> Reading {
        Reading::of(&self.reader, &self.input, &KnownSignals::default()).await.unwrap()
    }

    async fn failure(&self) -> ReadError {
        Reading::of(&self.reader, &self.input, &KnownSignals::default()).await.unwrap_err()
    }

    /// Everything, which must be readable without a problem.
    async fn all(&self) -> Found {
        let reading = self.read().await;
        assert_eq!(reading.issues, [], "a whole library gives no issues");
        found(&reading)
    }

    /// The GUID of a script by its name.
    async fn script(&self, name: &str) -> String {
        let reading = self.read().await;
        named(&reading, ContentType::Scripts, name).guid.as_str().to_owned()
    }
}

fn found(reading: &Reading) -> Found {
    let entry = |item: &Canonical| (ItemKey::new(item.content_type, item.guid.clone()), item.hash());
    reading.items.iter().map(|item| entry(&item.canonical)).collect()
}

fn named<'a>(reading: &'a Reading, kind: ContentType, name: &str) -> &'a Canonical {
    let mut items = reading.items.iter().map(|item| &item.canonical);
    items.find(|item| item.content_type == kind && item.name == name).unwrap_or_else(|| panic!("no {name}"))
}
