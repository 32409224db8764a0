//! All nine types, from one Automate database through the whole server into another whose local ids are others.

use super::{Automate, good, tandem};
use crate::world::{Engine, World};
use automate::Reader;
use domain::{
    content::{ContentHash, ContentType, ItemKey},
    net::Networks,
    source::{Connection, SourceInput},
};
use sandbox::labtech::{Instance, Mutation, Shape};
use serde_json::{Value, json};
use server::config::ConfiguredKey;
use services::ports::reader::{KnownSignals, SourceReader as _};
use std::{collections::BTreeMap, path::Path};

crate::on_both_engines!(from_one_database_into_another);

/// A key for secrets, which PostgreSQL needs to be told.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NETWORK: &str = "127.0.0.0/8";

/// A master, a server, and a receiving database that is empty.
struct Journey {
    master: Instance,
    world: World,
    source: String,
    other: Automate,
    home: tempfile::TempDir,
}

impl Journey {
    async fn begin(engine: Engine) -> Self {
        let server = std::env::var("TANDEM_TEST_MARIADB")
            .expect("TANDEM_TEST_MARIADB is not set: run `cargo xtask test`, which starts a MariaDB");
        let name = format!("master_{}_{engine:?}", std::process::id()).to_lowercase();
        let shape = Shape { scripts: 60, shift: 0 };
        let master = Instance::filled(&server, &name, shape).await.unwrap();
        let world = World::with(engine, |config| {
            config.security.allowed_networks = vec![NETWORK.into()];
            if matches!(engine, Engine::Postgres) {
                config.security.key = ConfiguredKey::new(KEY);
            }
        })
        .await;
        let url = master.reader(&format!("r_{name}"), "only-to-read").await.unwrap();
        let body = json!({ "name": "Master", "kind": "automate_mysql", "url": url });
        let source = world.post("/sources", body, 201).await["id"].as_str().unwrap().to_owned();
        Self { master, world, source, other: other(), home: tempfile::tempdir().unwrap() }
    }

    /// Reads the master, approves and syncs everything.
    async fn publish(&self) {
        let report = self.world.scan(&self.source).await;
        assert_eq!(report["outcome"], "complete", "{report}");
        for kind in ContentType::ALL {
            self.world.publish_all(kind.as_str()).await;
        }
    }

    async fn connect(&self) {
        self.world.client("Acme").await;
        let (url, into) = (self.world.running.url.as_str(), self.other.url.as_str());
        let init = [
            "init",
            "--server",
            url,
            "--client",
            "Acme",
            "--secret-stdin",
            "--into",
            into,
            "--database-password-stdin",
        ];
        good(tandem(&init, self.home(), "correct horse battery\ntandem\n"));
    }

    fn home(&self) -> &Path {
        self.home.path()
    }

    fn states(&self) -> Vec<Value> {
        serde_json::from_str(&good(tandem(&["status", "--json"], self.home(), ""))).unwrap()
    }

    fn sync(&self) -> String {
        good(tandem(&["sync"], self.home(), ""))
    }

    /// Takes what a mass sync leaves out, one by one.
    fn take_the_tagged(&self) -> usize {
        let states = self.states();
        let left: Vec<&Value> = states.iter().filter(|row| row["state"] == "Not Installed").collect();
        for row in &left {
            good(tandem(&["sync", "--guid", row["guid"].as_str().unwrap()], self.home(), ""));
        }
        left.len()
    }

    /// The hashes of the master and of the other, read with the reader of sources.
    async fn hashes(&self) -> (Hashes, Hashes) {
        let other = self.other.url.replacen("tandem@", "tandem:tandem@", 1);
        (hashes(&self.master.url()).await, hashes(&other).await)
    }

    /// Switches on here what the master has on, by GUID, as a person does after a look.
    fn switch_on(&self) {
        let master = self.master.database();
        for (column, table) in [
            ("AutoJoinScript", "mastergroups"),
            ("NetworkJoin", "mastergroups"),
            ("ContactJoin", "mastergroups"),
        ] {
            self.other.sql(&format!(
                "UPDATE {table} r JOIN `{master}`.{table} m ON m.GUID = r.GUID \
                 JOIN `{master}`.sensorchecks ms ON ms.SensID = m.{column} JOIN sensorchecks rs ON rs.GUID = ms.GUID \
                 SET r.{column} = rs.SensID"
            ));
        }
        self.other.sql(&format!(
            "UPDATE agents r JOIN `{master}`.agents m ON m.GUID = r.GUID AND m.ComputerID = 0 SET r.Flags = m.Flags; \
             UPDATE groupagents r JOIN `{master}`.groupagents m ON m.GUID = r.GUID \
             JOIN `{master}`.alerttemplate mt ON mt.AlertActionID = m.AlertAction \
             JOIN alerttemplate rt ON rt.GUID = mt.GUID SET r.AlertAction = rt.AlertActionID"
        ));
    }

    async fn end(self) {
        self.world.running.stop().await;
        self.master.drop_all().await.unwrap();
    }
}

type Hashes = BTreeMap<ItemKey, ContentHash>;

/// An empty Automate whose next ids are all others than the master's.
fn other() -> Automate {
    let other = Automate::empty();
    let tables = other.sql(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL",
    );
    for (number, table) in tables.lines().enumerate() {
        other.sql(&format!("ALTER TABLE `{table}` AUTO_INCREMENT = {}", 90_000 + number * 1000));
    }
    other.sql("INSERT INTO userclasses (Name) VALUES ('Super Admin')");
    other
}

async fn hashes(url: &str) -> Hashes {
    let connection = Connection::mysql(url);
    let input = SourceInput { name: "x".into(), connection, content_types: vec![], folders: vec![] };
    let mut items = BTreeMap::new();
    let reading = Reader::new(Networks::parse([NETWORK]).unwrap())
        .read(&input, &KnownSignals::default(), &mut items)
        .await
        .unwrap();
    let hiding: Vec<_> = reading.issues.iter().filter(|issue| issue.hides_content).collect();
    assert!(hiding.is_empty(), "{hiding:?}");
    items.into_iter().map(|(key, item)| (key, item.canonical.hash())).collect()
}

/// The names by which two readings differ.
fn differing(one: &Hashes, other: &Hashes) -> Vec<ItemKey> {
    let keys = one.keys().chain(other.keys()).filter(|key| one.get(*key) != other.get(*key));
    let keys: std::collections::BTreeSet<&ItemKey> = keys.collect();
    keys.into_iter().cloned().collect()
}

async fn from_one_database_into_another(engine: Engine) {
    let journey = Journey::begin(engine).await;
    journey.publish().await;
    journey.connect().await;

    let before = journey.other.sums();
    let told = good(tandem(&["sync", "--dry-run"], journey.home(), ""));
    assert_eq!(journey.other.sums(), before, "a dry run leaves every byte");
    for table in ["lt_scripts", "agents", "groupagents", "mastergroups", "dataviews", "roledefinitions"] {
        assert!(told.contains(&format!("insert {table} (new id)")), "{table}: {told}");
    }
    journey.sync();
    assert!(journey.take_the_tagged() > 0, "the library has tagged items");
    let states = journey.states();
    let stray: Vec<&Value> = states.iter().filter(|row| row["state"] != "Up To Date").collect();
    assert!(stray.is_empty(), "{stray:?}");

    // The same content, but for what arrives switched off; once that is switched on, everything.
    let (master, here) = journey.hashes().await;
    assert_eq!(here.len(), master.len());
    assert_eq!(states.len(), master.len());
    for kind in ContentType::ALL {
        assert!(here.keys().any(|key| key.content_type == kind), "{kind}");
    }
    let arrived_off = differing(&master, &here);
    let switched = [ContentType::InternalMonitors, ContentType::RemoteMonitors, ContentType::Groups];
    assert!(!arrived_off.is_empty());
    assert!(arrived_off.iter().all(|key| switched.contains(&key.content_type)), "{arrived_off:?}");
    journey.switch_on();
    let (master, here) = journey.hashes().await;
    assert_eq!(differing(&master, &here), []);
    let ids = "SELECT MIN(ScriptId) FROM lt_scripts";
    assert!(journey.other.sql(ids).parse::<i64>().unwrap() >= 90_000, "ids are this side's own");

    // What was switched on here is no edit, and a second run does nothing, not even in the journal.
    let before = journey.other.sums();
    assert_eq!(journey.sync().trim(), "0 items");
    assert_eq!(journey.other.sums(), before);

    a_week_later(&journey).await;
    journey.end().await;
}

/// An edit, a move, a new name, and a script that is gone.
async fn a_week_later(journey: &Journey) {
    let guid = |name: &str| {
        let found = format!("SELECT ScriptGuid FROM lt_scripts WHERE ScriptName = '{name}'");
        journey.other.sql(&found)
    };
    let names = journey.other.sql(
        "SELECT ScriptName FROM lt_scripts s WHERE ScriptName NOT LIKE '%[%' AND NOT EXISTS \
         (SELECT 1 FROM alerttemplates a WHERE a.ScriptID = s.ScriptId) ORDER BY ScriptId DESC LIMIT 4",
    );
    let names: Vec<&str> = names.lines().collect();
    let [edited, moved, renamed, deleted] = [0, 1, 2, 3].map(|at| guid(names[at]));
    let rows = "SELECT GROUP_CONCAT(CONCAT(ScriptGuid, '=', ScriptId) ORDER BY ScriptId) FROM lt_scripts";
    let before = journey.other.sql(rows);
    let folder = journey.other.sql("SELECT Name FROM scriptfolders ORDER BY FolderID LIMIT 1");
    for mutation in [
        Mutation::EditStep { script: &edited, text: "A week later:" },
        Mutation::Move { script: &moved, folder: &folder },
        Mutation::Rename { script: &renamed, name: "Renamed after a week" },
        Mutation::Delete { script: &deleted },
        Mutation::ReorderAlertRows,
    ] {
        journey.master.mutate(mutation).await.unwrap();
    }
    journey.publish().await;
    let told = journey.sync();
    assert!(told.ends_with("3 items\n"), "{told}");
    let (master, here) = journey.hashes().await;
    let left = differing(&master, &here);
    assert_eq!(left.iter().map(|key| key.guid.to_string()).collect::<Vec<_>>(), [deleted.to_lowercase()]);
    assert_eq!(journey.other.sql(rows), before, "every row is the one it was");
    good(tandem(&["sync", "--guid", &deleted], journey.home(), ""));
    let (master, here) = journey.hashes().await;
    assert_eq!(differing(&master, &here), []);
    assert_eq!(journey.sync().trim(), "0 items");
}
