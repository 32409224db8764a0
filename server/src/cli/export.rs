//! `tandem export FOLDER`: production as files for a Git repository. Running it again without a change in
//! production writes nothing; what left production leaves the folder.

use super::{Place, explain, pretty, say};
use crate::wiring;
use anyhow::Context as _;
use clap::Args;
use domain::{
    account::Actor,
    content::export::{Layout, is_own_path},
};
use serde::{Deserialize, Serialize};
use services::content::ExportedItem;
use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The file that lists everything.
const MANIFEST: &str = "tandem-export.json";

#[derive(Args)]
pub(super) struct Export {
    /// The folder; made if it is missing. Files that Tandem did not write are left alone.
    folder: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Writes passwords, keys and tokens out instead of hiding them.
    #[arg(long)]
    with_secrets: bool,
    #[arg(long)]
    json: bool,
}

/// What the manifest holds; the files of an item end in `.json` and `.txt`.
#[derive(Default, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    items: Vec<ExportedItem>,
}

/// What was done.
#[derive(Default, Serialize)]
struct Done {
    items: usize,
    written: usize,
    removed: usize,
}

impl Export {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (services, database) = wiring::services(&self.place.load()?).await?;
        let done = self.export(&services).await;
        database.close().await;
        let done = done?;
        say(&if self.json {
            pretty(&done)?
        } else {
            format!("{} items: {} files written, {} removed", done.items, done.written, done.removed)
        });
        Ok(())
    }

    async fn export(&self, services: &services::Services) -> anyhow::Result<Done> {
        let actor = Actor::system("command line");
        fs::create_dir_all(&self.folder).with_context(|| format!("cannot make {}", self.folder.display()))?;
        let before = self.manifest()?;
        let mut done = Done::default();
        let mut manifest = Manifest { format: 1, items: Vec::new() };
        let (mut layout, mut files) = (Layout::default(), BTreeSet::new());
        for served in services.content().export_list(&actor).await.map_err(explain)? {
            let content = services.content();
            let found = content.export_item(&actor, &served, &mut layout, self.with_secrets);
            let found = found.await.map_err(explain)?;
            for (ending, text) in [("json", &found.json), ("txt", &found.text)] {
                let path = format!("{}.{ending}", found.item.file);
                done.written += usize::from(self.write(&path, text)?);
                files.insert(path.to_lowercase());
            }
            manifest.items.push(found.item);
        }
        done.items = manifest.items.len();
        for item in before.items {
            for ending in ["json", "txt"] {
                let path = format!("{}.{ending}", item.file);
                if !files.contains(&path.to_lowercase()) {
                    done.removed += usize::from(self.remove(&path)?);
                }
            }
        }
        done.written += usize::from(self.write(MANIFEST, &format!("{}\n", pretty(&manifest)?))?);
        Ok(done)
    }

    fn manifest(&self) -> anyhow::Result<Manifest> {
        let path = self.folder.join(MANIFEST);
        match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} is not a manifest of an export: move it away", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Manifest::default()),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Writes a file that differs; says whether it did. Beside it first, so that no half file is ever seen.
    fn write(&self, path: &str, text: &str) -> anyhow::Result<bool> {
        let path = self.folder.join(path);
        if fs::read(&path).is_ok_and(|kept| kept == text.as_bytes()) {
            return Ok(false);
        }
        let write = || -> std::io::Result<()> {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let beside = path.with_added_extension("part");
            fs::write(&beside, text)?;
            fs::rename(&beside, &path)
        };
        write().with_context(|| format!("cannot write {}", path.display()))?;
        Ok(true)
    }

    /// Removes a file of an earlier export, and the folders that it leaves empty.
    fn remove(&self, path: &str) -> anyhow::Result<bool> {
        // The manifest lies in a folder that others write to as well.
        if !is_own_path(path) {
            return Ok(false);
        }
        let path = self.folder.join(path);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error).with_context(|| format!("cannot remove {}", path.display())),
        }
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.folder && remove_empty(folder)) {
            folder = empty.parent();
        }
        Ok(true)
    }
}

fn remove_empty(folder: &Path) -> bool {
    fs::remove_dir(folder).is_ok()
}
