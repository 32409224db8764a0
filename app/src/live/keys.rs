//! The keys of a table: j and k move, x checks, a approves, / searches, ? shows the keys.

use super::{all, document};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// Acts on a key that means something here.
pub(super) fn pressed(event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let plain = !key.ctrl_key() && !key.meta_key() && !key.alt_key();
    if plain && !is_typing() && act(&key.key()) {
        event.prevent_default();
    }
}

fn is_typing() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            && element.get_attribute("type").as_deref() != Some("checkbox")
    })
}

/// Says whether the key meant something.
fn act(key: &str) -> bool {
    match key {
        "j" => step(1),
        "k" => step(-1),
        "x" => click("[data-row]:focus-within input[type=checkbox]"),
        "a" => click("[data-row]:focus-within button[name=only]:not([disabled])"),
        "/" => find("#page input[type=search]").is_some_and(|field| field.focus().is_ok()),
        "?" => click("#keys > summary"),
        _ => false,
    }
}

fn find(selector: &str) -> Option<HtmlElement> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}

fn click(selector: &str) -> bool {
    find(selector).map(|element| element.click()).is_some()
}

/// Moves the focus to the link of the next or previous row.
fn step(by: isize) -> bool {
    let Some(page) = find("#page") else { return false };
    let links: Vec<HtmlElement> = all(&page, "[data-row] a[data-open]");
    let has_focus = |link: &HtmlElement| {
        let row: Option<Element> = link.closest("[data-row]").ok().flatten();
        row.is_some_and(|row| row.matches(":focus-within").unwrap_or(false))
    };
    let last = links.len().saturating_sub(1);
    let next = links.iter().position(has_focus).map_or(0, |at| at.saturating_add_signed(by).min(last));
    links.get(next).is_some_and(|link| link.focus().is_ok())
}
