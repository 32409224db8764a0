//! `tandem receiver` into a real Automate database: the real program, killed, run again, asked to remove.

mod journey;
mod lost;
mod rest;
mod watch;

use crate::{
    process::killed_sync,
    world::{Engine, World},
};
use sandbox::exports::{ExtraField, Script, ScriptStep};
use serde_json::Value;
use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

const LABTECH: &str = include_str!("../../../../crates/sandbox/src/labtech/schema.sql");

/// An Automate database, asked through MariaDB's own client.
struct Automate {
    url: String,
    name: String,
    host: String,
    port: String,
}

impl Automate {
    /// One with nothing in it.
    fn empty() -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let base = std::env::var("TANDEM_TEST_MARIADB")
            .expect("TANDEM_TEST_MARIADB is not set: run `cargo xtask test`, which starts a MariaDB");
        let place = base.trim_end_matches('/').rsplit('@').next().unwrap().to_owned();
        let (host, port) = place.split_once(':').unwrap();
        let name = format!("receiver_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        let automate = Self {
            url: format!("mysql://tandem@{place}/{name}"),
            host: host.into(),
            port: port.into(),
            name: String::new(),
        };
        automate.sql(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"));
        let automate = Self { name, ..automate };
        automate.sql(LABTECH);
        automate
    }

    /// One that has two rows of its own, and whose next ids are others than the master's.
    fn new() -> Self {
        let automate = Self::empty();
        automate.sql(
            "ALTER TABLE lt_scripts AUTO_INCREMENT = 7000; ALTER TABLE extrafield AUTO_INCREMENT = 900; \
             INSERT INTO lt_scripts (ScriptName, ScriptData, ScriptGuid, Last_Date) VALUES ('Ours', '', UUID(), NOW()); \
             INSERT INTO extrafield (LtGuid, Name, Section, Fill) VALUES (UUID(), 'Ours', 'x', '')",
        );
        automate
    }

    fn sql(&self, text: &str) -> String {
        let mut client = Command::new("mariadb");
        client.args([
            "--no-defaults",
            "-N",
            "-B",
            "-u",
            "tandem",
            "-ptandem",
            "-h",
            &self.host,
            "-P",
            &self.port,
        ]);
        let done = client.arg(&self.name).args(["-e", text]).output().unwrap();
        assert!(done.status.success(), "{text}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// What a receiver leaves behind, without ids and times.
    fn content(&self) -> String {
        self.sql(
            "SELECT ScriptGuid, ScriptName, FolderId <> 0 FROM lt_scripts ORDER BY 1; \
             SELECT LtGuid, Name, Section, Fill FROM extrafield ORDER BY 1; SELECT Name, GUID FROM scriptfolders ORDER BY 1; \
             SELECT type, guid, version, content_hash FROM plugin_tandem_items ORDER BY 1, 2",
        )
    }

    fn sums(&self) -> String {
        let tables = self.sql("SELECT GROUP_CONCAT(CONCAT('`', table_name, '`')) FROM information_schema.tables WHERE table_schema = DATABASE()");
        let next = "SELECT table_name, auto_increment FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1";
        format!("{}\n{}", self.sql(&format!("CHECKSUM TABLE {tables}")), self.sql(next))
    }
}

fn tandem(arguments: &[&str], home: &Path, input: &str) -> Output {
    let mut child = crate::process::tandem()
        .arg("receiver")
        .args(arguments)
        .arg("--home")
        .arg(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn good(done: Output) -> String {
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    said
}

/// A master with scripts of a few steps that read a field and call one another, in folders.
fn library(folder: &Path, round: usize) {
    let field = ExtraField::new("Print servers", "Printing");
    std::fs::write(folder.join("field.xml"), field.to_xml()).unwrap();
    let called = Script::new("Called").step(ScriptStep::note(&format!("round {round}")));
    for number in 0..40 {
        let script = Script::new(&format!("Script {number}"))
            .folder("ProVal")
            .folder(&format!("Folder {}", number % 7))
            .reads(field.clone(), "servers")
            .calls(called.clone())
            .step(ScriptStep::powershell(&format!("Write-Host 'round {round}'")));
        std::fs::write(folder.join(format!("{number}.xml")), script.to_xml()).unwrap();
    }
}

async fn publish(world: &World, source: &str) {
    world.scan(source).await;
    for kind in ["extra-fields", "scripts"] {
        world.publish_all(kind).await;
    }
}

async fn connected(automate: &Automate) -> (World, String, tempfile::TempDir) {
    let world = World::on(Engine::Sqlite).await;
    library(&world.library(), 0);
    let source = world.add_source().await;
    publish(&world, &source).await;
    world.client("Acme").await;
    let home = tempfile::tempdir().unwrap();
    let url = world.running.url.clone();
    let init = [
        "init",
        "--server",
        &url,
        "--client",
        "Acme",
        "--secret-stdin",
        "--into",
        &automate.url,
        "--database-password-stdin",
    ];
    let said = good(tandem(&init, home.path(), "correct horse battery\ntandem\n"));
    assert!(!said.contains(":tandem@") && !said.contains("correct horse"), "{said}");
    (world, source, home)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_ends_the_same() {
    let (automate, reference) = (Automate::new(), Automate::new());
    let (world, source, home) = connected(&automate).await;
    for round in 0..24u64 {
        if round % 6 == 5 {
            library(&world.library(), usize::try_from(round).unwrap());
            publish(&world, &source).await;
        }
        // Another moment in each round; several of them within one item.
        killed_sync(home.path(), Duration::from_millis(40 + (round * 37) % 260)).await;
        let lines = automate.sql("SELECT COUNT(*) FROM plugin_tandem_items WHERE type = 'scripts'");
        let rows = automate.sql(
            "SELECT COUNT(*) FROM lt_scripts s JOIN plugin_tandem_items i ON i.guid = s.ScriptGuid AND i.local_id = s.ScriptId WHERE LENGTH(s.ScriptData) > 100",
        );
        let all = automate.sql("SELECT COUNT(*) FROM lt_scripts WHERE ScriptName <> 'Ours'");
        assert_eq!((&lines, &lines), (&rows, &all), "content and journal go together");
    }
    good(tandem(&["sync"], home.path(), ""));
    let again = good(tandem(&["sync"], home.path(), ""));
    assert_eq!(again.trim(), "0 items");
    let other = tempfile::tempdir().unwrap();
    let init = [
        "init",
        "--server",
        &world.running.url,
        "--client",
        "Acme",
        "--secret-stdin",
        "--into",
        &reference.url,
        "--database-password-stdin",
    ];
    good(tandem(&init, other.path(), "correct horse battery\ntandem\n"));
    good(tandem(&["sync"], other.path(), ""));
    // Two rows of each instance are its own.
    let without_ours = |automate: &Automate| {
        automate.sql(
            "DELETE FROM lt_scripts WHERE ScriptName = 'Ours'; DELETE FROM extrafield WHERE Name = 'Ours'",
        );
        automate.content()
    };
    assert_eq!(without_ours(&automate), without_ours(&reference));
    world.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way_of_an_item() {
    let automate = Automate::new();
    let (world, source, home) = connected(&automate).await;
    let home = home.path();
    let mode = std::os::unix::fs::MetadataExt::mode(
        &std::fs::metadata(home.join(".tandem/database-password")).unwrap(),
    );
    assert_eq!(mode & 0o777, 0o600);
    let kept = std::fs::read_to_string(home.join(".tandem/receiver.json")).unwrap();
    assert!(kept.contains(&automate.url) && !kept.contains(":tandem@"));

    let before = automate.sums();
    let told = good(tandem(&["sync", "--dry-run"], home, ""));
    assert_eq!(automate.sums(), before, "a dry run leaves every byte");
    assert!(told.contains("insert lt_scripts (new id)") && told.contains("ScriptName: 'Script 0'"), "{told}");
    let ours =
        "SELECT MD5(GROUP_CONCAT(ScriptId, ScriptGuid, Last_Date)) FROM lt_scripts WHERE ScriptName = 'Ours'";
    let untouched = automate.sql(ours);
    good(tandem(&["sync"], home, ""));
    assert_eq!(automate.sql(ours), untouched);
    let states =
        || -> Vec<Value> { serde_json::from_str(&good(tandem(&["status", "--json"], home, ""))).unwrap() };
    assert!(states().iter().all(|row| row["state"] == "Up To Date") && states().len() == 42);
    let id = automate.sql("SELECT ScriptId FROM lt_scripts WHERE ScriptName = 'Script 3'");
    assert!(id.parse::<u32>().unwrap() >= 7000);

    // Permissions and schedules are local; a local edit is seen, kept, shown and only overwritten when forced.
    automate.sql("UPDATE lt_scripts SET Permission = '3,4,' WHERE ScriptName = 'Script 3'");
    assert!(states().iter().all(|row| row["state"] == "Up To Date"));
    automate.sql("UPDATE lt_scripts SET ScriptNotes = 'edited here' WHERE ScriptName = 'Script 3'");
    let edited = states().into_iter().find(|row| row["state"] == "Locally Changed").unwrap();
    let guid = edited["guid"].as_str().unwrap().to_owned();
    library(&world.library(), 1);
    publish(&world, &source).await;
    good(tandem(&["sync"], home, ""));
    assert_eq!(
        automate.sql("SELECT ScriptNotes FROM lt_scripts WHERE ScriptName = 'Script 3'"),
        "edited here"
    );
    let diff = good(tandem(&["diff", "--guid", &guid], home, ""));
    assert!(diff.contains("changed here since version 1") && diff.contains("edited here"), "{diff}");
    assert!(diff.contains("changed by the server, version 1 -> 2") && diff.contains("round 1"), "{diff}");
    good(tandem(&["sync", "--guid", &guid, "--force"], home, ""));
    let row = automate
        .sql("SELECT ScriptId, Permission, ScriptNotes FROM lt_scripts WHERE ScriptName = 'Script 3'");
    assert_eq!(row, format!("{id}\t3,4,"), "the same row, its permissions kept");

    // No longer offered: a mass sync leaves it, naming it removes it.
    std::fs::remove_file(world.library().join("3.xml")).unwrap();
    world.scan(&source).await;
    world.publish_all("scripts").await;
    good(tandem(&["sync"], home, ""));
    assert_eq!(automate.sql("SELECT COUNT(*) FROM lt_scripts WHERE ScriptName = 'Script 3'"), "1");
    good(tandem(&["sync", "--guid", &guid], home, ""));
    assert_eq!(automate.sql("SELECT COUNT(*) FROM lt_scripts WHERE ScriptName = 'Script 3'"), "0");

    // Removing asks, and takes only what was installed.
    let refused = tandem(&["remove", "--type", "scripts"], home, "no\n");
    assert!(!refused.status.success());
    let named = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(named.contains("Script 7") && !named.contains("Ours"), "{named}");
    assert_eq!(automate.sql("SELECT COUNT(*) FROM lt_scripts"), "41");
    good(tandem(&["remove", "--type", "scripts", "--yes"], home, ""));
    assert_eq!(automate.sql("SELECT ScriptName FROM lt_scripts"), "Ours");
    assert_eq!(automate.sql(ours), untouched);
    world.running.stop().await;
}

#[test]
fn other_targets_are_refused_with_a_clear_sentence() {
    let home = tempfile::tempdir().unwrap();
    for (into, says) in [
        ("https://automate.example.com", "--automate-password-stdin"),
        ("http://automate.example.com", "https"),
        ("mysql://db/labtech", "into"),
        ("elsewhere", "folder:PATH"),
    ] {
        let init =
            ["init", "--server", "http://127.0.0.1:1", "--client", "A", "--secret-stdin", "--into", into];
        let done = tandem(&init, home.path(), "secret\n");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && said.contains(says), "{said}");
    }
}
