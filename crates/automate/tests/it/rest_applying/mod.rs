//! Applying content over REST: the applier against the simulator.

mod access;
mod faults;
mod groups;
mod scripts;

use automate::{
    apply::{ApplyError, Done, How, Offer},
    rest::{Login, Patience, apply::RestApplier},
};
use domain::{
    content::{Canonical, ContentHash, ContentType, ItemKey},
    net::Networks,
    receiving::Standing,
};
use sandbox::{
    automate_rest::{AutomateRest, CLIENT_ID, PASSWORD, USERNAME},
    library::{self, Contents},
};
use serde_json::Value;
use std::{collections::BTreeMap, path::PathBuf, time::Duration};
use tempfile::TempDir;

/// A receiving server, and where the receiver keeps its journal.
struct Place {
    server: AutomateRest,
    folder: TempDir,
    passcode: Option<String>,
}

impl Place {
    /// An Automate with nothing in it, whose user may write.
    async fn empty() -> Self {
        let nothing =
            Contents { scripts: vec![], searches: vec![], groups: vec![], monitors: vec![], fields: vec![] };
        Self::with(nothing).await
    }

    async fn with(contents: Contents) -> Self {
        let server = AutomateRest::start(contents).await.unwrap();
        server.faults(|faults| {
            let rights = ["ScriptEdit", "ScriptDelete", "GroupsCreate", "GroupInfoUpdate", "GroupsDelete"];
            faults.rights.extend(rights.map(str::to_owned));
        });
        Self { server, folder: tempfile::tempdir().unwrap(), passcode: None }
    }

    /// Signed in, with everything read: one run of a receiver.
    async fn run(&self) -> RestApplier {
        let mut applier = self.connect().await.unwrap();
        applier.standing().await.unwrap();
        applier
    }

    async fn connect(&self) -> Result<RestApplier, ApplyError> {
        let login = Login {
            url: &self.server.url,
            username: USERNAME,
            password: PASSWORD,
            client_id: CLIENT_ID,
            passcode: self.passcode.as_deref(),
        };
        let patience =
            Patience { tries: 3, pause: Duration::from_millis(1), page: 20, ..Patience::default() };
        let networks = Networks::parse(["127.0.0.0/8"]).unwrap();
        RestApplier::connect(login, &networks, patience, Some(self.folder.path())).await
    }

    /// The file that says what was installed.
    fn journal(&self) -> PathBuf {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let mut paths = files.map(|entry| entry.unwrap().path());
        paths.find(|path| path.to_string_lossy().contains("automate-journal-")).unwrap()
    }

    async fn standing(&self, content: &Canonical) -> Option<Standing> {
        let mut applier = self.connect().await.unwrap();
        let standing = applier.standing().await.unwrap();
        standing.into_iter().find(|here| here.key == key(content))
    }

    /// What was changed since this was asked last.
    fn changes(&self) -> Vec<String> {
        let asked = self.server.requests();
        self.server.forget_requests();
        let signs_in = |request: &String| request.starts_with("GET ") || request.contains("apitoken");
        asked.into_iter().filter(|request| !signs_in(request)).collect()
    }

    /// The row of an item by its name.
    fn row(&self, resource: &str, name: &str) -> Value {
        let rows = self.server.rows(resource);
        rows.into_iter().find(|row| row["Name"] == name).unwrap_or_else(|| panic!("no {name}"))
    }
}

const NOW: How = How { dry_run: false, force: false };
const DRY: How = How { dry_run: true, force: false };

fn key(content: &Canonical) -> ItemKey {
    ItemKey::new(content.content_type, content.guid.clone())
}

fn offer(content: &Canonical, version: u32) -> Offer {
    Offer { content: content.clone(), version, content_hash: content.hash() }
}

async fn put(applier: &mut RestApplier, content: &Canonical) -> Result<Done, String> {
    let done = applier.install(&[offer(content, 1)], NOW).await;
    done.map(|mut done| done.remove(0)).map_err(|error| error.to_string())
}

/// The library's scripts and groups as export files give them, each after what it needs.
fn published() -> Vec<Canonical> {
    let folder = tempfile::tempdir().unwrap();
    library::write(folder.path()).unwrap();
    let reading = crate::room::read(folder.path(), &[]).unwrap();
    let wanted = |item: &Canonical| matches!(item.content_type, ContentType::Scripts | ContentType::Groups);
    let mut left: Vec<Canonical> =
        reading.items.into_iter().map(|item| item.canonical).filter(wanted).collect();
    left.sort_by_key(|item| item.placement.len());
    let mut ordered: Vec<Canonical> = Vec::new();
    while !left.is_empty() {
        let waits = |item: &Canonical| {
            let needs =
                |other: &Canonical| item.depends_on.iter().any(|needed| needed.key() == Some(key(other)));
            left.iter().any(|other| other.guid != item.guid && needs(other))
        };
        let next = left.iter().position(|item| !waits(item)).expect("the library has no cycle");
        ordered.push(left.remove(next));
    }
    ordered
}

fn of(items: &[Canonical], kind: ContentType) -> Vec<&Canonical> {
    items.iter().filter(|item| item.content_type == kind).collect()
}

/// A script of the library that needs nothing.
fn simple(items: &[Canonical]) -> Canonical {
    let plain = |item: &&&Canonical| item.depends_on.is_empty() && !item.body.contains_key("files");
    (*of(items, ContentType::Scripts).iter().find(plain).unwrap()).clone()
}

fn hashes(standing: &[Standing]) -> BTreeMap<ItemKey, Option<ContentHash>> {
    standing.iter().map(|here| (here.key.clone(), here.found.clone())).collect()
}
