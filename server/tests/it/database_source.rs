//! An Automate database as a source, through the server: exactly what was changed shows, and nothing is fetched that
//! is the same.

use crate::world::{Engine, World, expect};
use domain::content::ContentType;
use reqwest::Method;
use sandbox::labtech::{Instance, Mutation, Shape};
use serde_json::{Value, json};
use server::config::ConfiguredKey;
use std::collections::BTreeMap;

crate::on_both_engines!(exactly_what_was_changed_shows, published_folders_are_looked_at_anew);

/// A Tandem that reads a master's database.
struct Master {
    world: World,
    source: String,
    instance: Instance,
    user: String,
    url: String,
}

/// What the tables of all types show, by type and GUID; what only tells who saved it when is left out.
type Shown = BTreeMap<String, String>;

/// It may call this machine, and has a key for the password on every engine.
fn local(config: &mut server::Config) {
    config.security.allowed_networks = vec!["127.0.0.0/8".into()];
    config.security.key = ConfiguredKey::new("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
}

impl Master {
    async fn new(engine: Engine, name: &str, shape: Shape, folders: &[&str]) -> Self {
        let server = std::env::var("TANDEM_TEST_MARIADB")
            .expect("TANDEM_TEST_MARIADB is not set: run `cargo xtask test`, which starts a MariaDB");
        let name = format!("{name}_{engine:?}_{}", std::process::id()).to_lowercase();
        let instance = Instance::filled(&server, &name, shape).await.unwrap();
        let user = format!("r_{name}");
        let url = instance.reader(&user, "right").await.unwrap();
        let world = World::with(engine, local).await;
        let source = add(&world, &url, folders).await;
        Self { world, source, instance, user, url }
    }

    /// Reads the source; answers the report, and how many rows the server was asked for.
    async fn scan(&self) -> (Value, i64) {
        let before = self.instance.rows_sent(&self.user).await.unwrap();
        let report = self.world.scan(&self.source).await;
        assert_eq!((&report["outcome"], &report["issues"]), (&json!("complete"), &json!([])), "{report}");
        (report, self.instance.rows_sent(&self.user).await.unwrap() - before)
    }

    /// Publishes what can be; content that holds secrets waits for a person.
    async fn publish(&self) {
        for kind in ContentType::ALL {
            self.world.publish_all(kind.as_str()).await;
        }
    }

    /// What another Tandem sees that never read this source before.
    async fn seen_fresh(&self, folders: &[&str]) -> BTreeMap<String, String> {
        let world = World::with(Engine::Sqlite, local).await;
        let source = add(&world, &self.url, folders).await;
        world.scan(&source).await;
        let hashes = hashes(&world).await;
        world.running.stop().await;
        hashes
    }

    async fn end(self) {
        self.world.running.stop().await;
        self.instance.drop_all().await.unwrap();
    }
}

async fn add(world: &World, url: &str, folders: &[&str]) -> String {
    let body = json!({ "name": "Master", "kind": "automate_mysql", "url": url, "folders": folders });
    world.post("/sources", body, 201).await["id"].as_str().unwrap().to_owned()
}

async fn rows(world: &World) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for kind in ContentType::ALL {
        let rows = world.rows(kind.as_str()).await;
        all.extend(rows.into_iter().map(|row| (format!("{kind} {}", row["guid"].as_str().unwrap()), row)));
    }
    all
}

async fn shown(world: &World) -> Shown {
    let members = ["name", "path", "status", "approval", "change", "candidate_hash", "published_hash"];
    let told = |row: &Value| members.map(|member| row[member].to_string()).join(" ");
    rows(world).await.iter().map(|(key, row)| (key.clone(), told(row))).collect()
}

/// The newest content by item, as far as the source holds it.
async fn hashes(world: &World) -> BTreeMap<String, String> {
    let rows = rows(world).await.into_iter();
    rows.filter_map(|(key, row)| Some((key, row["candidate_hash"].as_str()?.to_owned()))).collect()
}

/// Where two tables differ.
fn differing(before: &Shown, after: &Shown) -> Vec<String> {
    let keys = before.keys().chain(after.keys()).collect::<std::collections::BTreeSet<_>>();
    keys.into_iter().filter(|key| before.get(*key) != after.get(*key)).cloned().collect()
}

/// Sum of one count over all types.
fn sum(report: &Value, count: &str) -> u64 {
    let counts = report["counts"].as_object().unwrap().values();
    counts.map(|counts| counts[count].as_u64().unwrap()).sum()
}

fn changes(report: &Value) -> [u64; 4] {
    ["added", "changed", "moved", "deleted"].map(|count| sum(report, count))
}

async fn exactly_what_was_changed_shows(engine: Engine) {
    let shape = Shape { scripts: 300, shift: 0 };
    let mut master = Master::new(engine, "changes", shape, &[]).await;
    let (report, first) = master.scan().await;
    assert_eq!(report["counts"]["scripts"]["added"], 300);
    master.publish().await;
    let mut before = shown(&master.world).await;
    let (report, quiet) = master.scan().await;
    assert_eq!((changes(&report), sum(&report, "found")), ([0; 4], before.len() as u64));
    assert_eq!(first - quiet, 300, "nothing changed: no body was fetched");
    assert_eq!(differing(&before, &shown(&master.world).await), [""; 0]);

    let row = master.world.row("scripts", "Flush DNS").await;
    let script = row["guid"].as_str().unwrap().to_owned();
    let script = script.as_str();
    // What is no change shows nowhere, although its row is fetched.
    for (mutation, fetched) in [
        (Mutation::ReorderSteps { script }, 1),
        (Mutation::Repack { script }, 1),
        (Mutation::LineEnds { script }, 1),
        (Mutation::Touch { script }, 1),
        (Mutation::ReorderAlertRows, 0),
    ] {
        master.instance.mutate(mutation).await.unwrap();
        let (report, asked) = master.scan().await;
        assert_eq!((changes(&report), asked), ([0; 4], quiet + fetched), "{mutation:?}");
        assert_eq!(differing(&before, &shown(&master.world).await), [""; 0], "{mutation:?}");
    }
    let touched = master.world.row("scripts", "Flush DNS").await;
    assert_eq!(touched["updated_by"], "s.ito@ops", "who saved it last is told all the same");
    master.instance.refill(Shape { shift: 4000, ..shape }).await.unwrap();
    let (report, asked) = master.scan().await;
    assert_eq!((changes(&report), asked), ([0; 4], quiet + 300), "other local ids are other rows");
    assert_eq!(differing(&before, &shown(&master.world).await), [""; 0], "only local ids");
    let moved = master.world.row("scripts", "Flush DNS").await;
    assert_ne!(moved["local_id"], row["local_id"]);

    // What is a change shows alone.
    let gone = master.world.row("scripts", "Set power plan").await["guid"].as_str().unwrap().to_owned();
    let monitor = master.world.rows("internal-monitors").await[0]["guid"].as_str().unwrap().to_owned();
    for (mutation, key, counts) in [
        (Mutation::EditStep { script, text: "new" }, format!("scripts {script}"), [0, 1, 0, 0]),
        (Mutation::Rename { script, name: "Flush it" }, format!("scripts {script}"), [0, 1, 0, 0]),
        (Mutation::Move { script, folder: "Support" }, format!("scripts {script}"), [0, 1, 0, 0]),
        (
            Mutation::Switch { monitor: &monitor, on: true },
            format!("internal-monitors {monitor}"),
            [0, 1, 0, 0],
        ),
        (
            Mutation::Switch { monitor: &monitor, on: false },
            format!("internal-monitors {monitor}"),
            [0, 1, 0, 0],
        ),
        (Mutation::Delete { script: &gone }, format!("scripts {gone}"), [0, 0, 0, 1]),
    ] {
        master.instance.mutate(mutation).await.unwrap();
        let (report, asked) = master.scan().await;
        assert_eq!(changes(&report), counts, "{mutation:?}");
        assert!(asked <= quiet + 1, "{mutation:?}: {asked} rows, {quiet} when nothing changed");
        let after = shown(&master.world).await;
        assert_eq!(differing(&before, &after), [key], "{mutation:?}");
        before = after;
    }

    // What is known again outlives a restart, and is what somebody sees who never read this before.
    let mut config = crate::world::config(&master.world.database);
    local(&mut config);
    master.world.running.stop().await;
    master.world.running = server::run::start(&config).await.unwrap();
    let (report, asked) = master.scan().await;
    assert_eq!((changes(&report), asked), ([0; 4], quiet - 1), "one script less");
    assert_eq!(hashes(&master.world).await, master.seen_fresh(&[]).await);
    master.end().await;
}

async fn published_folders_are_looked_at_anew(engine: Engine) {
    let folders = ["Bulk"];
    let master = Master::new(engine, "folders", Shape { scripts: 80, shift: 0 }, &folders).await;
    let (_, first) = master.scan().await;
    let before = shown(&master.world).await;
    let (report, quiet) = master.scan().await;
    assert_eq!((changes(&report), first - quiet), ([0; 4], 80), "what lies elsewhere is known again, too");
    assert_eq!(differing(&before, &shown(&master.world).await), [""; 0]);

    // A script comes into the published folders and leaves them again.
    let guid = "SELECT ScriptGuid FROM lt_scripts WHERE ScriptName = 'Flush DNS'";
    let comes = format!(
        "UPDATE lt_scripts SET FolderId = (SELECT FolderId FROM lt_scripts WHERE ScriptName = 'Bulk script 00003') \
         WHERE ScriptGuid = ({guid})"
    );
    master.instance.run(&comes).await.unwrap();
    let (report, asked) = master.scan().await;
    assert_eq!((changes(&report), asked), ([1, 0, 0, 0], quiet + 1));
    assert_eq!(hashes(&master.world).await, master.seen_fresh(&folders).await);
    let guid = master.world.row("scripts", "Flush DNS").await["guid"].as_str().unwrap().to_owned();
    master.instance.mutate(Mutation::Move { script: &guid, folder: "Support" }).await.unwrap();
    let (report, asked) = master.scan().await;
    assert_eq!((changes(&report), asked), ([0, 0, 1, 0], quiet + 1));
    assert_eq!(hashes(&master.world).await, master.seen_fresh(&folders).await);

    // All folders: everything is read, and what was elsewhere shows with its content.
    let body = json!({ "name": "Master", "kind": "automate_mysql", "url": master.url, "folders": [] });
    let request = master.world.request(Method::PUT, &format!("/sources/{}", master.source));
    expect(request.json(&body).send().await.unwrap(), 200).await;
    let (_, asked) = master.scan().await;
    assert_eq!(asked, first);
    assert_eq!(hashes(&master.world).await, master.seen_fresh(&[]).await);
    let (report, asked) = master.scan().await;
    assert_eq!((changes(&report), asked), ([0; 4], quiet));
    master.end().await;
}
