//! Buttons and check boxes that act in the browser alone.

use super::{all, around, document, window};
use wasm_bindgen::JsCast as _;
use web_sys::{Document, Element, Event, HtmlInputElement};

/// Acts on a click; says whether it was meant for a control of ours.
pub(super) fn clicked(event: &Event) -> bool {
    let find = |name: &str| {
        let control = around(event, &format!("[data-{name}]"))?;
        control.get_attribute(&format!("data-{name}")).map(|value| (control, value))
    };
    if let Some((_, text)) = find("copy") {
        copy(&text);
    } else if let Some((button, id)) = find("reveal") {
        reveal(&button, &id);
    } else if let Some((_, choice)) = find("remember") {
        if let Some((name, value)) = choice.split_once('=') {
            remember(name, value);
        }
    } else if let Some((_, name)) = find("flip") {
        flip(&name);
    } else {
        return false;
    }
    true
}

fn copy(text: &str) {
    if let Some(window) = window() {
        // The promise only tells whether the browser allowed it; there is nothing to undo.
        let _ = window.navigator().clipboard().write_text(text);
    }
}

fn reveal(button: &Element, id: &str) {
    let field = document().and_then(|document| document.get_element_by_id(id));
    let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) else { return };
    let hidden = field.type_() == "password";
    field.set_type(if hidden { "text" } else { "password" });
    // An attribute name made of letters is always accepted.
    let _ = button.set_attribute("aria-pressed", if hidden { "true" } else { "false" });
}

fn flip(name: &str) {
    let current = document()
        .and_then(|document| document.document_element())
        .and_then(|root| root.get_attribute(&format!("data-{name}")));
    let prefers_dark = || {
        let query =
            window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten());
        query.is_some_and(|query| query.matches())
    };
    let dark = current.map_or_else(prefers_dark, |value| value == "dark");
    remember(name, if dark { "light" } else { "dark" });
}

/// Sets `data-<name>` on the document and remembers it; no value leaves it to the system, as if never chosen.
fn remember(name: &str, value: &str) {
    let Some(document) = document() else { return };
    let (attribute, chosen) = (format!("data-{name}"), !value.is_empty());
    if let Some(root) = document.document_element() {
        // An attribute name made of letters is always accepted.
        let _ =
            if chosen { root.set_attribute(&attribute, value) } else { root.remove_attribute(&attribute) };
    }
    if let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) {
        // Storage may be switched off: then the choice lasts for this page.
        let _ = if chosen { storage.set_item(name, value) } else { storage.remove_item(name) };
    }
    tell_looks(&document);
}

/// Says of each button that remembers a look whether it is the one that holds. Only the browser knows.
pub(super) fn tell_looks(document: &Document) {
    let Some(root) = document.document_element() else { return };
    for button in all::<Element>(&root, "[data-remember]") {
        let choice = button.get_attribute("data-remember").unwrap_or_default();
        let Some((name, value)) = choice.split_once('=') else { continue };
        let holds = root.get_attribute(&format!("data-{name}")).unwrap_or_default() == value;
        // An attribute name made of letters is always accepted.
        let _ = button.set_attribute("aria-pressed", if holds { "true" } else { "false" });
    }
}

/// Keeps the check boxes of a form and what counts them together.
pub(super) fn changed(event: &Event) {
    let Some(input) = around(event, "input[type=checkbox]") else { return };
    let Some(form) = input.closest("form").ok().flatten() else { return };
    let boxes: Vec<HtmlInputElement> =
        all(&form, "input[type=checkbox]:not([data-check-all]):not(:disabled)");
    let heads: Vec<HtmlInputElement> = all(&form, "input[data-check-all]");
    if let Some(head) =
        input.dyn_ref::<HtmlInputElement>().filter(|input| input.has_attribute("data-check-all"))
    {
        boxes.iter().for_each(|one| one.set_checked(head.checked()));
    }
    let checked = boxes.iter().filter(|one| one.checked()).count();
    for head in heads {
        head.set_checked(checked > 0 && checked == boxes.len());
    }
    for text in all::<Element>(&form, "[data-count]") {
        tell(&text, checked);
    }
}

/// `none|one|many`, where `{}` stands for the number.
fn tell(text: &Element, checked: usize) {
    let forms = text.get_attribute("data-count").unwrap_or_default();
    let words = forms.split('|').nth(checked.min(2)).unwrap_or_default();
    text.set_text_content(Some(&words.replace("{}", &checked.to_string())));
    if let Some(bar) = text.closest(".selection").ok().flatten() {
        // A class name made of letters is always accepted.
        let _ = bar.class_list().toggle_with_force("is-live", checked > 0);
    }
}
