//! Content: the table of a type, one item, the plan of a sync.

pub mod diff;
pub mod item;
pub mod links;
pub mod plan;
pub mod rows;
pub mod table;

use domain::content::ContentType;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The content type in the address; none when it is not one.
fn type_in_path() -> Memo<Option<ContentType>> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("type").and_then(|text| text.parse().ok()))
}
