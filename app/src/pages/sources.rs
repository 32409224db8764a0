//! Connections: where content is read from, and how the last reading went.

use crate::{
    api::{
        ApiError,
        sources::{self, AddFolder, DeleteSource, Release, ScanSource, TestSource},
    },
    components::{
        field::Field,
        icon::Icon,
        notice::{Empty, Failed, Loading, Said},
        time::Moment,
    },
};
use domain::source::{Connection, ScanOutcome, ScanReport, Source};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

#[derive(Clone, Copy)]
struct Actions {
    add: ServerAction<AddFolder>,
    test: ServerAction<TestSource>,
    scan: ServerAction<ScanSource>,
    release: ServerAction<Release>,
    delete: ServerAction<DeleteSource>,
}

/// The page of the sources.
#[component]
pub fn SourcesPage() -> impl IntoView {
    let actions = Actions {
        add: crate::api::action(),
        test: crate::api::action(),
        scan: crate::api::action(),
        release: crate::api::action(),
        delete: crate::api::action(),
    };
    let list = Resource::new(|| (), |()| sources::sources());
    let answer = Signal::derive(move || said(&actions));
    view! {
        <Title text="Connections" />
        <header class="head"><div>
            <h1>"Connections"</h1>
            <p class="answer">"Content is read from master Automate instances: here, folders of their export files."</p>
        </div></header>
        <Said answer=answer />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(list) if list.is_empty() => view! {
                        <Empty title="No source yet"><p>"Name a folder of export files below; Tandem reads it right away and again every few minutes."</p></Empty>
                    }.into_any(),
                    Ok(list) => list.into_iter().map(|source| view! { <SourceCard source=source actions=actions /> }).collect_view().into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
        <Add action=actions.add />
    }
}

fn said(actions: &Actions) -> Option<Result<String, ApiError>> {
    let added =
        actions.add.value().get().map(|answer| {
            answer.map(|name| format!("Added {name}. Read it now, or wait for the next reading."))
        });
    let deleted = actions.delete.value().get().map(|answer| {
        answer.map(|()| "Removed. What it published stays until its removal is approved.".to_owned())
    });
    let (tested, scanned, released) =
        (actions.test.value().get(), actions.scan.value().get(), actions.release.value().get());
    added.or(deleted).or(tested).or(scanned).or(released)
}

#[component]
fn Add(action: ServerAction<AddFolder>) -> impl IntoView {
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <section class="card">
            <h2>"Add a folder"</h2>
            <ActionForm action=action attr:class="row-form">
                <Field name="name" label="Name" hint="What people call this master" error=error />
                <Field name="path" label="Folder" hint="An absolute path on the machine that Tandem runs on" error=error />
                <Field name="folders" label="Published folder" hint="Optional: only this Automate folder, for example ProVal / Maintenance" required=false error=error />
                <button type="submit" class="button primary"><Icon name="plus" />"Add"</button>
            </ActionForm>
        </section>
    }
}

#[component]
fn SourceCard(source: Source, actions: Actions) -> impl IntoView {
    let id = source.id.to_string();
    let (to_test, to_scan, to_delete) = (id.clone(), id.clone(), id.clone());
    let (kind, place) = match source.input.connection.clone() {
        Connection::Folder { path } => ("Folder ", path),
        Connection::AutomateRest { url, .. } => ("Automate ", url),
        Connection::AutomateMysql { url, .. } => ("Database ", url),
    };
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
                <div><h2>{name.clone()}</h2><p class="facts"><span>{kind}<code>{place}</code></span></p></div>
                <div class="commands">
                    <ActionForm action=actions.test><input type="hidden" name="id" value=to_test /><button type="submit" class="button">"Test"</button></ActionForm>
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

#[component]
fn Reading(report: ScanReport) -> impl IntoView {
    let (icon, class, word) = match report.outcome {
        ScanOutcome::Complete => ("check", "pill status-unchanged", "Complete"),
        ScanOutcome::Incomplete => ("alert", "pill status-changed", "Incomplete"),
        ScanOutcome::Held => ("alert", "pill status-changed", "Held"),
        ScanOutcome::Failed => ("alert", "pill status-removed", "Failed"),
    };
    let count = report.issues.len();
    let issues = report.issues.into_iter().map(|issue| {
        let place = issue.line.map_or(issue.place.clone(), |line| format!("{}, line {line}", issue.place));
        view! { <li><code>{place}</code>" "{issue.message}</li> }
    });
    view! {
        <p class="facts"><span class=class><Icon name=icon />{word}</span><span>{report.summary}</span><span><Moment at=report.finished_at /></span></p>
        {(count > 0).then(|| view! {
            <details class="issues"><summary>{if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") }}</summary><ul>{issues.collect_view()}</ul></details>
        })}
    }
}
