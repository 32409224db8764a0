//! One source in the list: where it is, how the last reading went, what is held.

use super::Actions;
use crate::components::{icon::Icon, time::Moment};
use domain::source::{Connection, ScanIssue, ScanOutcome, ScanReport, Source};
use leptos::{form::ActionForm, prelude::*};

/// One source.
#[component]
pub fn SourceCard(
    /// The source.
    source: Source,
    /// What can be done with it.
    actions: Actions,
) -> impl IntoView {
    let id = source.id.to_string();
    let (to_test, to_scan, to_delete, edit) = (id.clone(), id.clone(), id.clone(), format!("/sources/{id}"));
    let (kind, place) = place(&source.input.connection);
    let name = source.input.name.clone();
    let confirm = format!("confirm-{id}");
    let held = source.held.into_iter().map(|(kind, drop)| {
        let told = format!("{} went from {} to {}: held, nothing was changed.", kind.label(), drop.before, drop.after);
        view! {
            <div class="banner">
                <Icon name="alert" /><p>{told}</p>
                <ActionForm action=actions.release>
                    <input type="hidden" name="id" value=source.id.to_string() /><input type="hidden" name="kind" value=kind.as_str() />
                    <button type="submit" class="button">"It is right: take it in"</button>
                </ActionForm>
            </div>
        }
    }).collect_view();
    view! {
        <section class="card">
            <header class="head">
                <div><h2>{name.clone()}</h2><p class="facts"><span>{kind}" "<code>{place}</code></span></p></div>
                <div class="commands">
                    <a class="button" href=edit><Icon name="pencil" />"Edit"</a>
                    <ActionForm action=actions.test><input type="hidden" name="id" value=to_test /><button type="submit" class="button" data-busy="Testing …"><span data-label-text="">"Test"</span></button></ActionForm>
                    <ActionForm action=actions.scan>
                        <input type="hidden" name="id" value=to_scan />
                        <button type="submit" class="button primary" data-busy="Reading …"><Icon name="refresh" /><span data-label-text="">"Read now"</span></button>
                    </ActionForm>
                </div>
            </header>
            {held}
            {source.last_scan.map(|report| view! { <Reading report=report /> })}
            <details class="confirm">
                <summary class="button small">"Remove …"</summary>
                <ActionForm action=actions.delete>
                    <input type="hidden" name="id" value=to_delete />
                    <label for=confirm.clone()>{format!("Production stays as it is. Type {name} to confirm:")}</label>
                    <input id=confirm name="confirm" required=true autocomplete="off" />
                    <button type="submit" class="button danger">{format!("Remove {name}")}</button>
                </ActionForm>
            </details>
        </section>
    }
}

fn place(connection: &Connection) -> (&'static str, String) {
    match connection {
        Connection::Folder { path } => ("Folder", path.clone()),
        Connection::AutomateRest { url, .. } => ("REST", url.clone()),
        Connection::AutomateMysql { url, .. } => ("Database", url.clone()),
    }
}

#[component]
fn Reading(report: ScanReport) -> impl IntoView {
    let (icon, class, word) = match report.outcome {
        ScanOutcome::Complete => ("check", "pill status-unchanged", "Complete"),
        ScanOutcome::Incomplete => ("alert", "pill status-changed", "Incomplete"),
        ScanOutcome::Held => ("alert", "pill status-changed", "Held"),
        ScanOutcome::Failed => ("alert", "pill status-removed", "Failed"),
    };
    let (problems, notes): (Vec<_>, Vec<_>) =
        report.issues.into_iter().partition(|issue| issue.hides_content);
    view! {
        <p class="facts"><span class=class><Icon name=icon />{word}</span><span>{report.summary}</span><span><Moment at=report.finished_at /></span></p>
        <Issues issues=problems one="1 problem hides content" many="problems hide content" />
        <Issues issues=notes one="1 note" many="notes" />
    }
}

#[component]
fn Issues(issues: Vec<ScanIssue>, one: &'static str, many: &'static str) -> impl IntoView {
    let count = issues.len();
    let rows = issues.into_iter().map(|issue| {
        let place = issue.line.map_or(issue.place.clone(), |line| format!("{}, line {line}", issue.place));
        view! { <li><code>{place}</code>" "{issue.message}</li> }
    });
    (count > 0).then(|| view! {
        <details class="issues"><summary>{if count == 1 { one.to_owned() } else { format!("{count} {many}") }}</summary><ul>{rows.collect_view()}</ul></details>
    })
}
