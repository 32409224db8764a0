//! The heartbeat of Manage on every screen of alerts, and what a page says when it is not heard itself.

use super::{icon::Icon, time::Age};
use crate::api::alerts::ManageLine;
use jiff::Timestamp;
use leptos::prelude::*;

/// Without an answer for so long, in seconds, the line is late; for twice as long it has failed.
const LATE: i64 = 90;

/// `fine`, `late` or `failed`.
pub(super) fn state(line: &ManageLine, now: Timestamp) -> &'static str {
    let silent = line.last_answer_at.map(|at| now.as_second() - at.as_second());
    match (&line.problem, silent) {
        (Some(_), _) => "failed",
        (None, Some(silent)) if silent > 2 * LATE => "failed",
        (None, Some(silent)) if silent > LATE => "late",
        (None, None) => "late",
        _ => "fine",
    }
}

/// When Manage last answered, and what is wrong if something is.
#[component]
pub fn ManageHeartbeat(
    /// What is known of the connectors.
    line: ManageLine,
    /// The server's time.
    now: Timestamp,
) -> impl IntoView {
    let state = state(&line, now);
    let words = match line.last_answer_at {
        _ if line.enabled == 0 => view! { <span>"No connector to Manage is enabled"</span> }.into_any(),
        Some(at) => {
            view! { <span>"Manage last answered "<Age at=at now=now exact=true beat="manage" /></span> }
                .into_any()
        }
        None => view! { <span>"Manage has not answered yet"</span> }.into_any(),
    };
    view! {
        <p class="heartbeat manage-line" data-state=state>
            <span class="dot" aria-hidden="true"></span>{words}
        </p>
        {line.problem.map(|(name, problem)| view! {
            <p class="banner"><Icon name="alert" /><span class="grow"><strong>{name}": "</strong>{problem}</span></p>
        })}
    }
}

/// What the page says while the server is not heard: hidden until then.
#[component]
pub fn LostLine() -> impl IntoView {
    view! {
        <p class="lost" role="alert" data-line="" hidden=true>
            <Icon name="wifi-off" />
            <span>"No connection to Tandem. You see the page as it was "<span data-line-age=""></span>"; it is tried again all the time."</span>
        </p>
    }
}
