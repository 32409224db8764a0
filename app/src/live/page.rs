//! Putting a page in place, and what a page gets that only the browser knows.

use super::{all, controls, document, property};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Document, DomParser, Element, HtmlElement, SupportedType};

/// Where the part of a document that changes from page to page is.
const PAGE: &str = "#page";

/// An HTML document that the server answered, not yet shown.
pub(super) fn parse(html: &str) -> Option<Document> {
    DomParser::new().and_then(|parser| parser.parse_from_string(html, SupportedType::TextHtml)).ok()
}

/// Puts the page of an HTML document in place of the one that is shown; says whether it could.
pub(super) fn show(html: &str) -> bool {
    let (Some(document), Some(fresh)) = (document(), parse(html)) else { return false };
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
    localise(&root);
    controls::tell_looks(document);
    if let Some(islands) = super::window().and_then(|window| property(&window, "tandemIslands"))
        && let Ok(wake) = islands.dyn_into::<js_sys::Function>()
    {
        // An island that does not wake leaves its server-rendered form.
        let _ = wake.call1(&JsValue::NULL, &root);
    }
}

/// Tells the times of a part in the viewer's zone.
pub(super) fn localise(root: &Element) {
    for time in all::<Element>(root, "time[datetime]") {
        let Some(local) = time.get_attribute("datetime").and_then(|at| local_time(&at)) else { continue };
        if time.has_attribute("data-age") {
            // An attribute name made of letters is always accepted.
            let _ = time.set_attribute("title", &local);
        } else {
            time.set_text_content(Some(&local));
        }
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

/// Moves the focus to where reading goes on: the first field that was refused, what was answered, or the main part.
/// A field and an answer are brought into sight: the button that was pressed may be far below them.
pub(super) fn focus() {
    let Some(document) = document() else { return };
    let find =
        |selector: &str| document.query_selector(selector).ok().flatten()?.dyn_into::<HtmlElement>().ok();
    if let Some(field) = find("#page [aria-invalid=true]") {
        rest_on(&field);
        bring_into_sight(&field.closest(".field").ok().flatten().unwrap_or_else(|| field.into()));
    } else if let Some(answer) = find("#page :is(.said .notice, .secret)") {
        answer.set_tab_index(-1);
        rest_on(&answer);
        bring_into_sight(&answer);
    } else if let Some(main) = find("#page main") {
        main.set_tab_index(-1);
        rest_on(&main);
    }
}

/// Moves the page as little as needed to see an element; not at all where it is seen already.
fn bring_into_sight(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Moves the focus to an element without moving the page.
pub(super) fn rest_on(target: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element that cannot take the focus leaves it where it is.
    let _ = target.focus_with_options(&options);
}

/// Goes to the place on the page that an address names, opening what it stands in.
pub(super) fn go_to(place: &str) {
    let element = document().and_then(|document| document.get_element_by_id(place));
    let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else { return };
    if let Some(fold) = element.closest("details").ok().flatten() {
        // An attribute name made of letters is always accepted.
        let _ = fold.set_attribute("open", "");
    }
    let _ = element.focus();
}
