//! The browser, behind one small module: on the server every function here does nothing.

use jiff::Timestamp;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{HtmlElement, KeyboardEvent};

/// The viewer's own time, for example `24 Nov 2026, 14:02`; none on the server.
pub fn local_time(at: Timestamp) -> Option<String> {
    web_sys::window()?;
    let milliseconds = f64::from(i32::try_from(at.as_second()).ok()?) * 1000.0;
    let date = js_sys::Date::new(&JsValue::from_f64(milliseconds));
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        js_sys::Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    Some(String::from(date.to_locale_string("default", &options)))
}

/// Puts a text into the clipboard.
pub fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        // The promise only tells whether the browser allowed it; there is nothing to undo.
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// Sets `data-<name>` on the document and remembers it.
pub fn remember(name: &str, value: &str) {
    let Some(window) = web_sys::window() else { return };
    if let Some(root) = window.document().and_then(|document| document.document_element()) {
        // An attribute name made of letters is always accepted.
        let _ = root.set_attribute(&format!("data-{name}"), value);
    }
    if let Ok(Some(storage)) = window.local_storage() {
        // Storage may be switched off: then the choice lasts for this page.
        let _ = storage.set_item(name, value);
    }
}

/// Listens to the keys of a table: j and k move, x checks, a approves, / searches, Enter opens.
pub fn listen_to_keys() {
    let Some(window) = web_sys::window() else { return };
    let handler = Closure::<dyn Fn(KeyboardEvent)>::new(|event: KeyboardEvent| {
        if !event.ctrl_key() && !event.meta_key() && !event.alt_key() && !is_typing() && press(&event.key()) {
            event.prevent_default();
        }
    });
    // One listener for the life of the page.
    let _ = window.add_event_listener_with_callback("keydown", handler.as_ref().unchecked_ref());
    handler.forget();
}

fn is_typing() -> bool {
    let active =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    active.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            && element.get_attribute("type").as_deref() != Some("checkbox")
    })
}

/// Acts on a key; says whether it meant something here.
fn press(key: &str) -> bool {
    match key {
        "j" => step(1),
        "k" => step(-1),
        "x" => click("input[type=checkbox]"),
        "a" => click("button[name=only]:not([disabled])"),
        "/" => focus("input[type=search]"),
        "?" => click_on("#keys > summary"),
        _ => false,
    }
}

fn find(selector: &str) -> Option<HtmlElement> {
    web_sys::window()?.document()?.query_selector(selector).ok()??.dyn_into().ok()
}

fn focus(selector: &str) -> bool {
    find(selector).is_some_and(|element| element.focus().is_ok())
}

fn click_on(selector: &str) -> bool {
    find(selector).map(|element| element.click()).is_some()
}

/// Clicks a control of the row that has the focus.
fn click(selector: &str) -> bool {
    click_on(&format!("[data-row]:focus-within {selector}"))
}

/// Moves the focus to the link of the next or previous row.
fn step(by: i32) -> bool {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return false };
    let Ok(links) = document.query_selector_all("[data-row] a[data-open]") else { return false };
    let count = i32::try_from(links.length()).unwrap_or(0);
    let inside = |at: i32| {
        let link = u32::try_from(at).ok().and_then(|at| links.item(at))?;
        link.dyn_into::<HtmlElement>().ok()
    };
    let current = (0..count).find(|at| {
        let row = inside(*at).and_then(|link| link.closest("[data-row]").ok().flatten());
        row.is_some_and(|row| row.matches(":focus-within").unwrap_or(false))
    });
    let next = current.map_or(0, |at| (at + by).clamp(0, count - 1));
    inside(next).is_some_and(|link| link.focus().is_ok())
}
