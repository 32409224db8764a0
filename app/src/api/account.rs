//! Signing in and out, first start, the own account, people and tokens.

use super::{ApiError, alerts::ManageLine};
use domain::{
    account::{Role, User},
    content::view::TypeSummary,
    schedule::Schedule,
};
use jiff::Timestamp;
use leptos::server;
use serde::{Deserialize, Serialize};

/// What the frame around every screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Who is signed in.
    pub user: User,
    /// The content types with their counts.
    pub types: Vec<TypeSummary>,
    /// The jobs.
    pub schedules: Vec<Schedule>,
    /// Alerts that nobody has taken.
    pub open_alerts: u64,
    /// The line to Manage.
    pub line: ManageLine,
    /// The server's time, against which ages are told.
    pub now: Timestamp,
}

/// A session in the settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Which session.
    pub id: String,
    /// The browser and where it is.
    pub place: String,
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// Whether it is this one.
    pub current: bool,
}

/// A personal token in the settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Which token.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// The settings of the person who is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The person.
    pub user: User,
    /// Their sessions.
    pub sessions: Vec<SessionRow>,
    /// Their tokens.
    pub tokens: Vec<TokenRow>,
    /// All people, for administrators.
    pub people: Vec<User>,
}

/// What the frame shows; none when nobody is signed in.
#[server(LoadFrame)]
pub async fn frame() -> Result<Option<Frame>, ApiError> {
    use super::context::{identity, refuse, services};
    let Some(session) = identity().session else { return Ok(None) };
    let (services, actor) = (services(), session.actor());
    let types = services.content().types(&actor).await.map_err(refuse)?;
    let schedules = services.schedules().list(&actor).await.map_err(refuse)?;
    let counts =
        services.alerts().counts(&actor, &domain::alert::AlertFilter::default()).await.map_err(refuse)?;
    Ok(Some(Frame {
        user: session.user,
        types,
        schedules,
        open_alerts: counts.open,
        line: super::alert_views::line(&services, &actor).await.map_err(refuse)?,
        now: services.now(),
    }))
}

/// Makes the first administrator.
#[server]
pub async fn set_up(code: String, name: String, email: String, password: String) -> Result<(), ApiError> {
    use super::context::{identity, refuse, services, set_cookie};
    let who = identity();
    let typed = ::services::accounts::SetUp { code, name, email, password };
    let session = services().accounts().set_up(typed, who.device, who.address).await.map_err(refuse)?;
    set_cookie(&who.policy.set(&session.token));
    leptos_axum::redirect("/");
    Ok(())
}

/// Signs in and goes on to the page that was wanted.
#[server]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<(), ApiError> {
    use super::context::{identity, refuse, services, set_cookie};
    let who = identity();
    let session =
        services().accounts().sign_in(&email, &password, who.device, who.address).await.map_err(refuse)?;
    set_cookie(&who.policy.set(&session.token));
    leptos_axum::redirect(&crate::local_path(&next));
    Ok(())
}

/// Signs out.
#[server]
pub async fn sign_out() -> Result<(), ApiError> {
    use super::context::{identity, refuse, services, session, set_cookie};
    services().accounts().sign_out(&session()?).await.map_err(refuse)?;
    set_cookie(&identity().policy.clear());
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// The settings screen.
#[server(LoadSettings)]
pub async fn settings() -> Result<Settings, ApiError> {
    use super::context::{refuse, services, session};
    let (services, session) = (services(), session()?);
    let actor = session.actor();
    let sessions = services.accounts().sessions(&session).await.map_err(refuse)?;
    let tokens = services.accounts().tokens(&actor).await.map_err(refuse)?;
    let all = domain::page::PageRequest { limit: domain::page::MAX_LIMIT, cursor: None };
    let people = match session.user.role {
        Role::Admin => services.accounts().users(&actor, &all).await.map_err(refuse)?.items,
        _ => Vec::new(),
    };
    let place = |device: Option<String>, address: Option<String>| {
        [device.map(|device| crate::browser_name(&device)), address]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    };
    Ok(Settings {
        user: session.user,
        sessions: sessions
            .into_iter()
            .map(|row| SessionRow {
                id: row.id.to_string(),
                place: place(row.device, row.address),
                last_seen_at: row.last_seen_at,
                current: row.current,
            })
            .collect(),
        tokens: tokens
            .into_iter()
            .map(|row| TokenRow {
                id: row.id.to_string(),
                name: row.name,
                role: row.role,
                last_used_at: row.last_used_at,
            })
            .collect(),
        people,
    })
}

/// Changes the own password.
#[server]
pub async fn change_password(current_password: String, new_password: String) -> Result<(), ApiError> {
    use super::context::{refuse, services, session};
    services().accounts().change_password(&session()?, &current_password, &new_password).await.map_err(refuse)
}

/// Ends one of the own sessions.
#[server]
pub async fn end_session(id: String) -> Result<(), ApiError> {
    use super::context::{refuse, services, session};
    let id = id.parse().map_err(|_| ApiError::NotFound("session".into()))?;
    services().accounts().end_session(&session()?, id).await.map_err(refuse)
}

/// Makes a personal token; its text is shown once.
#[server]
pub async fn create_token(name: String, role: Role) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    Ok(services.accounts().create_token(&actor, &name, role).await.map_err(refuse)?.token)
}

/// Revokes a personal token.
#[server]
pub async fn delete_token(id: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("token".into()))?;
    services.accounts().delete_token(&actor, id).await.map_err(refuse)
}

/// Adds a person.
#[server]
pub async fn create_user(email: String, name: String, role: Role, password: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let new = ::services::accounts::NewUser { email, name, role, password };
    services.accounts().create_user(&actor, new).await.map(drop).map_err(refuse)
}

/// Changes a person's role, or whether they may sign in.
#[server]
pub async fn update_user(id: String, role: Role, #[server(default)] disabled: bool) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("person".into()))?;
    let patch = ::services::accounts::UserPatch { name: None, role: Some(role), disabled: Some(disabled) };
    services.accounts().update_user(&actor, id, patch).await.map(drop).map_err(refuse)
}
