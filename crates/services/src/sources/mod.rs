//! Sources: adding and changing them, and reading them.
//!
//! [`scan`](Sources::scan) reads outside any transaction, then applies what it found in one: killed at any
//! point, a scan has either happened or not.

mod apply;
mod found;
mod scan;

pub use crate::ports::reader::SourceCheck;
pub(crate) use apply::clear_void_approval;
pub use scan::ScanGate;

use crate::{Core, Error, Result, ports::reader::ReadError, ports::store::Lane, work::Line};
use domain::{
    account::{Actor, Permission},
    audit::action,
    content::lifecycle::Candidate,
    field::FieldError,
    ids::SourceId,
    source::{Source, SourceInput},
};
use std::collections::BTreeMap;

/// Sources and their readings.
pub struct Sources<'a> {
    pub(crate) core: &'a Core,
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
        let input = tidy(input)?;
        let source = Source {
            id: SourceId(self.core.uuid()),
            input,
            created_at: self.core.now(),
            last_scan: None,
            held: BTreeMap::new(),
        };
        let mut tx = self.core.store.begin(Lane::Content).await?;
        tx.insert_source(&source).await.map_err(name_taken)?;
        let line =
            Line::ok(action::SOURCE, format!("added the source {}", source.input.name)).about(source.id);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        Ok(source)
    }

    /// Changes what was typed.
    pub async fn update(&self, actor: &Actor, id: SourceId, input: SourceInput) -> Result<Source> {
        self.core.require(actor, Permission::ManageSources).await?;
        let input = tidy(input)?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        if !tx.update_source(id, &input).await.map_err(name_taken)? {
            return Err(Error::NotFound("source"));
        }
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
            apply::clear_void_approval(&mut item);
            if item.lifecycle.is_void() { gone.push(item.key) } else { kept.push(item) }
        }
        tx.save_items(&kept).await?;
        tx.delete_items(&gone).await?;
        tx.delete_source(id, self.core.now()).await?;
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

    /// Looks whether a source could be read, without keeping anything.
    pub async fn test(&self, actor: &Actor, input: SourceInput) -> Result<SourceCheck> {
        self.core.require(actor, Permission::ManageSources).await?;
        let input = tidy(input)?;
        Ok(self.core.reader.test(&input).await?)
    }
}

fn tidy(mut input: SourceInput) -> Result<SourceInput> {
    input.check()?;
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
