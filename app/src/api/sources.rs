//! Connections: where content is read from. Secrets go in and never come out.

use super::ApiError;
use domain::{
    content::ContentType,
    source::{Source, SourceCheck},
};
use leptos::server;
use serde::{Deserialize, Serialize};

/// What was typed into the form of a source, without its secrets: the form shows it again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The source that is changed; empty for a new one.
    pub id: String,
    /// The kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The folder of exports.
    pub path: String,
    /// The address of the server or database.
    pub url: String,
    /// The user.
    pub username: String,
    /// The integration.
    pub client_id: String,
    /// The published folders, with `;` between.
    pub folders: String,
    /// The content types to read; none means all.
    pub content_types: Vec<ContentType>,
    /// Whether the second factor that is kept is to be forgotten.
    pub forget_passcode: bool,
}

/// What came of a form that was tested or could not be saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// What was typed.
    pub typed: Typed,
    /// What the test found, or what is wrong.
    pub outcome: Result<SourceCheck, ApiError>,
}

/// All sources.
#[server]
pub async fn sources() -> Result<Vec<Source>, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.sources().list(&actor).await.map_err(refuse)
}

/// One source.
#[server(LoadSource)]
pub async fn source(id: String) -> Result<Source, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("source".into()))?;
    services.sources().get(&actor, id).await.map_err(refuse)
}

/// Tests what was typed (`act` is `test`) or saves it. A new source is tested before it is added. What was saved
/// shows the list; anything else comes back to the form.
#[server]
pub async fn save_source(
    act: String,
    typed: Typed,
    #[server(default)] password: String,
    #[server(default)] passcode: String,
) -> Result<Tried, ApiError> {
    use super::{
        context::{signed_in, told},
        source_form,
    };
    let (services, actor) = signed_in()?;
    let secrets = source_form::Secrets { password, passcode };
    match source_form::save(&services, &actor, &act, &typed, secrets).await {
        Ok(Some(check)) => Ok(Tried { typed, outcome: Ok(check) }),
        Ok(None) => {
            leptos_axum::redirect("/sources");
            Ok(Tried { typed, outcome: Ok(SourceCheck::default()) })
        }
        Err(error) => Ok(Tried { typed, outcome: Err(told(error)) }),
    }
}

/// Looks whether a source can be read.
#[server]
pub async fn test_source(id: String) -> Result<SourceCheck, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("source".into()))?;
    services.sources().test_kept(&actor, id).await.map_err(refuse)
}

/// Reads a source; says what was found.
#[server]
pub async fn scan_source(id: String) -> Result<String, ApiError> {
    use super::context::signed_in;
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("source".into()))?;
    let reading =
        move |services: services::Services| async move { services.sources().scan(&actor, id).await };
    super::context::read(&services, reading, |done| done.summary).await
}

/// Takes in a reading that is held.
#[server]
pub async fn release(id: String, kind: ContentType) -> Result<String, ApiError> {
    use super::context::signed_in;
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("source".into()))?;
    let reading =
        move |services: services::Services| async move { services.sources().release(&actor, id, kind).await };
    super::context::read(&services, reading, |done| done.summary).await
}

/// Takes a source away whose name was typed to confirm.
#[server]
pub async fn delete_source(id: String, confirm: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("source".into()))?;
    let source = services.sources().get(&actor, id).await.map_err(refuse)?;
    if source.input.name != confirm.trim() {
        return Err(ApiError::Conflict(format!(
            "Not removed: type the name {} exactly to confirm.",
            source.input.name
        )));
    }
    services.sources().delete(&actor, id).await.map_err(refuse)
}
