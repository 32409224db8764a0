//! What opens over the page: Escape and a click elsewhere close it, and a note can be written as soon as it is open.

use super::{all, document, window};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Document, Element, Event, HtmlElement, Node};

/// Everywhere; on a phone the sheets of the areas as well, which are always open on a desk.
const FOLDS: &str = "details:is(.sheet, .confirm)[open]";
const SHEETS: &str = "details:is(.sheet, .confirm)[open], .areas details[open]";

/// Hears when something opens. Such an event does not rise through the document: it is caught on its way down.
pub(super) fn start(document: &Document) {
    let handler = Closure::<dyn Fn(Event)>::new(|event: Event| toggled(&event));
    // Without it a note takes one more tap.
    let _ =
        document.add_event_listener_with_callback_and_bool("toggle", handler.as_ref().unchecked_ref(), true);
    handler.forget();
}

fn toggled(event: &Event) {
    let fold = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(fold) = fold.filter(|fold| fold.matches("details.sheet[open]").unwrap_or(false)) else { return };
    if let Some(text) = all::<HtmlElement>(&fold, "textarea").first() {
        // A text that cannot take the focus waits for a tap.
        let _ = text.focus();
    }
}

/// Closes what a click was not meant for.
pub(super) fn clicked(event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
    for fold in open().into_iter().filter(|fold| !fold.contains(target.as_ref())) {
        close(&fold);
    }
}

/// Closes the innermost that has the focus, or the last that is open, and goes back to what opened it; says whether
/// anything was open.
pub(super) fn escaped() -> bool {
    let folds = open();
    let has_focus = |fold: &&HtmlElement| fold.matches(":focus-within").unwrap_or(false);
    let Some(fold) = folds.iter().rfind(has_focus).or(folds.last()) else { return false };
    close(fold);
    if let Some(summary) = all::<HtmlElement>(fold, "summary").first() {
        // What cannot take the focus leaves it where it is.
        let _ = summary.focus();
    }
    true
}

fn close(fold: &HtmlElement) {
    // An attribute name made of letters is always accepted.
    let _ = fold.remove_attribute("open");
}

fn open() -> Vec<HtmlElement> {
    let Some(root) = document().and_then(|document| document.document_element()) else { return Vec::new() };
    let narrow = window().and_then(|window| window.match_media("(width < 760px)").ok().flatten());
    all(&root, if narrow.is_some_and(|query| query.matches()) { SHEETS } else { FOLDS })
}
