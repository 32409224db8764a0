//! Exceptions: an item kept out, pinned to a version, or held where it is, for one client.

use super::Clients;
use crate::{Core, Error, Result, ports::store::Lane, work::Line};
use domain::{
    account::{Actor, Permission},
    audit::action,
    client::{ApiClient, Exception, ExceptionKind, NewException},
    content::ItemKey,
    ids::{ClientId, ExceptionId},
    pull::ManifestItem,
};

/// Exceptions that a client may have.
const MOST: usize = 200;

impl Clients<'_> {
    /// Serves an item to a client differently from now on, in place of an exception that it already has.
    pub async fn except(&self, actor: &Actor, id: ClientId, new: NewException) -> Result<Exception> {
        self.core.require(actor, Permission::ManageClients).await?;
        new.check(self.core.now())?;
        let pinned = match (new.kind, new.version) {
            (ExceptionKind::Pin, Some(number)) => Some(self.version_served(&new.key, number).await?),
            _ => None,
        };
        let mut tx = self.core.store.begin(Lane::Both).await?;
        let mut client = tx.client_for_change(id).await?.ok_or(Error::NotFound("API client"))?;
        let before = client.exceptions.iter().position(|exception| exception.key() == new.key);
        let before = before.map(|index| client.exceptions.remove(index));
        let rings = tx.rings_for_change().await?;
        let place = rings.iter().position(|ring| ring.name == client.ring).unwrap_or(0);
        let ring = rings.get(place).filter(|_| place > 0).map(|ring| ring.id);
        let pointers = tx.pointers_for_change(ring).await?;
        let current = pointers.into_iter().find(|pointer| pointer.item.key() == new.key);
        let name = current.as_ref().map(|pointer| pointer.item.name.clone());
        let name = name.or_else(|| pinned.as_ref().map(|item| item.name.clone()));
        let name = match (name, &before) {
            (Some(name), _) => name,
            (None, Some(before)) => before.name.clone(),
            (None, None) => self.name_of(&new.key).await?,
        };
        let served = match new.kind {
            ExceptionKind::KeepOut => None,
            ExceptionKind::Pin => pinned,
            ExceptionKind::Hold => match before {
                Some(before) => before.served,
                None => current.filter(|pointer| !pointer.removed).map(|pointer| pointer.item),
            },
        };
        let exception = Exception {
            id: ExceptionId(self.core.uuid()),
            content_type: new.key.content_type,
            guid: new.key.guid,
            name,
            kind: new.kind,
            served,
            reason: new.reason.trim().to_owned(),
            made_by: actor.name().to_owned(),
            made_at: self.core.now(),
            expires_at: new.expires_at,
        };
        if client.exceptions.len() >= MOST {
            return Err(Error::Conflict(format!(
                "a client can have at most {MOST} exceptions: end one first"
            )));
        }
        client.exceptions.push(exception.clone());
        client.scope_revision = tx.next_revision(self.core.now()).await?;
        tx.save_client_scope(&client).await?;
        tx.bump_access().await?;
        let told =
            format!("{}: {} for {}: {}", exception.kind, exception.name, client.name, exception.reason);
        let line = Line::ok(action::CLIENT, told).on(exception.content_type).about(&exception.guid);
        self.core.audit(&mut *tx, actor, line).await?;
        self.core.serve_anew(tx).await?;
        Ok(exception)
    }

    /// Ends an exception: the item is served as the ring serves it.
    pub async fn end_exception(
        &self,
        actor: &Actor,
        id: ClientId,
        exception: ExceptionId,
    ) -> Result<ApiClient> {
        self.core.require(actor, Permission::ManageClients).await?;
        self.core.drop_exceptions(actor, id, |known| known.id == exception).await
    }

    async fn version_served(&self, key: &ItemKey, number: u32) -> Result<ManifestItem> {
        let found = self.core.store.version(key, number).await?;
        let record =
            found.ok_or_else(|| Error::field("version", "is not a version that this item ever had"))?;
        Ok(ManifestItem {
            content_type: key.content_type,
            guid: key.guid.clone(),
            name: record.version.name,
            version: number,
            content_hash: record.version.content_hash,
            path: record.version.path,
            size: record.version.size,
            depends_on: record.depends_on,
        })
    }

    async fn name_of(&self, key: &ItemKey) -> Result<String> {
        let item = self.core.store.item(key).await?.ok_or(Error::NotFound("item"))?;
        Ok(item.name)
    }
}

impl Core {
    /// Ends the exceptions of a client whose time has come.
    pub(crate) async fn end_exceptions(&self, id: ClientId) -> Result<()> {
        let now = self.now();
        let ended = self.drop_exceptions(&Actor::system("expiry"), id, |known| known.has_ended(now)).await;
        match ended {
            // Another request was quicker.
            Ok(_) | Err(Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn drop_exceptions(
        &self,
        actor: &Actor,
        id: ClientId,
        which: impl Fn(&Exception) -> bool + Send,
    ) -> Result<ApiClient> {
        let mut tx = self.store.begin(Lane::Both).await?;
        let mut client = tx.client_for_change(id).await?.ok_or(Error::NotFound("API client"))?;
        let (gone, kept): (Vec<_>, Vec<_>) = client.exceptions.into_iter().partition(which);
        if gone.is_empty() {
            return Err(Error::NotFound("exception"));
        }
        client.exceptions = kept;
        client.scope_revision = tx.next_revision(self.now()).await?;
        tx.save_client_scope(&client).await?;
        tx.bump_access().await?;
        for exception in gone {
            let told = format!("ended {}: {} for {}", exception.kind, exception.name, client.name);
            let line = Line::ok(action::CLIENT, told).on(exception.content_type).about(&exception.guid);
            self.audit(&mut *tx, actor, line).await?;
        }
        self.serve_anew(tx).await?;
        Ok(client)
    }
}
