//! Following links and sending forms without a reload.
//!
//! A form goes to its server function as it would without WebAssembly; the answer is the page that comes after it,
//! with what was done or why not. When the server cannot be reached nothing on the page changes, so nothing that
//! was typed is lost.

use super::{all, around, changes, document, page, property, window};
use crate::components::live::Told;
use gloo_net::http::{Request, Response};
use leptos::{prelude::*, task::spawn_local};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Element, Event, FormData, HtmlAnchorElement, HtmlButtonElement, HtmlFormElement, HtmlInputElement,
    MouseEvent, Url, UrlSearchParams,
};

thread_local! {
    /// Counts visits, as they begin and as they end with another page: an answer that was overtaken is not shown.
    static NEWEST: Cell<u32> = const { Cell::new(0) };
    /// The address of the page that is shown. While the browser goes back or forward it shows the next one already.
    static SHOWN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Remembers which page the server sent with the document.
pub(super) fn start() {
    SHOWN.set(window().and_then(|window| window.location().href().ok()));
}

/// The address of the page that is shown.
pub(super) fn shown() -> Option<String> {
    SHOWN.with_borrow(Clone::clone)
}

fn begin() -> u32 {
    NEWEST.with(|newest| {
        newest.set(newest.get().wrapping_add(1));
        newest.get()
    })
}

/// The newest visit: what was asked for before it is no longer wanted.
pub(super) fn newest() -> u32 {
    NEWEST.with(Cell::get)
}

fn is_newest(visit: u32) -> bool {
    newest() == visit
}

/// Follows a link; says whether it is one of ours.
pub(super) fn followed(event: &Event, told: RwSignal<Told>) -> bool {
    let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return false };
    let plain = mouse.button() == 0
        && !mouse.ctrl_key()
        && !mouse.meta_key()
        && !mouse.shift_key()
        && !mouse.alt_key();
    let Some(link) = around(event, "a[href]").and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok())
    else {
        return false;
    };
    if event.default_prevented() || !plain || !is_page(&link) {
        return false;
    }
    go(link.href(), History::Add, told);
    true
}

/// A page of ours, in this window, and not a place on the page that is shown.
fn is_page(link: &HtmlAnchorElement) -> bool {
    let Some(location) = window().map(|window| window.location()) else { return false };
    let same_origin = location.origin().is_ok_and(|origin| origin == link.origin());
    let foreign =
        !link.target().is_empty() || link.has_attribute("download") || link.pathname().starts_with("/api/");
    let here = location.pathname().is_ok_and(|path| path == link.pathname())
        && location.search().is_ok_and(|search| search == link.search());
    let is_place = here && !link.hash().is_empty();
    same_origin && !foreign && !is_place
}

/// The browser went back or forward: shows the page of that address.
pub(super) fn went_back(told: RwSignal<Told>) {
    if let Some(address) = window().and_then(|window| window.location().href().ok()) {
        go(address, History::Keep, told);
    }
}

/// What the visit does to the browser's history.
#[derive(Clone, Copy, PartialEq, Eq)]
enum History {
    Add,
    Keep,
}

fn go(address: String, history: History, told: RwSignal<Told>) {
    let visit = begin();
    told.set(Told::Working);
    spawn_local(async move {
        match Request::get(&address).header("Accept", "text/html").send().await {
            Ok(answer) => {
                let arrived = arrive(answer, &address, visit, history, told).await;
                if arrived && history == History::Add {
                    scroll_to_top();
                }
                match address.split_once('#') {
                    Some((_, place)) if arrived => page::go_to(place),
                    _ => page::focus(),
                }
            }
            Err(_) if is_newest(visit) => told.set(Told::Unreachable),
            Err(_) => {}
        }
    });
}

fn scroll_to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Sends a form; says whether it is one of ours.
pub(super) fn submitted(event: &Event, told: RwSignal<Told>) -> bool {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form.filter(|form| !event.default_prevented() && form.target().is_empty()) else {
        return false;
    };
    let button = property(event, "submitter").and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
    let Some(fields) = fields(&form, button.as_ref()) else { return false };
    // A button may send its form another way than the form says.
    let own = |name: &str| button.as_ref().is_some_and(|button| button.has_attribute(name));
    let action = button
        .as_ref()
        .filter(|_| own("formaction"))
        .map_or_else(|| form.action(), HtmlButtonElement::form_action);
    let method = button
        .as_ref()
        .filter(|_| own("formmethod"))
        .map_or_else(|| form.method(), HtmlButtonElement::form_method);
    if method == "get" {
        let Some(address) = Url::new(&action).ok() else { return false };
        address.set_search(&fields);
        go(address.href(), History::Add, told);
        return true;
    }
    send(form, action, button, fields, told);
    true
}

/// The form as `application/x-www-form-urlencoded`, with the button that was pressed.
fn fields(form: &HtmlFormElement, button: Option<&HtmlButtonElement>) -> Option<String> {
    let data = FormData::new_with_form(form).ok()?;
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        data.append_with_str(&button.name(), &button.value()).ok()?;
    }
    let params = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    Some(String::from(params.to_string()))
}

fn send(
    form: HtmlFormElement,
    action: String,
    button: Option<HtmlButtonElement>,
    fields: String,
    told: RwSignal<Told>,
) {
    let visit = begin();
    told.set(Told::Working);
    let pending = button.map(Pending::of);
    let typed = Typed::of(&form);
    let request = Request::post(&action)
        .header("Accept", "text/html")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(fields);
    spawn_local(async move {
        let sent = match request {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        };
        let arrived = match sent {
            Ok(answer) => arrive(answer, &action, visit, History::Add, told).await,
            Err(_) => {
                told.set(Told::Unreachable);
                false
            }
        };
        if arrived {
            typed.restore();
            page::focus();
        } else if let Some(pending) = pending {
            pending.end();
        }
    });
}

/// Shows the page of an answer to what was `asked` for; says whether it did.
async fn arrive(answer: Response, asked: &str, visit: u32, history: History, told: RwSignal<Told>) -> bool {
    let redirected = answer.redirected();
    // The request's own address is not quite ours: gloo puts a `&` behind a query.
    let address = if redirected { answer.url() } else { asked.to_owned() };
    let Ok(html) = answer.text().await else {
        told.set(Told::Unreachable);
        return false;
    };
    if !is_newest(visit) {
        return false;
    }
    told.set(Told::Nothing);
    let Some(window) = window() else { return false };
    // A session that has ended, and what is no page of ours, the browser shows itself.
    let at_the_door = window.location().pathname().is_ok_and(|path| path == "/sign-in");
    if (redirected && !at_the_door && address.contains("/sign-in")) || !page::show(&html) {
        // The browser reports a failure on its own error page.
        let _ = window.location().assign(&address);
        return false;
    }
    record(&window, &address, history);
    // A newer rendering of the page before, which may still be on its way, is none of this one.
    begin();
    SHOWN.set(Some(address));
    if let Some(document) = document() {
        changes::attend(&document);
    }
    true
}

fn record(window: &web_sys::Window, address: &str, history: History) {
    let same = window.location().href().is_ok_and(|current| current == address);
    if let (Ok(log), History::Add, false) = (window.history(), history, same) {
        // A history that is full or closed only loses the way back.
        let _ = log.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// A button whose form is on its way: a second click does nothing.
struct Pending {
    button: HtmlButtonElement,
    label: Option<(Element, String)>,
}

impl Pending {
    fn of(button: HtmlButtonElement) -> Self {
        button.set_disabled(true);
        // An attribute name made of letters is always accepted.
        let _ = button.set_attribute("aria-busy", "true");
        let label = button.get_attribute("data-busy").and_then(|busy| {
            let label = button.query_selector("[data-label-text]").ok()??;
            // Not `inner_text`, which lays the page out to know what can be seen.
            let before = label.text_content().unwrap_or_default();
            label.set_text_content(Some(&busy));
            Some((label, before))
        });
        Self { button, label }
    }

    fn end(self) {
        self.button.set_disabled(false);
        let _ = self.button.remove_attribute("aria-busy");
        if let Some((label, before)) = self.label {
            label.set_text_content(Some(&before));
        }
    }
}

/// What was typed into a form, so that a refusal loses nothing.
struct Typed {
    action: String,
    hidden: Vec<(String, String)>,
    fields: Vec<(String, String)>,
}

impl Typed {
    fn of(form: &HtmlFormElement) -> Self {
        Self { action: form.action(), hidden: values(form, true), fields: values(form, false) }
    }

    fn restore(self) {
        let Some(page) = document().and_then(|document| document.query_selector("#page").ok().flatten())
        else {
            return;
        };
        if page
            .query_selector(".notice-failed, [aria-invalid=true], [data-keep-typed]")
            .ok()
            .flatten()
            .is_none()
        {
            return;
        }
        let same = |form: &HtmlFormElement| form.action() == self.action && values(form, true) == self.hidden;
        let Some(form) = all::<HtmlFormElement>(&page, "form").into_iter().find(same) else { return };
        for input in inputs(&form, false).into_iter().filter(|input| input.value().is_empty()) {
            if let Some((_, value)) = self.fields.iter().find(|(name, _)| *name == input.name()) {
                input.set_value(value);
            }
        }
    }
}

fn values(form: &HtmlFormElement, hidden: bool) -> Vec<(String, String)> {
    inputs(form, hidden).into_iter().map(|input| (input.name(), input.value())).collect()
}

/// Text fields of a form, or its hidden ones; never a password that unlocks an account.
fn inputs(form: &HtmlFormElement, hidden: bool) -> Vec<HtmlInputElement> {
    let wanted = |input: &HtmlInputElement| match input.type_().as_str() {
        "hidden" => hidden,
        "checkbox" | "radio" | "submit" | "file" => false,
        _ => !hidden && input.get_attribute("autocomplete").as_deref() != Some("current-password"),
    };
    let root: &Element = form;
    all::<HtmlInputElement>(root, "input[name]").into_iter().filter(wanted).collect()
}
