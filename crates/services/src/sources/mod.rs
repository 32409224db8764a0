//! Sources: adding and changing them, and reading them.
//!
//! [`scan`](Sources::scan) reads outside any transaction and keeps contents as they come, which nothing points at yet,
//! then applies what it found in one transaction: killed at any point, a scan has either happened or not.

mod apply;
mod found;
mod scan;
mod signals;
mod staging;

pub use crate::ports::reader::SourceCheck;
pub use scan::ScanGate;

use crate::{
    Core, Error, Result,
    once::Once,
    ports::reader::ReadError,
    ports::store::{Lane, Transaction},
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::action,
    content::lifecycle::Candidate,
    field::FieldError,
    ids::SourceId,
    secret::{Secret, SecretPlace},
    source::{Connection, Source, SourceInput},
};
use std::collections::BTreeMap;

/// Sources and their readings.
pub struct Sources<'a> {
    pub(crate) core: &'a Core,
    pub(crate) once: Once,
}

impl Sources<'_> {
    /// All sources by name.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Source>> {
        self.core.require(actor, Permission::ViewContent).await?;
        Ok(self.core.store.sources().await?)
    }

    /// One source.
    pub async fn get(&self, actor: &Actor, id: SourceId) -> Result<Source> {
        self.core.require(actor, Permission::ViewContent).await?;
        self.core.store.source(id).await?.ok_or(Error::NotFound("source"))
    }

    /// Adds a source. It is not read yet.
    pub async fn create(&self, actor: &Actor, input: SourceInput) -> Result<Source> {
        self.core.require(actor, Permission::ManageSources).await?;
        if let Some(id) = self.once.done()? {
            return self.get(actor, id).await;
        }
        let input = tidy(input, None)?;
        let mut source = Source {
            id: SourceId(self.core.uuid()),
            input,
            created_at: self.core.now(),
            last_scan: None,
            held: BTreeMap::new(),
        };
        let mut tx = self.core.store.begin(Lane::Content).await?;
        tx.insert_source(&source).await.map_err(name_taken)?;
        self.core.keep_connection(&mut *tx, source.id, &mut source.input.connection).await?;
        let line =
            Line::ok(action::SOURCE, format!("added the source {}", source.input.name)).about(source.id);
        self.core.audit(&mut *tx, actor, line).await?;
        self.once.keep(&mut *tx, source.id).await?;
        tx.commit().await?;
        Ok(source)
    }

    /// Changes what was typed.
    pub async fn update(&self, actor: &Actor, id: SourceId, input: SourceInput) -> Result<Source> {
        self.core.require(actor, Permission::ManageSources).await?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let old = tx.source(id).await?.ok_or(Error::NotFound("source"))?;
        let mut input = tidy(input, Some(&old.input.connection))?;
        if !tx.update_source(id, &input).await.map_err(name_taken)? {
            return Err(Error::NotFound("source"));
        }
        forget_columns(&mut *tx, id, &old.input.connection, &input.connection).await?;
        tx.forget_all_signals(id).await?;
        self.core.keep_connection(&mut *tx, id, &mut input.connection).await?;
        let line = Line::ok(action::SOURCE, format!("changed the source {}", input.name)).about(id);
        self.core.audit(&mut *tx, actor, line).await?;
        let source = tx.source(id).await?.ok_or(Error::NotFound("source"))?;
        tx.commit().await?;
        Ok(source)
    }

    /// Takes a source away. What it published stays in production until its removal is approved and synced.
    pub async fn delete(&self, actor: &Actor, id: SourceId) -> Result<()> {
        self.core.require(actor, Permission::ManageSources).await?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let source = tx.source(id).await?.ok_or(Error::NotFound("source"))?;
        let (mut kept, mut gone) = (Vec::new(), Vec::new());
        for mut item in tx.source_items(id).await? {
            item.lifecycle.observe(Candidate::Deleted);
            item.follow_review();
            if item.lifecycle.is_void() { gone.push(item.key) } else { kept.push(item) }
        }
        tx.save_items(&kept).await?;
        tx.delete_items(&gone).await?;
        tx.delete_source(id, self.core.now()).await?;
        tx.forget_all_signals(id).await?;
        for (column, _) in source.input.connection.secrets() {
            tx.forget_sealed(&place(id, column)).await?;
        }
        let line = Line::ok(
            action::SOURCE,
            format!(
                "removed the source {}; {} published items wait for review",
                source.input.name,
                kept.len()
            ),
        );
        self.core.audit(&mut *tx, actor, line.about(id)).await?;
        Ok(tx.commit().await?)
    }

    /// Looks whether a source could be read, without keeping anything. `id` names the source whose secrets stand
    /// for those that were not typed.
    pub async fn test(&self, actor: &Actor, id: Option<SourceId>, input: SourceInput) -> Result<SourceCheck> {
        self.core.require(actor, Permission::ManageSources).await?;
        let old = match id {
            Some(id) => Some(self.core.store.source(id).await?.ok_or(Error::NotFound("source"))?),
            None => None,
        };
        let mut input = tidy(input, old.as_ref().map(|old| &old.input.connection))?;
        if let Some(id) = id {
            self.core.open_connection(id, &mut input.connection).await?;
        }
        Ok(self.core.reader.test(&input).await?)
    }

    /// The same for a source as it is kept.
    pub async fn test_kept(&self, actor: &Actor, id: SourceId) -> Result<SourceCheck> {
        self.core.require(actor, Permission::ManageSources).await?;
        let source = self.core.store.source(id).await?.ok_or(Error::NotFound("source"))?;
        self.test(actor, Some(id), source.input).await
    }
}

impl Core {
    /// Opens the secrets of a source's connection, for use at once.
    pub(crate) async fn open_connection(&self, id: SourceId, connection: &mut Connection) -> Result<()> {
        for (column, secret) in connection.secrets_mut() {
            if *secret == Secret::Kept {
                *secret = self.open_secret(&place(id, column)).await?;
            }
        }
        Ok(())
    }

    /// Seals what was typed, and forgets it here.
    async fn keep_connection(
        &self,
        tx: &mut dyn Transaction,
        id: SourceId,
        connection: &mut Connection,
    ) -> Result<()> {
        for (column, secret) in connection.secrets_mut() {
            self.keep_secret(tx, &place(id, column), secret).await?;
            secret.forget();
        }
        Ok(())
    }
}

fn place(id: SourceId, column: &str) -> SecretPlace {
    SecretPlace::new("sources", id, column)
}

/// Forgets the secrets that the new kind of connection has no column for.
async fn forget_columns(
    tx: &mut dyn Transaction,
    id: SourceId,
    old: &Connection,
    new: &Connection,
) -> Result<()> {
    let columns: Vec<&str> = new.secrets().into_iter().map(|(column, _)| column).collect();
    for (column, _) in old.secrets().into_iter().filter(|(column, _)| !columns.contains(column)) {
        tx.forget_sealed(&place(id, column)).await?;
    }
    Ok(())
}

fn tidy(mut input: SourceInput, old: Option<&Connection>) -> Result<SourceInput> {
    let mut refused = input.check().err().unwrap_or_default();
    refused.extend(input.connection.inherit(old).err().unwrap_or_default());
    if !refused.is_empty() {
        return Err(refused.into());
    }
    input.name = input.name.trim().to_owned();
    input.folders.retain(|folder| !folder.trim().is_empty());
    Ok(input)
}

fn name_taken(error: crate::ports::store::StoreError) -> Error {
    match error {
        crate::ports::store::StoreError::Taken(_) => {
            Error::field("name", "belongs to another source already")
        }
        other => other.into(),
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Settings { field, message } => FieldError::new(field, message).into(),
            ReadError::Unavailable(message) => Self::Unavailable(message),
        }
    }
}
