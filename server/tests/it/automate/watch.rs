//! `tandem receiver watch`: what changes in the home between two looks counts at the next one.

use super::{good, tandem};
use crate::world::{Engine, World};
use sandbox::exports::{Script, ScriptStep};
use std::{
    io::{BufRead as _, BufReader, Read},
    path::Path,
    process::{Child, Stdio},
};

/// Two scripts, in folders of their own.
fn library(folder: &Path, round: usize) {
    for name in ["One", "Two"] {
        let script = Script::new(name).folder(name).step(ScriptStep::note(&format!("round {round}")));
        std::fs::write(folder.join(format!("{name}.xml")), script.to_xml()).unwrap();
    }
}

async fn publish(world: &World, source: &str, round: usize) {
    library(&world.library(), round);
    world.scan(source).await;
    world.publish_all("scripts").await;
}

/// The next line that is said.
fn line(of: &mut impl Read) -> String {
    let mut said = String::new();
    BufReader::with_capacity(1, of).read_line(&mut said).unwrap();
    said.trim().to_owned()
}

/// A receiver that watches, until the test ends.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_excluded_between_two_looks_stays_out_and_failures_are_told() {
    let world = World::on(Engine::Sqlite).await;
    library(&world.library(), 0);
    let source = world.add_source().await;
    publish(&world, &source, 0).await;
    world.client("Acme").await;
    let home = tempfile::tempdir().unwrap();
    let into = format!("folder:{}", home.path().display());
    let init =
        ["init", "--server", &world.running.url, "--client", "Acme", "--secret-stdin", "--into", &into];
    good(tandem(&init, home.path(), "correct horse battery\n"));
    let child = crate::process::tandem()
        .args(["receiver", "watch", "--every", "1", "--home", &home.path().display().to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut watching = Watching(child);
    let mut stdout = watching.0.stdout.take().unwrap();
    assert_eq!(line(&mut stdout), "2 items");

    let guid = Script::new("Two").guid;
    // A look may be at work in the home at this very moment.
    while !tandem(&["exclude", "--guid", &guid], home.path(), "").status.success() {}
    publish(&world, &source, 1).await;
    assert_eq!(line(&mut stdout), "1 items");

    // One that fails is told with its reason, and is no item that was done.
    std::fs::remove_dir_all(home.path().join("scripts/One")).unwrap();
    std::os::unix::fs::symlink(world.folder.path(), home.path().join("scripts/One")).unwrap();
    let mut stderr = watching.0.stderr.take().unwrap();
    let said = line(&mut stderr);
    assert!(
        said.starts_with("failed: ") && said.contains("One: ") && said.contains("symbolic link"),
        "{said}"
    );
    drop(watching);
    assert_eq!(line(&mut stdout), "", "nothing else was done");
    world.running.stop().await;
}
