//! What WebAssembly adds to pages that already work as plain links and forms.
//!
//! The server renders every page; here links and forms are followed without a reload, and the few things that
//! only a browser can do are done: local times, keys, the clipboard, looks that are remembered. A screen asks for
//! them with `data-` attributes, so a new screen adds nothing to what the browser loads:
//!
//! | attribute | on | what happens |
//! | --- | --- | --- |
//! | `data-busy="Reading …"` | the button of a form | its text while the form is on its way |
//! | `data-copy="text"` | a button | the text goes to the clipboard |
//! | `data-reveal="id"` | a button | the password field with that id is shown or hidden |
//! | `data-remember="theme=dark"` | a button | sets `data-theme` on the document, and remembers it; `theme=` forgets it; says with `aria-pressed` whether it holds |
//! | `data-flip="theme"` | a button | turns light into dark and back |
//! | `data-check-all` | a check box | checks all others of its form that may be checked |
//! | `data-count="Approve checked rows\|Approve this 1\|Approve these {}"` | a text in a form | counts what is checked |
//! | `data-keep-typed` | anything on the page that comes back | what was typed into the form stands there again |
//! | `data-row`, `data-open` | a row, its link | the keys j, k, x and Enter |
//! | `data-press="a"` | a control | is pressed by that key |
//! | `datetime` | a `<time>` | is told in the viewer's own zone; with `data-age` its age, which is kept right |
//! | `data-watch="place"` | anything on a page | the page hears of changes after that place and keeps its parts fresh |
//! | `data-fresh="key"`, `data-version` | a part of such a page | is put anew when its version changed |
//! | `data-said="key"` | a place in such a part | what stands there stays while the part is put anew without it |
//! | `data-news` | a link on such a page | tells how many rows came in addition |
//! | `data-beat="manage"` | a `<time>` on such a page | when that was heard of last |
//! | `data-line` | a hidden part of such a page | is shown while the server is not heard |
//!
//! - [`visit`] fetches pages and sends forms; [`page`] puts them in place; [`controls`] and [`keys`] serve the
//!   attributes; [`folds`] closes what opened over the page; [`changes`] hears that something changed, and [`fresh`] puts the parts in place that it concerns.

mod changes;
mod controls;
mod folds;
mod fresh;
mod keys;
mod page;
mod visit;

use crate::components::live::Told;
use leptos::prelude::RwSignal;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{Document, Element, Event, EventTarget, Window};

/// Starts listening, once for the life of the document; `told` is what the status line says.
pub fn start(told: RwSignal<Told>) {
    let (Some(window), Some(document)) = (window(), document()) else { return };
    listen(&document, "click", move |event| {
        folds::clicked(&event);
        if controls::clicked(&event) || visit::followed(&event, told) {
            event.prevent_default();
        }
    });
    listen(&document, "submit", move |event| {
        if visit::submitted(&event, told) {
            event.prevent_default();
        }
    });
    listen(&document, "change", |event| controls::changed(&event));
    listen(&document, "keydown", |event| keys::pressed(&event));
    folds::start(&document);
    listen(&window, "popstate", move |_| visit::went_back(told));
    visit::start();
    changes::start();
    page::enliven(&document);
    changes::attend(&document);
    // Tests and styles see that the page is alive.
    mark(&document);
}

fn mark(document: &Document) {
    if let Some(root) = document.document_element() {
        // An attribute name made of letters is always accepted.
        let _ = root.set_attribute("data-live", "");
    }
}

fn listen(target: &EventTarget, kind: &str, handle: impl Fn(Event) + 'static) {
    let handler = Closure::<dyn Fn(Event)>::new(handle);
    // A listener that the browser refuses would leave plain links and forms, which work.
    let _ = target.add_event_listener_with_callback(kind, handler.as_ref().unchecked_ref());
    handler.forget();
}

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// The element that an event began at, or one around it, that fits a selector.
fn around(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// All elements below a root that fit a selector.
fn all<T: wasm_bindgen::JsCast>(root: &Element, selector: &str) -> Vec<T> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<T>().ok()).collect()
}

/// A property of an object whose type does not name it.
fn property(of: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(of, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}
