//! Making something once. A request that was not answered may have been heard, so the server is asked what is new
//! before anything is sent again.

use super::{RestApplier, here::id_of, written};
use crate::{
    apply::ApplyError,
    rest::{members::text, trouble::Trouble},
};
use domain::content::{ContentType, Guid, ItemKey};
use serde_json::Value;
use std::time::Duration;

/// What was made, and whether the server said so or it was found.
pub(super) struct Made {
    /// Its local id.
    pub(super) id: i64,
    /// Whether the server answered; otherwise it was recognised by its GUID or its name.
    pub(super) answered: bool,
}

impl RestApplier {
    /// Makes an item.
    pub(super) async fn make(
        &mut self,
        key: &ItemKey,
        name: &str,
        body: &Value,
        right: &str,
    ) -> Result<Made, ApplyError> {
        let path = if key.content_type == ContentType::Scripts { "v1/Scripts" } else { "v1/Groups" };
        let mut pause = self.session.patience.pause;
        for left in (0..self.session.patience.tries).rev() {
            let trouble = match self.session.create(path, body).await {
                Ok(made) if id_of(&made) != 0 => return Ok(Made { id: id_of(&made), answered: true }),
                Ok(_) => Trouble::Odd("the server does not say what it made".into()),
                Err(trouble) if trouble.leaves_open() => trouble,
                Err(trouble) => return Err(written(trouble, right)),
            };
            if let Some(id) = self.recognised(key, name).await? {
                return Ok(Made { id, answered: false });
            }
            if left == 0 {
                return Err(trouble.into());
            }
            pause = self.wait(pause).await;
        }
        Err(Trouble::Odd("nothing was tried".into()).into())
    }

    pub(super) async fn wait(&self, pause: Duration) -> Duration {
        tokio::time::sleep(pause).await;
        pause * 2
    }

    /// A row that was not there before and carries the item's GUID, or its name where the server gives GUIDs itself.
    async fn recognised(&mut self, key: &ItemKey, name: &str) -> Result<Option<i64>, ApplyError> {
        let news = self.here.news(&mut self.session, key.content_type).await?;
        let same_guid = |row: &Value| Guid::parse(&text(row, "GUID")).is_ok_and(|guid| guid == key.guid);
        let by_guid = news.iter().find(|(_, row)| same_guid(row));
        let found = by_guid.or_else(|| news.iter().find(|(_, row)| text(row, "Name") == name));
        Ok(found.map(|(id, _)| *id))
    }
}
