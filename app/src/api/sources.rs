//! Connections: where content is read from.

use super::ApiError;
use domain::{content::ContentType, source::Source};
use leptos::server;

/// All sources.
#[server]
pub async fn sources() -> Result<Vec<Source>, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.sources().list(&actor).await.map_err(refuse)
}

/// Adds a folder; says its name.
#[server]
pub async fn add_folder(
    name: String,
    path: String,
    #[server(default)] folders: String,
) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    use domain::source::{Connection, SourceInput};
    let (services, actor) = signed_in()?;
    let folders = folders.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let input = SourceInput { name, connection: Connection::Folder { path }, content_types: vec![], folders };
    services.sources().test(&actor, None, input.clone()).await.map_err(refuse)?;
    Ok(services.sources().create(&actor, input).await.map_err(refuse)?.input.name)
}

/// Looks whether a source can be read.
#[server]
pub async fn test_source(id: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("source".into()))?;
    let source = services.sources().get(&actor, id).await.map_err(refuse)?;
    Ok(services.sources().test(&actor, Some(id), source.input).await.map_err(refuse)?.summary)
}

/// Reads a source; says what was found.
#[server]
pub async fn scan_source(id: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("source".into()))?;
    Ok(services.sources().scan(&actor, id).await.map_err(refuse)?.summary)
}

/// Takes in a reading that is held.
#[server]
pub async fn release(id: String, kind: ContentType) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("source".into()))?;
    Ok(services.sources().release(&actor, id, kind).await.map_err(refuse)?.summary)
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
