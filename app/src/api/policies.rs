//! How content is approved, and the names by which sources know people.

use super::ApiError;
use domain::{
    account::User,
    content::{ContentType, review::Policy},
};
use leptos::server;
use serde::{Deserialize, Serialize};

/// The screen of approval policies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policies {
    /// One for each type.
    pub policies: Vec<Policy>,
    /// Everybody with their further names, for administrators.
    pub people: Vec<(User, Vec<String>)>,
    /// Whether the person may change anything.
    pub may_change: bool,
}

/// Everything that the screen shows.
#[server(LoadPolicies)]
pub async fn policies() -> Result<Policies, ApiError> {
    use super::context::{refuse, signed_in};
    use domain::account::Permission;
    let (services, actor) = signed_in()?;
    let may_change = actor.may(Permission::ManagePolicies) && actor.may(Permission::ManageUsers);
    let mut people = Vec::new();
    if may_change {
        let mut names = services.content().all_aliases(&actor).await.map_err(refuse)?;
        let all = domain::page::PageRequest { limit: domain::page::MAX_LIMIT, cursor: None };
        let users = services.accounts().users(&actor, &all).await.map_err(refuse)?.items;
        people.extend(users.into_iter().map(|user| {
            let known = names.remove(&user.id).unwrap_or_default();
            (user, known)
        }));
    }
    let policies = services.content().policies(&actor).await.map_err(refuse)?;
    Ok(Policies { policies, people, may_change })
}

/// Says how a type is approved. An unchecked box is not sent.
#[server]
pub async fn set_policy(
    kind: ContentType,
    required_approvals: u32,
    #[server(default)] author_barred: Option<String>,
) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let author_barred = author_barred.is_some();
    let policy = Policy { content_type: kind, required_approvals, author_barred };
    services.content().set_policy(&actor, policy).await.map(drop).map_err(refuse)
}

/// Replaces the further names of a person: one after another, with commas between.
#[server]
pub async fn set_aliases(id: String, #[server(default)] aliases: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("person")))?;
    let aliases = aliases.split(',').map(str::to_owned).collect();
    services.content().set_aliases(&actor, id, aliases).await.map(drop).map_err(refuse)
}
