//! `/pull/keys`: the public keys that manifests are signed with.

use crate::http::{
    public::{
        caller::Caller,
        endpoint::{Access, Endpoint},
        idempotency::Keyed,
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::State,
    routing::{get, post},
};
use domain::pull::SigningKeys;

/// The endpoints.
pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(
            "GET",
            "/pull/keys",
            "The public keys that manifests are signed with; each new one is announced by the one before.",
            get(keys),
        )
        .open_to(Access::Public)
        .answers(200, Some("SigningKeys")),
        Endpoint::new(
            "POST",
            "/pull/keys/rotate",
            "Makes a new signing key; receivers follow.",
            post(rotate),
        )
        .answers(200, Some("SigningKeys")),
    ]
}

async fn keys(State(app): State<AppState>) -> Result<Json<SigningKeys>, Problem> {
    Ok(Json(app.services.pull().keys().await?))
}

async fn rotate(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
) -> Result<Json<SigningKeys>, Problem> {
    Ok(Json(app.services.pull().once(once).rotate_key(&actor).await?))
}
