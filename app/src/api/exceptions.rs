//! Exceptions of API clients, and the way to the item of one.

use super::ApiError;
use domain::content::{ItemKey, view::ItemRow};
use leptos::server;
use serde::{Deserialize, Serialize};

/// The item that an exception is to be about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ItemChoice {
    /// What is looked for.
    pub query: String,
    /// What was found; none where nothing is looked for.
    pub found: Option<Vec<ItemRow>>,
    /// Items that were found and are not shown.
    pub more: u64,
    /// The item that was chosen.
    pub chosen: Option<ItemKey>,
    /// What is known of it.
    pub known: Option<ItemRow>,
}

/// What is found, or chosen already.
#[cfg(feature = "ssr")]
pub(super) async fn choice(
    services: &services::Services,
    actor: &domain::account::Actor,
    query: String,
    item: &str,
) -> services::Result<ItemChoice> {
    let query: String = query.trim().chars().take(200).collect();
    if let Some(key) = crate::text::read_key(item) {
        let known = services.clients().chosen_item(actor, &key).await?;
        return Ok(ItemChoice { query, chosen: Some(key), known, ..ItemChoice::default() });
    }
    if query.is_empty() {
        return Ok(ItemChoice::default());
    }
    let page = services.clients().find_items(actor, &query).await?;
    let more = page.total.saturating_sub(page.items.len() as u64);
    Ok(ItemChoice { query, found: Some(page.items), more, ..ItemChoice::default() })
}

/// Serves an item (`type:guid`) to a client differently, for so many days.
#[server]
pub async fn add_exception(
    id: String,
    item: String,
    kind: domain::client::ExceptionKind,
    #[server(default)] version: Option<String>,
    reason: String,
    #[server(default)] days: Option<String>,
) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = super::serving::known(&id, "API client")?;
    let wrong =
        |field: &str, message: &str| ApiError::Invalid(vec![domain::field::FieldError::new(field, message)]);
    let key = crate::text::read_key(&item)
        .ok_or_else(|| wrong("item", "must be chosen first: find it by its name"))?;
    let number = |field: &str, text: Option<String>| {
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        text.map(|text| text.parse::<u32>().map_err(|_| wrong(field, "must be a whole number"))).transpose()
    };
    let (version, days) = (number("version", version)?, number("days", days)?);
    let until =
        |days: u32| services.now() + jiff::SignedDuration::from_hours(24 * i64::from(days.min(36_500)));
    let new = domain::client::NewException { key, kind, version, reason, expires_at: days.map(until) };
    Ok(services.clients().except(&actor, id, new).await.map_err(refuse)?.name)
}

/// Ends an exception.
#[server]
pub async fn end_exception(id: String, exception: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let (id, exception) =
        (super::serving::known(&id, "API client")?, super::serving::known(&exception, "exception")?);
    services.clients().end_exception(&actor, id, exception).await.map_err(refuse)?;
    Ok(())
}
