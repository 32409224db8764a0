//! SQLite's log is folded back into the file soon after a commit, and nothing of it is left behind in the end.

use crate::world::{Engine, World, client};
use services::ports::store::{Lane, Store as _};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_in_the_file_soon() {
    let world = World::on(Engine::Sqlite).await;
    let file = world.database.file().unwrap();
    let mut log = file.clone().into_os_string();
    log.push("-wal");
    for name in ["Folded once", "Folded twice"] {
        let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
        tx.insert_client(&client(name), "hash").await.unwrap();
        tx.commit().await.unwrap();
        let begun = Instant::now();
        while !holds(&std::fs::read(&file).unwrap(), name) {
            assert!(begun.elapsed().as_secs() < 20, "{name} is in the log alone");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    world.database.close().await;
    assert!(!std::path::Path::new(&log).exists(), "the last connection leaves one file");
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}
