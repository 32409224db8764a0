//! Categories: how alerts are sorted.

use super::ApiError;
use domain::alert::category::Category;
use leptos::server;
use serde::{Deserialize, Serialize};

/// The categories, and whether the person who looks may change them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Categories {
    /// All of them, in order.
    pub list: Vec<Category>,
    /// Whether they may be changed.
    pub may_manage: bool,
}

/// What was typed into the form of a category; lists hold one name a line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedCategory {
    /// The category that is changed; empty for a new one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its colour.
    pub colour: String,
    /// Its icon.
    pub icon: String,
    /// How urgent its alerts are; empty leaves it to the ticket.
    pub severity: String,
    /// Boards.
    pub boards: String,
    /// Types.
    pub types: String,
    /// Priorities.
    pub priorities: String,
    /// Companies.
    pub companies: String,
}

/// All categories.
#[server(LoadCategories)]
pub async fn categories() -> Result<Categories, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    Ok(Categories {
        list: services.alerts().categories(&actor).await.map_err(refuse)?,
        may_manage: actor.may(domain::account::Permission::ManageConnectors),
    })
}

/// Adds or changes a category; says which.
#[server]
pub async fn save_category(typed: TypedCategory) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    use domain::alert::{Severity, category::CategoryInput};
    let (services, actor) = signed_in()?;
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let input = CategoryInput {
        name: typed.name.trim().to_owned(),
        severity: Severity::parse(&typed.severity),
        boards: lines(&typed.boards),
        types: lines(&typed.types),
        priorities: lines(&typed.priorities),
        companies: lines(&typed.companies),
        colour: typed.colour,
        icon: typed.icon,
    };
    let alerts = services.alerts();
    if typed.id.is_empty() {
        let added = alerts.add_category(&actor, input).await.map_err(refuse)?;
        return Ok(format!("Added {}.", added.input.name));
    }
    let id = typed.id.parse().map_err(|_| refuse(::services::Error::NotFound("category")))?;
    let changed = alerts.change_category(&actor, id, input).await.map_err(refuse)?;
    Ok(format!("Changed {}.", changed.input.name))
}

/// Puts a category at another place.
#[server]
pub async fn move_category(id: String, position: u32) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("category")))?;
    services.alerts().move_category(&actor, id, position).await.map(drop).map_err(refuse)
}

/// Removes a category; its alerts keep its name.
#[server]
pub async fn remove_category(id: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("category")))?;
    services.alerts().remove_category(&actor, id).await.map(drop).map_err(refuse)
}
