//! The keys: j and k move between rows, x checks one, / searches, ? shows the keys, Escape closes what opened over
//! the page. A control with
//! `data-press="a"` is pressed by that key: the one in the row that has the focus, or the one outside all rows.

use super::{all, document, folds};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// Acts on a key that means something here.
pub(super) fn pressed(event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let plain = !key.ctrl_key() && !key.meta_key() && !key.alt_key();
    let meant = match key.key().as_str() {
        "Escape" => folds::escaped(),
        name => !is_typing() && act(name),
    };
    if plain && meant {
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
        "/" => find("#page input[type=search]").is_some_and(|field| field.focus().is_ok()),
        "?" => click("#keys > summary"),
        letter if letter.len() == 1 && letter.chars().all(|one| one.is_ascii_alphabetic()) => press(letter),
        _ => false,
    }
}

/// Presses the control of a key; a field takes the focus instead.
fn press(letter: &str) -> bool {
    let Some(page) = find("#page") else { return false };
    let controls: Vec<HtmlElement> = all(&page, &format!("[data-press={letter}]:not([disabled])"));
    let in_row = |control: &&HtmlElement| control.closest("[data-row]").ok().flatten();
    let here = |control: &&HtmlElement| {
        in_row(control).is_some_and(|row| row.matches(":focus-within").unwrap_or(false))
    };
    let found =
        controls.iter().find(here).or_else(|| controls.iter().find(|control| in_row(control).is_none()));
    let Some(control) = found else { return false };
    if let Some(fold) = control.closest("details:not([open])").ok().flatten() {
        // An attribute name made of letters is always accepted.
        let _ = fold.set_attribute("open", "");
    }
    match control.tag_name().as_str() {
        "TEXTAREA" | "INPUT" | "SELECT" => control.focus().is_ok(),
        _ => {
            control.click();
            true
        }
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
