//! Putting the parts of a page anew that have changed, without taking anything out of somebody's hands: the focus
//! stays, what was typed, checked and unfolded stays, and no row moves under a finger.

use super::{all, document, page};
use domain::place::Place;
use web_sys::{Document, Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// Where a page says how far it has come.
const WATCH: &str = "data-watch";
/// Parts that can be put anew.
const PARTS: &str = "[data-fresh]";
/// What can have the focus.
const CONTROLS: &str = "a, button, input, textarea, select, summary";

/// How far the page of a document has come, as it says itself; none when it does not listen for changes.
pub(super) fn place(document: &Document) -> Option<Place> {
    watching(document)?.get_attribute(WATCH)?.parse().ok()
}

fn watching(document: &Document) -> Option<Element> {
    document.query_selector("#page [data-watch]").ok().flatten()
}

/// Takes over what another rendering of the page that is shown says, unless it is an older one; says whether it is a
/// rendering of that page at all. `told` is what was known when it was asked for. While something is typed where a
/// part would change, the page still says that it stands where it stood.
pub(super) fn merge(html: &str, told: Option<Place>) -> bool {
    let (Some(document), Some(fresh)) = (document(), page::parse(html)) else { return false };
    let (Some(old), Some(new)) = (root(&document), root(&fresh)) else { return false };
    let (Some(shown), Some(newer)) = (place(&document), place(&fresh)) else { return false };
    let newer = newer.at_least(told);
    if newer.is_before(shown) {
        return true;
    }
    document.set_title(&fresh.title());
    if take_over(&old, &new)
        && let Some(watching) = watching(&document)
    {
        // An attribute name made of letters is always accepted.
        let _ = watching.set_attribute(WATCH, &newer.to_string());
    }
    true
}

/// Puts the parts in place; says whether none was in somebody's hands.
fn take_over(old: &Element, new: &Element) -> bool {
    let parts: Vec<Element> = all(old, PARTS);
    let known: Vec<String> = parts.iter().map(key).collect();
    let mut newer: Vec<Element> = all(new, PARTS);
    let is_new = |part: &&Element| part.has_attribute("data-row") && !known.contains(&key(part));
    tell_news(old, newer.iter().filter(is_new).count());
    let mut whole = true;
    for part in parts {
        let name = key(&part);
        match newer.iter().position(|one| key(one) == name) {
            Some(at) => whole &= replace(&part, &newer.swap_remove(at)),
            None => leave(&part),
        }
    }
    whole
}

fn root(document: &Document) -> Option<Element> {
    document.query_selector("#page").ok().flatten()
}

fn key(part: &Element) -> String {
    part.get_attribute("data-fresh").unwrap_or_default()
}

/// A row that no longer belongs here stays where it is until the next visit, but says so.
fn leave(part: &Element) {
    // An attribute name made of letters is always accepted.
    let _ = part.set_attribute("data-left", "");
}

fn tell_news(page: &Element, count: usize) {
    for link in all::<HtmlElement>(page, "[data-news]") {
        link.set_hidden(count == 0);
        link.set_text_content(Some(&format!("{count} new: show")));
    }
}

/// Puts one part in place; false while something is typed or on its way in it.
fn replace(old: &Element, new: &Element) -> bool {
    let version = |part: &Element| part.get_attribute("data-version");
    if version(old).is_some() && version(old) == version(new) && !old.has_attribute("data-left") {
        return true;
    }
    let focused = document().and_then(|document| document.active_element());
    let focused = focused.filter(|element| old.contains(Some(element)));
    if focused.as_ref().is_some_and(is_text) || old.query_selector("[aria-busy]").ok().flatten().is_some() {
        return false;
    }
    let kept = Kept::of(old, focused);
    page::localise(new);
    keep_said(old, new);
    if old.replace_with_with_node_1(new).is_ok() {
        kept.restore(new);
    }
    true
}

/// What was said of something just done, for example with each alert of many, was said once: the rendering that comes
/// after it no longer has it.
fn keep_said(old: &Element, new: &Element) {
    let name = |place: &Element| place.get_attribute("data-said");
    let empty: Vec<Element> = all(new, "[data-said]:empty");
    for said in all::<Element>(old, "[data-said]:not(:empty)") {
        if let Some(place) = empty.iter().find(|place| name(place) == name(&said)) {
            // A place that is in no document yet can always be replaced.
            let _ = place.replace_with_with_node_1(&said);
        }
    }
}

fn is_text(element: &Element) -> bool {
    let kind = element.get_attribute("type").unwrap_or_default();
    element.tag_name() == "TEXTAREA"
        || element.tag_name() == "SELECT"
        || (element.tag_name() == "INPUT" && kind != "checkbox" && kind != "radio")
}

/// What a person did to a part that is put anew.
struct Kept {
    focus: Option<String>,
    checked: Vec<(String, bool)>,
    typed: Vec<(String, String)>,
    open: Vec<usize>,
}

impl Kept {
    fn of(part: &Element, focused: Option<Element>) -> Self {
        let boxes = inputs(part).into_iter().filter(|input| input.checked() != input.default_checked());
        let texts = all::<HtmlTextAreaElement>(part, "textarea").into_iter();
        let texts = texts.filter(|text| text.default_value().is_ok_and(|before| before != text.value()));
        let folds = all::<Element>(part, "details").into_iter().enumerate();
        Self {
            focus: focused.map(|element| mark(&element)),
            checked: boxes.map(|input| (mark(&input), input.checked())).collect(),
            typed: texts.map(|text| (text.name(), text.value())).collect(),
            open: folds.filter(|(_, fold)| fold.has_attribute("open")).map(|(at, _)| at).collect(),
        }
    }

    fn restore(self, part: &Element) {
        for input in inputs(part) {
            if let Some((_, checked)) = self.checked.iter().find(|(name, _)| *name == mark(&input)) {
                input.set_checked(*checked);
            }
        }
        for text in all::<HtmlTextAreaElement>(part, "textarea") {
            if let Some((_, value)) = self.typed.iter().find(|(name, _)| *name == text.name()) {
                text.set_value(value);
            }
        }
        for (at, fold) in all::<Element>(part, "details").into_iter().enumerate() {
            if self.open.contains(&at) {
                // An attribute name made of letters is always accepted.
                let _ = fold.set_attribute("open", "");
            }
        }
        let Some(wanted) = self.focus else { return };
        let controls: Vec<HtmlElement> = all(part, CONTROLS);
        let again = controls.iter().find(|control| mark(control) == wanted).or(controls.first());
        if let Some(control) = again {
            page::rest_on(control);
        }
    }
}

fn inputs(part: &Element) -> Vec<HtmlInputElement> {
    all(part, "input[type=checkbox], input[type=radio]")
}

/// What a control is recognised by in another rendering.
fn mark(element: &Element) -> String {
    let of = |name: &str| element.get_attribute(name).unwrap_or_default();
    format!("{} {} {} {} {}", element.tag_name(), of("name"), of("value"), of("href"), of("data-press"))
}
