//! The screens: server rendering and server functions, both with the same context.

use super::{
    assets, forms,
    layers::{
        headers::page_policy,
        to_the_end::{self, to_the_end},
    },
    state::AppState,
};
use app::api::identity::{CookiePolicy, RequestIdentity};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method, header, request::Parts},
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
    routing::any,
};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes as _, ResponseOptions, generate_route_list};

/// What every rendering and every server function can reach; `app::api::context` alone reads it.
pub fn context(state: AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        provide_context(state.services.clone());
        provide_context(state.assets.clone());
        // Before anything is read: what a page shows is at least as new.
        provide_context(state.services.place());
        let identity =
            use_context::<Parts>().and_then(|parts| parts.extensions.get::<RequestIdentity>().cloned());
        let identity = identity.unwrap_or_default();
        let policy = identity.policy;
        provide_context(identity);
        take_up(policy);
        if let (Some(nonce), Some(response)) = (leptos::nonce::use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// Gives a page what the form before it was answered, once.
fn take_up(policy: CookiePolicy) {
    let parts = use_context::<Parts>();
    let Some(carried) =
        parts.and_then(|parts| is_page(&parts).then(|| forms::carried(&parts.headers, policy))?)
    else {
        return;
    };
    if let Some(answer) = carried.answer() {
        provide_context(answer);
    }
    if let Some(refusal) = carried.refusal() {
        provide_context(refusal);
    }
    if let (Some(response), Ok(cookie)) =
        (use_context::<ResponseOptions>(), HeaderValue::from_str(&policy.clear_answer()))
    {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

fn is_page(parts: &Parts) -> bool {
    parts.method == Method::GET && !parts.uri.path().starts_with("/rpc/")
}

/// The router of the screens.
pub fn router(state: &AppState) -> Router<AppState> {
    let routes = generate_route_list(app::App);
    let shell = {
        let (options, assets) = (state.leptos.clone(), state.assets.clone());
        move || app::shell(options.clone(), assets.clone())
    };
    Router::new()
        .route("/rpc/{*function}", any(server_function))
        .leptos_routes_with_context(state, routes, context(state.clone()), shell)
        .layer(from_fn(to_the_end::layer))
        .layer(from_fn(carry_answers))
}

/// The framework gives each server function a route of its own: what a form is answered is carried here for all.
async fn carry_answers(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if !path.starts_with("/rpc/") || !forms::is_form(request.headers()) {
        return next.run(request).await;
    }
    let identity = request.extensions().get::<RequestIdentity>().cloned().unwrap_or_default();
    forms::carry(&path, identity.policy, next.run(request).await).await
}

async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    leptos_axum::handle_server_fns_with_context(context(state), request).await.into_response()
}

/// A built file, or the page that says that there is nothing here.
pub async fn file_or_nothing(State(state): State<AppState>, request: Request) -> Response {
    if let Some(file) = assets::serve(request.uri().path(), request.headers()) {
        return file;
    }
    let (options, assets) = (state.leptos.clone(), state.assets.clone());
    let shell = move || app::shell(options.clone(), assets.clone());
    let render = leptos_axum::render_app_async_with_context(context(state), shell);
    let mut answer = to_the_end(async move { render(request).await.into_response() }).await;
    *answer.status_mut() = axum::http::StatusCode::NOT_FOUND;
    answer
}
