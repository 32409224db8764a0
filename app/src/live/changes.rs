//! Hearing that something changed. A page with `data-watch` listens to the server (`/api/v1/events`): `alerts` says
//! that alerts changed, `trouble` that something is wrong with a connector or well again, `beat` comes every few
//! seconds with the time at which Manage was last asked well.
//!
//! The page says how far everything had come when it was asked for ([`Place`]), each event how far it has come now.
//! A page that lacks something is fetched anew, whichever of them came first, and however many were on their way.
//!
//! Whoever hears no beat is told so, with the age of what is shown.

use super::{all, document, fresh, visit, window};
use crate::components::time::{heard_ago, in_words, seconds_ago};
use domain::place::Place;
use gloo_net::http::Request;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Document, Element, Event, EventSource, HtmlElement, MessageEvent};

/// Without a beat for so long, in seconds, the line counts as lost; beats come every five seconds.
const LOST: f64 = 15.0;
/// How often a line that the browser gave up is opened again, and a page that failed is asked for, in seconds.
const AGAIN: f64 = 5.0;

thread_local! {
    static LINE: RefCell<Option<EventSource>> = const { RefCell::new(None) };
    /// When the server was heard last, and when a line was opened last, in seconds.
    static HEARD: Cell<f64> = const { Cell::new(0.0) };
    static OPENED: Cell<f64> = const { Cell::new(0.0) };
    /// Whether the browser says that there is no network at all.
    static OFFLINE: Cell<bool> = const { Cell::new(false) };
    /// How far everything has come, as the line told last.
    static TOLD: Cell<Option<Place>> = const { Cell::new(None) };
    /// Whether a newer rendering is on its way, and before when none is asked for because the last one failed.
    static ASKING: Cell<bool> = const { Cell::new(false) };
    static PAUSED: Cell<f64> = const { Cell::new(0.0) };
}

/// Lets ages tick, once for the life of the document.
pub(super) fn start() {
    let tick = Closure::<dyn Fn()>::new(tick);
    if let Some(window) = window() {
        // Without a clock the page stands still, as it does without WebAssembly.
        let _ = window
            .set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), 1000);
    }
    tick.forget();
    if let Some(window) = window() {
        super::listen(&window, "offline", |_| OFFLINE.set(true));
        super::listen(&window, "online", |_| back());
    }
}

/// The network is there again: the old line may be dead without knowing it.
fn back() {
    OFFLINE.set(false);
    if let Some(line) = LINE.take() {
        line.close();
        open();
    }
}

/// Listens while the page that is shown wants to be fresh.
pub(super) fn attend(document: &Document) {
    if fresh::place(document).is_none() {
        if let Some(line) = LINE.take() {
            line.close();
        }
        TOLD.set(None);
        return;
    }
    HEARD.set(now());
    OFFLINE.set(window().is_some_and(|window| !window.navigator().on_line()));
    PAUSED.set(0.0);
    if LINE.with_borrow(Option::is_none) {
        open();
    }
    catch_up();
}

/// How far the page that is shown has come.
fn shown() -> Option<Place> {
    document().and_then(|document| fresh::place(&document))
}

/// Asks for the page anew if it lacks something that was told.
fn catch_up() {
    let lacks = shown().zip(TOLD.get()).is_some_and(|(shown, told)| shown.lacks(told));
    if lacks && now() >= PAUSED.get() {
        refresh();
    }
}

fn now() -> f64 {
    js_sys::Date::now() / 1000.0
}

fn open() {
    OPENED.set(now());
    // From the page on: nothing may fall between its rendering and the first event.
    let after = shown().unwrap_or_default();
    let Ok(line) = EventSource::new(&format!("/api/v1/events?after={after}")) else { return };
    for news in ["alerts", "trouble"] {
        super::listen(&line, news, |event| {
            HEARD.set(now());
            let place = event.dyn_ref::<MessageEvent>().and_then(|event| event.last_event_id().parse().ok());
            TOLD.set(place.or(TOLD.get()));
            catch_up();
        });
    }
    super::listen(&line, "beat", |event| heard(&event));
    LINE.set(Some(line));
}

fn heard(event: &Event) {
    let was_lost = now() - HEARD.get() > LOST;
    HEARD.set(now());
    let at = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string()).unwrap_or_default();
    // A time in quotes, or `null`.
    let at = at.trim_matches('"');
    let Some(root) = document().and_then(|document| document.query_selector("#page").ok().flatten()) else {
        return;
    };
    for time in all::<Element>(&root, "time[data-beat=manage]").iter().filter(|time| is_newer(time, at)) {
        // An attribute name made of letters is always accepted.
        let _ = time.set_attribute("datetime", at);
    }
    if was_lost {
        refresh();
    }
}

/// Whether a time tells of something earlier than `at`, which may be no time at all.
fn is_newer(time: &Element, at: &str) -> bool {
    let known = js_sys::Date::parse(&time.get_attribute("datetime").unwrap_or_default());
    js_sys::Date::parse(at) > known
}

fn tick() {
    let Some(root) = document().and_then(|document| document.query_selector("#page").ok().flatten()) else {
        return;
    };
    for time in all::<Element>(&root, "time[data-age]") {
        tell_age(&time);
    }
    let Some(closed) =
        LINE.with_borrow(|line| line.as_ref().map(|line| line.ready_state() == EventSource::CLOSED))
    else {
        return;
    };
    let silent = now() - HEARD.get();
    for bar in all::<HtmlElement>(&root, "[data-line]") {
        tell_line(&bar, silent);
    }
    if closed && now() - OPENED.get() > AGAIN {
        open();
    }
    catch_up();
}

fn tell_age(time: &Element) {
    let at = js_sys::Date::parse(&time.get_attribute("datetime").unwrap_or_default()) / 1000.0;
    if at.is_nan() {
        return;
    }
    // Ages are far from what does not fit.
    #[expect(clippy::cast_possible_truncation, reason = "a float is cut to the nearest number of seconds")]
    let seconds = (now() - at) as i64;
    let exact = time.get_attribute("data-age").is_some_and(|how| how == "exact");
    let words = if exact { seconds_ago(seconds) } else { in_words(seconds) };
    if time.text_content().as_deref() != Some(&words) {
        time.set_text_content(Some(&words));
    }
}

/// Says that the server is not heard, and how old the page is.
fn tell_line(bar: &HtmlElement, silent: f64) {
    let lost = silent > LOST || OFFLINE.get();
    if bar.hidden() == lost {
        bar.set_hidden(!lost);
    }
    #[expect(clippy::cast_possible_truncation, reason = "a float is cut to the nearest number of seconds")]
    let age = heard_ago(silent as i64);
    if let Some(text) = bar.query_selector("[data-line-age]").ok().flatten().filter(|_| lost) {
        text.set_text_content(Some(&age));
    }
}

/// Fetches the page that is shown once more and takes over what changed. What cannot be taken over now, because
/// somebody types, is asked for again with the next tick.
fn refresh() {
    let typing = document().and_then(|document| document.active_element()).is_some_and(|element| {
        element.tag_name() == "TEXTAREA" && element.closest("[data-fresh]").ok().flatten().is_some()
    });
    if typing || ASKING.get() {
        return;
    }
    let Some(address) = visit::shown() else { return };
    ASKING.set(true);
    let (visit, told) = (visit::newest(), TOLD.get());
    spawn_local(async move {
        let answer = Request::get(&address).header("Accept", "text/html").send().await;
        let html = match answer {
            Ok(answer) if answer.ok() && !answer.redirected() => answer.text().await.ok(),
            _ => None,
        };
        ASKING.set(false);
        if visit != visit::newest() {
            catch_up();
        } else if !html.is_some_and(|html| fresh::merge(&html, told)) {
            PAUSED.set(now() + AGAIN);
        }
    });
}
