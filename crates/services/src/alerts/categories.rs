//! Categories: how people sort alerts.

use super::Alerts;
use crate::{
    Error, Result,
    ports::store::{Lane, StoreError},
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    alert::category::{Category, CategoryInput},
    audit::action,
    ids::CategoryId,
};

/// The most categories that there can be.
const MOST: usize = 200;

impl Alerts<'_> {
    /// Categories in their order: the first that fits picks an alert.
    pub async fn categories(&self, actor: &Actor) -> Result<Vec<Category>> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        Ok(self.core.store.categories().await?)
    }

    /// Adds a category at the end.
    pub async fn add_category(&self, actor: &Actor, input: CategoryInput) -> Result<Category> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        if let Some(id) = self.once.done()? {
            return self.category(id).await;
        }
        let input = tidy(input)?;
        if self.core.store.categories().await?.len() >= MOST {
            return Err(Error::Conflict(format!("there can be at most {MOST} categories: remove one first")));
        }
        let id = CategoryId(self.core.uuid());
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        tx.insert_category(id, &input).await.map_err(name_taken)?;
        let line = Line::ok(action::CATEGORY, format!("added the category {}", input.name)).about(id);
        self.core.audit(&mut *tx, actor, line).await?;
        self.once.keep(&mut *tx, id).await?;
        tx.commit().await?;
        self.category(id).await
    }

    /// Changes a category; its alerts follow a new name.
    pub async fn change_category(
        &self,
        actor: &Actor,
        id: CategoryId,
        input: CategoryInput,
    ) -> Result<Category> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let input = tidy(input)?;
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        if !tx.update_category(id, &input).await.map_err(name_taken)? {
            return Err(Error::NotFound("category"));
        }
        let line = Line::ok(action::CATEGORY, format!("changed the category {}", input.name)).about(id);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        self.category(id).await
    }

    /// Puts a category at another place, from 0.
    pub async fn move_category(&self, actor: &Actor, id: CategoryId, position: u32) -> Result<()> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let name = self.category(id).await?.input.name;
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        if !tx.move_category(id, position).await? {
            return Err(Error::NotFound("category"));
        }
        let told = format!("put the category {name} at place {position}");
        self.core.audit(&mut *tx, actor, Line::ok(action::CATEGORY, told).about(id)).await?;
        Ok(tx.commit().await?)
    }

    /// Removes a category; alerts keep its name.
    pub async fn remove_category(&self, actor: &Actor, id: CategoryId) -> Result<()> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let name = self.category(id).await?.input.name;
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        if !tx.delete_category(id).await? {
            return Err(Error::NotFound("category"));
        }
        let line = Line::ok(action::CATEGORY, format!("removed the category {name}")).about(id);
        self.core.audit(&mut *tx, actor, line).await?;
        Ok(tx.commit().await?)
    }

    async fn category(&self, id: CategoryId) -> Result<Category> {
        let found = self.core.store.categories().await?.into_iter().find(|known| known.id == id);
        found.ok_or(Error::NotFound("category"))
    }
}

/// Without blanks around names, without empty ones.
fn tidy(mut input: CategoryInput) -> Result<CategoryInput> {
    let trimmed = |list: Vec<String>| -> Vec<String> {
        let names = list.into_iter().map(|name| name.trim().to_owned());
        names.filter(|name| !name.is_empty()).collect()
    };
    input.name = input.name.trim().to_owned();
    input.boards = trimmed(input.boards);
    input.types = trimmed(input.types);
    input.priorities = trimmed(input.priorities);
    input.companies = trimmed(input.companies);
    input.check()?;
    Ok(input)
}

fn name_taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken(_) => {
            Error::field("name", "belongs to another category already: choose another name")
        }
        other => other.into(),
    }
}
