//! A form's answer on its way to the page that comes after it.
//!
//! A form is sent to its server function and answered with a redirect to a page. What the function answered travels
//! in a cookie that lives for that one page (`server/src/http/forms.rs`); here the page's action takes it up, so
//! that a screen reads `action.value()` and says what was done, with WebAssembly or without.

use leptos::{
    prelude::ServerAction,
    server_fn::{ServerFn, error::FromServerFnError},
};
use serde::de::DeserializeOwned;

/// What a server function answered, for the page that comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormAnswer {
    /// The function's path.
    pub path: String,
    /// Its answer as JSON.
    pub body: String,
}

/// The action of a form, with the answer of the form that was sent before this page, if it was this one.
#[track_caller]
pub fn action<S>() -> ServerAction<S>
where
    S: ServerFn + Clone + Send + Sync + 'static,
    S::Output: DeserializeOwned + Send + Sync + 'static,
    S::Error: FromServerFnError + Send + Sync + 'static,
{
    let action = ServerAction::<S>::new();
    #[cfg(feature = "ssr")]
    {
        use leptos::prelude::{Set as _, use_context};
        let answer = use_context::<FormAnswer>().filter(|answer| answer.path == S::PATH);
        if let Some(value) = answer.and_then(|answer| serde_json::from_str(&answer.body).ok()) {
            action.value().set(Some(Ok(value)));
        }
    }
    action
}
