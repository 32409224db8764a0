//! Second step: what a test of the connection found, right by right.

use crate::{components::icon::Icon, text::first_upper};
use domain::connector::{ConnectionTest, Connector, RightCheck, RightState};
use leptos::prelude::*;

/// What was found, just now.
#[component]
pub fn PermissionsStep(
    /// The connector.
    connector: Connector,
    /// What was found.
    test: ConnectionTest,
) -> impl IntoView {
    let id = connector.id.to_string();
    let missing = test.rights.iter().filter(|right| right.state == RightState::Missing).count();
    let facts = [
        (
            "Manage",
            test.version.map(|version| match test.is_cloud {
                Some(true) => format!("{version}, hosted by ConnectWise"),
                Some(false) => format!("{version}, on premises"),
                None => version,
            }),
        ),
        ("API member", test.member),
        ("Location", test.location),
        ("Department", test.department),
        ("Default board", test.default_board),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(label, value)| Some(view! { <div><dt>{label}</dt><dd>{value?}</dd></div> }));
    let (icon, class) = if test.ok && missing == 0 {
        ("check", "notice notice-ok")
    } else {
        ("alert", "notice notice-failed")
    };
    let words = if test.ok && missing > 0 { missing_line(missing) } else { first_upper(&test.message) };
    let rights = test.rights.into_iter().map(right).collect_view();
    view! {
        <section class="card">
            <p class=class><Icon name=icon />{words}</p>
            <dl class="sheet-of-facts">{facts.collect_view()}</dl>
            {(!rights.is_empty()).then(|| view! { <h2>"Rights of the API member's role"</h2><ul class="edges rights">{rights}</ul> })}
            <div class="commands">
                <a class="button" href=format!("/connectors/{id}/permissions")><Icon name="refresh" />"Test again"</a>
                <a class="button primary" href=format!("/connectors/{id}/tickets")>"Go on"</a>
            </div>
        </section>
    }
}

fn missing_line(missing: usize) -> String {
    match missing {
        1 => {
            "The connection works, but one right is missing: grant it in Manage, then test again.".to_owned()
        }
        many => format!(
            "The connection works, but {many} rights are missing: grant them in Manage, then test again."
        ),
    }
}

fn right(check: RightCheck) -> impl IntoView {
    let (icon, class, word) = match check.state {
        RightState::Granted => ("check", "pill status-unchanged", "Granted"),
        RightState::Missing => ("alert", "pill status-removed", "Missing"),
        RightState::Unknown => ("minus", "pill", "Not known"),
    };
    view! {
        <li>
            <span class=class><Icon name=icon />{word}</span>
            <strong>{check.right}</strong>
            {(!check.message.is_empty()).then(|| view! { <span class="grow answer">{check.message}</span> })}
        </li>
    }
}
