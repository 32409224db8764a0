//! Connections: where content is read from, and how the last reading went.
//!
//! `form` adds and changes a source, `card` shows one in the list, `check` shows what a test found.

pub mod card;
pub mod check;
pub mod form;

use crate::{
    api::{
        ApiError,
        sources::{self, DeleteSource, Release, SaveSource, ScanSource, TestSource},
    },
    components::{
        icon::Icon,
        notice::{Empty, Failed, Loading, Said},
    },
    pages::connectors::ConnectionTabs,
};
use card::SourceCard;
use check::CheckLines;
use leptos::prelude::*;
use leptos_meta::Title;

/// What can be done with a source in the list.
#[derive(Clone, Copy)]
pub struct Actions {
    save: ServerAction<SaveSource>,
    test: ServerAction<TestSource>,
    scan: ServerAction<ScanSource>,
    release: ServerAction<Release>,
    delete: ServerAction<DeleteSource>,
}

/// The page of the sources.
#[component]
pub fn SourcesPage() -> impl IntoView {
    let actions = Actions {
        save: crate::api::action(),
        test: crate::api::action(),
        scan: crate::api::action(),
        release: crate::api::action(),
        delete: crate::api::action(),
    };
    let list = Resource::new(|| (), |()| sources::sources());
    let answer = Signal::derive(move || said(&actions));
    view! {
        <Title text="Connections" />
        <header class="head">
            <div>
                <h1>"Connections"</h1>
                <p class="answer">"Content is read from master Automate instances: over REST, from the database, or from a folder of export files."</p>
            </div>
            <div class="commands"><a class="button primary" href="/sources/new"><Icon name="plus" />"Add a source"</a></div>
        </header>
        <ConnectionTabs here="sources" />
        <Said answer=answer />
        {move || actions.test.value().get().and_then(Result::ok).map(|found| view! { <CheckLines check=found /> })}
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(list) if list.is_empty() => view! {
                        <Empty title="No source yet"><p>"Add the master instance that scripts, monitors and the rest are read from. Tandem reads it again every few minutes."</p></Empty>
                    }.into_any(),
                    Ok(list) => list.into_iter().map(|source| view! { <SourceCard source=source actions=actions /> }).collect_view().into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn said(actions: &Actions) -> Option<Result<String, ApiError>> {
    let saved = actions.save.value().get().map(|answer| {
        let name = answer?.typed.name;
        Ok(format!("Saved {name}. Read it now, or wait for the next reading."))
    });
    let deleted = actions.delete.value().get().map(|answer| {
        answer.map(|()| "Removed. What it published stays until its removal is approved.".to_owned())
    });
    let tested = actions.test.value().get().map(|answer| answer.map(|check| check.summary));
    let (scanned, released) = (actions.scan.value().get(), actions.release.value().get());
    saved.or(deleted).or(tested).or(scanned).or(released)
}
