//! Alerts: the inbox, one alert, what is owed to tickets, categories.
//!
//! Every screen works as plain links and forms; what WebAssembly adds is named by `data-` attributes (`app/src/live`).

pub mod categories;
pub mod inbox;
pub mod links;
pub mod one;
pub mod rows;
pub mod write_backs;

use crate::api::ApiError;
use domain::alert::Deed;

/// What was done, or why not, as a person should hear it: somebody who was quicker is no failure.
fn calm(answer: Result<String, ApiError>) -> Result<String, ApiError> {
    match answer {
        Err(ApiError::Conflict(why)) if !why.starts_with("Nothing") => {
            Ok(format!("Nothing was left to do: {}.", why.trim_end_matches('.')))
        }
        other => other,
    }
}

/// Who did something, from the point of view of the person who looks.
fn who(deed: &Deed, me: &str) -> String {
    if deed.by.id().as_deref() == Some(me) { "you".to_owned() } else { deed.by.name().to_owned() }
}
