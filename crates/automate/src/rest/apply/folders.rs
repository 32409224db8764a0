//! Folders of scripts: found by GUID, then by name, made where they are missing.

use super::{
    RestApplier,
    here::{id_of, parent_of},
    members_of, say, written,
};
use crate::{
    apply::{ApplyError, Done, How},
    rest::{members::text, paging, scripts, trouble::Trouble},
};
use domain::{
    content::{Folder, Guid},
    receiving::Verb,
};
use serde_json::{Value, json};

impl RestApplier {
    /// The id of the last folder of a path; 0 for none. Missing folders are made.
    pub(super) async fn folder(
        &mut self,
        path: &[Folder],
        done: &mut Done,
        how: How,
    ) -> Result<i64, ApplyError> {
        let mut at = 0;
        for folder in path {
            at = match self.find(at, folder) {
                Some(id) => id,
                None => self.make_folder(at, folder, done, how).await?,
            };
        }
        Ok(at)
    }

    /// A folder that was moved here is found by its GUID, wherever it stands; by its name also where it has another
    /// GUID, because nobody knows whether every server keeps those that it is given.
    fn find(&self, parent: i64, folder: &Folder) -> Option<i64> {
        let by_guid =
            |row: &Value| folder.guid.is_some() && Guid::parse(&text(row, "GUID")).ok() == folder.guid;
        let by_name =
            |row: &Value| parent_of(row) == parent && text(row, "Name").eq_ignore_ascii_case(&folder.name);
        let rows = || self.here.folders.iter();
        let found = rows().find(|(_, row)| by_guid(row)).or_else(|| rows().find(|(_, row)| by_name(row)));
        found.map(|(id, _)| *id)
    }

    async fn make_folder(
        &mut self,
        parent: i64,
        folder: &Folder,
        done: &mut Done,
        how: How,
    ) -> Result<i64, ApplyError> {
        let mut body = json!({ "ParentId": parent.to_string(), "Name": folder.name });
        if let Some(guid) = &folder.guid {
            body["GUID"] = guid.as_str().into();
        }
        say(done, Verb::Insert, "ScriptFolders", None, members_of(&body));
        if how.dry_run {
            self.next -= 1;
            self.here.folders.insert(self.next, body);
            return Ok(self.next);
        }
        let mut pause = self.session.patience.pause;
        for left in (0..self.session.patience.tries).rev() {
            let trouble = match self.session.create("v1/ScriptFolders", &body).await {
                Ok(made) if id_of(&made) != 0 => {
                    self.here.folders.insert(id_of(&made), made.clone());
                    return Ok(id_of(&made));
                }
                Ok(_) => Trouble::Odd("the server does not say what it made".into()),
                Err(trouble) if trouble.leaves_open() => trouble,
                Err(trouble) => return Err(written(trouble, "Scripts: Update")),
            };
            self.here.folders = paging::rows(&mut self.session, &scripts::folders()).await?;
            if let Some(id) = self.find(parent, folder) {
                return Ok(id);
            }
            if left == 0 {
                return Err(trouble.into());
            }
            pause = self.wait(pause).await;
        }
        Err(Trouble::Odd("nothing was tried".into()).into())
    }
}
