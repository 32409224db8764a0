//! Putting a page in place, and what a page gets that only the browser knows.

use super::{all, document, property};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Document, DomParser, Element, HtmlElement, SupportedType};

/// Where the part of a document that changes from page to page is.
const PAGE: &str = "#page";

/// Puts the page of an HTML document in place of the one that is shown; says whether it could.
pub(super) fn show(html: &str) -> bool {
    let parsed = DomParser::new().and_then(|parser| parser.parse_from_string(html, SupportedType::TextHtml));
    let (Some(document), Ok(fresh)) = (document(), parsed) else { return false };
    let find = |of: &Document| of.query_selector(PAGE).ok().flatten();
    let (Some(old), Some(new)) = (find(&document), find(&fresh)) else { return false };
    document.set_title(&fresh.title());
    if old.replace_with_with_node_1(&new).is_err() {
        return false;
    }
    enliven(&document);
    true
}

/// Local times, and the islands of the page.
pub(super) fn enliven(document: &Document) {
    let Some(root) = document.query_selector(PAGE).ok().flatten() else { return };
    for time in all::<Element>(&root, "time[datetime]") {
        if let Some(local) = time.get_attribute("datetime").and_then(|at| local_time(&at)) {
            time.set_text_content(Some(&local));
        }
    }
    if let Some(islands) = super::window().and_then(|window| property(&window, "tandemIslands"))
        && let Ok(wake) = islands.dyn_into::<js_sys::Function>()
    {
        // An island that does not wake leaves its server-rendered form.
        let _ = wake.call1(&JsValue::NULL, &root);
    }
}

/// The viewer's own time, for example `24 Nov 2026, 14:02`.
fn local_time(at: &str) -> Option<String> {
    let date = js_sys::Date::new(&JsValue::from_str(at));
    if date.get_time().is_nan() {
        return None;
    }
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        js_sys::Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    Some(String::from(date.to_locale_string("default", &options)))
}

/// Moves the focus to where reading goes on: the answer, or the main part.
pub(super) fn focus() {
    let Some(document) = document() else { return };
    let find = |selector: &str| document.query_selector(selector).ok().flatten();
    let target = find("#page .said .notice").or_else(|| find("#page main"));
    if let Some(target) = target.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        target.set_tab_index(-1);
        // An element that cannot take the focus leaves it where it is.
        let _ = target.focus_with_options(&options);
    }
}
