//! The target that is a folder: files that somebody edits.

use crate::{MASS, Place, edited, script};
use domain::{content::Canonical, pull::ManifestItem};
use receiver::{
    SyncRequest, Target as _,
    folder::FolderTarget,
    target::{Delivery, Mode},
};

fn delivery(content: &Canonical, version: u32) -> Delivery {
    let bytes = content.to_bytes();
    let item = ManifestItem {
        content_type: content.content_type,
        guid: content.guid.clone(),
        name: content.name.clone(),
        version,
        content_hash: content.hash(),
        path: String::new(),
        size: bytes.len() as u64,
        depends_on: vec![],
    };
    Delivery { item, content: content.clone(), bytes }
}

#[tokio::test]
async fn a_file_that_is_edited_while_a_sync_runs_is_not_overwritten() {
    let (folder, one, two) = (tempfile::tempdir().unwrap(), script(1, "one"), script(2, "two"));
    let state = folder.path().join(".tandem");
    std::fs::create_dir(&state).unwrap();
    let mut target = FolderTarget::open(folder.path(), &state).unwrap();
    target.install(&[delivery(&one, 1)], Mode::default()).await.unwrap();
    let file = folder.path().join("scripts/one~00000001.json");
    std::fs::write(&file, edited(&one, "mine").to_bytes()).unwrap();
    let next = [delivery(&two, 1), delivery(&edited(&one, "of the server"), 2)];
    let refused = target.install(&next, Mode::default()).await.unwrap_err().to_string();
    assert!(refused.contains("was changed here while this sync ran"), "{refused}");
    assert!(!folder.path().join("scripts/two~00000002.json").exists(), "all of them or none");
    target.install(&next, Mode { force: true, ..Mode::default() }).await.unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), next[1].bytes);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_any_more_is_overwritten_when_forced() {
    let place = Place::offering(&[script(1, "one")]).await;
    place.home().lock().unwrap().sync(&MASS).await.unwrap();
    let file = place.folder.path().join("scripts/one~00000001.json");
    std::fs::write(&file, "$password = 'Planted9secret!'").unwrap();
    for dry_run in [true, false] {
        let forced = SyncRequest { force: true, dry_run, ..MASS };
        let results = place.home().lock().unwrap().sync(&forced).await.unwrap();
        assert_eq!((results.len(), crate::failures(&results)), (1, vec![]));
    }
    assert_eq!(std::fs::read(&file).unwrap(), script(1, "one").to_bytes());
}
